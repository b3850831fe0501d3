package dev.cairn.internal.assembly;

import dev.cairn.internal.segment.Control;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Opens the projection that an engine's options ask for. Threading: the opening thread. */
final class ProjectionSides {
    private ProjectionSides() {}

    /** The projection in the data directory. */
    static ProjectionSide open(OpenLog log, WriterEnds ends, Control control, Owned owned) {
        if (!log.options().projection()) {
            return new NoProjection();
        }
        SqliteSide side = new SqliteSide(log, ends, log.directory().root(), control::projectionOffset);
        owned.add(side);
        side.start();
        return side;
    }

    /**
     * A projection of its own for a reader, outside the data directory, which a reader leaves as it is.
     *
     * @param live whether a writer has the directory: then its database is no copy of one moment
     */
    static ProjectionSide openForReading(OpenLog log, ReaderEnds ends, boolean live, Owned owned) throws IOException {
        if (!log.options().projection()) {
            return new NoProjection();
        }
        Path directory = Files.createTempDirectory("cairn-projection");
        owned.add(() -> delete(directory));
        if (!live) {
            copyInto(directory, log.directory().root());
        }
        SqliteSide side = new SqliteSide(log, ends, directory, offset -> {});
        owned.add(side);
        side.start();
        return side;
    }

    /** A database at rest is as good a start as any: what the log says after it is added, and one that does not fit is made anew. */
    private static void copyInto(Path directory, Path root) throws IOException {
        for (String name : new String[] {"projection.db", "projection.db-wal"}) {
            Path file = root.resolve(name);
            if (Files.exists(file)) {
                Files.copy(file, directory.resolve(name));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
