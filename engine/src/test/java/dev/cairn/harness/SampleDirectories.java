package dev.cairn.harness;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.TestDirectories;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Small directories with everything in them, made once: several epochs, many segments, every sort of record, and beside them
 * older copies of the same and a directory of another installation.
 *
 * <p>Threading: one thread.
 */
public final class SampleDirectories {
    private static final int WRITES_OF_AN_EPOCH = 90;
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .segmentRecordsMax(70)
            .imageInterval(4)
            .inlineBytesMax(256)
            .forceIntervalMillis(60_000)
            .build();

    private final Path root;

    /** The states in which a directory may be found. */
    public enum State {
        /** Closed in good order. */
        CLEAN,
        /** Its process was killed after everything was forced. */
        KILLED,
        /** Its process was killed some accepted writes later, in the midst of another. */
        TORN
    }

    private SampleDirectories(Path root) {
        this.root = root;
    }

    /** How these directories are opened. */
    public static CairnOptions.Builder options() {
        return TestDirectories.smallSegments()
                .segmentRecordsMax(70)
                .imageInterval(4)
                .inlineBytesMax(256)
                .projection(false);
    }

    /** Makes all of them below {@code root}. */
    public static SampleDirectories make(Path root, Random random) {
        SampleDirectories samples = new SampleDirectories(root);
        samples.makeOther(random);
        samples.makeEpochs(random);
        return samples;
    }

    private void makeOther(Random random) {
        for (int i = 0; i < 2; i++) {
            try (Cairn cairn = Cairn.open(foreign(), OPTIONS)) {
                new SampleWrites(random).write(cairn, WRITES_OF_AN_EPOCH);
            }
        }
    }

    private void makeEpochs(Random random) {
        SampleWrites writes = new SampleWrites(random);
        Path begun = root.resolve("begun");
        Path live = root.resolve("live");
        try (Cairn cairn = Cairn.open(begun, OPTIONS)) {
            writes.write(cairn, WRITES_OF_AN_EPOCH);
        }
        try (Cairn cairn = Cairn.open(begun, OPTIONS)) { // an epoch that a kill ends: the next leaves offsets out
            writes.write(cairn, WRITES_OF_AN_EPOCH);
            cairn.sync();
            awaitRest(begun);
            TestDirectories.copyAsIfKilled(begun, live);
        }
        try (Cairn cairn = Cairn.open(live, OPTIONS)) {
            writes.write(cairn, WRITES_OF_AN_EPOCH);
        }
        TestDirectories.copyAsIfKilled(live, root.resolve("older-CLEAN"));
        try (Cairn cairn = Cairn.open(live, OPTIONS)) {
            writes.write(cairn, WRITES_OF_AN_EPOCH / 2);
            cairn.sync();
            awaitRest(live);
            TestDirectories.copyAsIfKilled(live, root.resolve("older-KILLED"));
            TestDirectories.copyAsIfKilled(live, root.resolve("older-TORN"));
            writes.write(cairn, WRITES_OF_AN_EPOCH);
            cairn.sync();
            awaitRest(live);
            TestDirectories.copyAsIfKilled(live, of(State.KILLED));
            writes.write(cairn, 5);
            TestDirectories.copyAsIfKilled(live, of(State.TORN));
        }
        tear(of(State.TORN));
        live.toFile().renameTo(of(State.CLEAN).toFile());
    }

    /** Waits until the threads behind the force have sealed what was left behind, and the projection has caught up. */
    static void awaitRest(Path directory) {
        Map<?, ?>[] before = {Map.of()};
        Awaitility.await()
                .ignoreExceptions()
                .pollInterval(Duration.ofMillis(40))
                .until(() -> {
                    Map<?, ?> now = listing(directory);
                    boolean same = now.equals(before[0]);
                    before[0] = now;
                    return same;
                });
    }

    private static Map<String, String> listing(Path directory) throws IOException {
        Map<String, String> listing = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                listing.put(
                        directory.relativize(file).toString(),
                        Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        }
        return listing;
    }

    /** Leaves the last document of the log without its end. */
    private static void tear(Path directory) {
        try (RandomAccessFile segment =
                new RandomAccessFile(newestSegment(directory).toFile(), "rw")) {
            byte[] bytes = new byte[(int) segment.length()];
            segment.readFully(bytes);
            int end = bytes.length;
            while (bytes[end - 1] == 0) {
                end--;
            }
            int begin = end / 512 * 512;
            segment.seek(begin);
            segment.write(new byte[end - begin]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file of the newest segment. */
    public static Path newestSegment(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .max(java.util.Comparator.comparing(Path::toString))
                    .orElseThrow();
        }
    }

    public Path of(State state) {
        return root.resolve(state.name());
    }

    /** The directory as it was some time before. */
    public Path older(State state) {
        return root.resolve("older-" + state);
    }

    /** A directory of another installation. */
    public Path foreign() {
        return root.resolve("foreign");
    }
}
