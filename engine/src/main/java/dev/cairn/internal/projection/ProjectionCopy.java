package dev.cairn.internal.projection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A copy of the database with its write-ahead log in a temporary directory, for whoever must not write beside the original.
 *
 * <p>Threading: one thread.
 */
final class ProjectionCopy implements AutoCloseable {
    private final Path directory;

    private ProjectionCopy(Path directory) {
        this.directory = directory;
    }

    /** Copies the files of {@code original}, which nobody changes meanwhile. */
    static ProjectionCopy of(ProjectionFile original) throws IOException {
        ProjectionCopy copy = new ProjectionCopy(Files.createTempDirectory("cairn-projection"));
        try {
            for (Path file : original.withWriteAheadLog()) {
                Files.copy(file, copy.directory.resolve(file.getFileName()));
            }
            return copy;
        } catch (IOException e) {
            copy.close();
            throw e;
        }
    }

    ProjectionFile file() {
        return new ProjectionFile(directory);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
