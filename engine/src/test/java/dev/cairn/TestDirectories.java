package dev.cairn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What tests do to data directories from outside. */
public final class TestDirectories {
    private TestDirectories() {}

    /** Small segments, so that a test rolls often and preallocates little. */
    public static CairnOptions.Builder smallSegments() {
        return CairnOptions.builder().segmentBytesMax(1 << 20).unforcedRecordsMax(1_000);
    }

    /** Copies the files of an open directory: what a process that is killed now leaves behind. */
    public static Path copyAsIfKilled(Path directory, Path to) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(directory.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().equals("LOCK")) {
                    Files.copy(file, target);
                }
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
