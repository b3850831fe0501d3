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

    /** A projection of its own for a reader, outside the data directory, which a reader leaves as it is. */
    static ProjectionSide openForReading(OpenLog log, ReaderEnds ends, Owned owned) throws IOException {
        if (!log.options().projection()) {
            return new NoProjection();
        }
        Path directory = Files.createTempDirectory("cairn-projection");
        owned.add(() -> delete(directory));
        SqliteSide side = new SqliteSide(log, ends, directory, offset -> {});
        owned.add(side);
        side.start();
        return side;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
