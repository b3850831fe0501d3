package dev.cairn.harness;

import static dev.cairn.harness.FileDamage.FLIPPED;
import static dev.cairn.harness.FileDamage.MISSING;
import static dev.cairn.harness.FileDamage.PAGE_ZEROED;
import static dev.cairn.harness.FileDamage.SECTOR_ZEROED;
import static dev.cairn.harness.FileDamage.TRUNCATED;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Several damages at once, by chance. Most of them lie close together, as those of one bad moment do: in a segment, its manifest, and
 * those beside them, where what is left of one file has to make up for the other.
 *
 * <p>Threading: one thread.
 */
final class DamageDice {
    private static final int MOST = 4;
    private static final List<FileDamage> USUAL =
            List.of(MISSING, MISSING, PAGE_ZEROED, SECTOR_ZEROED, TRUNCATED, FLIPPED);

    private final Path whole;
    private final Path older;
    private final Path foreign;
    private final Random random;

    /**
     * @param whole the directory without damage
     * @param older how it was before
     * @param foreign of another installation
     */
    DamageDice(Path whole, Path older, Path foreign, Random random) {
        this.whole = whole;
        this.older = older;
        this.foreign = foreign;
        this.random = random;
    }

    /** Damages {@code copy} of the whole directory; says what was done. */
    List<String> damage(Path copy) throws IOException {
        List<String> files = files(whole);
        List<String> close = closeTogether(files);
        List<String> done = new ArrayList<>();
        int count = 2 + random.nextInt(MOST - 1);
        while (done.size() < count) {
            String file = random.nextInt(4) == 0 ? any(files) : any(close);
            FileDamage damage = random.nextInt(4) == 0 ? any(List.of(FileDamage.values())) : any(USUAL);
            Path target = copy.resolve(file);
            if (damage == FileDamage.DIRECTORY && !file.startsWith("log/")) {
                continue; // no repair takes a directory away that somebody made beside the log
            }
            if (Files.isRegularFile(target) && Files.size(target) > 0 && damage.apply(target, sources(file), random)) {
                done.add(file + " " + damage);
            }
        }
        return done;
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** A segment, the one behind it, and their manifests; now and then a whole epoch. */
    private List<String> closeTogether(List<String> files) {
        List<String> ofTheLog = files.stream()
                .filter(file -> file.startsWith("log/") && isNumbered(file))
                .toList();
        String file = any(ofTheLog);
        if (random.nextInt(8) == 0) {
            String epoch = file.substring(0, file.lastIndexOf('/') + 1);
            return ofTheLog.stream().filter(other -> other.startsWith(epoch)).toList();
        }
        int number = number(file);
        int last = number + random.nextInt(2);
        return ofTheLog.stream()
                .filter(other -> number(other) >= number && number(other) <= last)
                .toList();
    }

    private static boolean isNumbered(String file) {
        return file.endsWith(".cq4") || file.endsWith(".manifest");
    }

    private static int number(String file) {
        return Integer.parseInt(file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.')));
    }

    private FileDamage.Sources sources(String file) throws IOException {
        String suffix = file.substring(file.lastIndexOf('.') + 1);
        List<String> siblings = files(whole).stream()
                .filter(other -> other.endsWith(suffix) && !other.equals(file))
                .toList();
        Path sibling = siblings.isEmpty() ? whole.resolve("none") : whole.resolve(any(siblings));
        return new FileDamage.Sources(older.resolve(file), sibling, foreign.resolve(file));
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .filter(file -> !file.equals("LOCK"))
                    .sorted()
                    .toList();
        }
    }
}
