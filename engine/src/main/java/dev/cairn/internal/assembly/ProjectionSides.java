package dev.cairn.internal.assembly;

import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.DirectoryLock;
import dev.cairn.internal.segment.LogDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the projection that an engine's options ask for. Threading: the opening thread. */
final class ProjectionSides {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionSides.class);
    private static final List<String> FILES = List.of("projection.db", "projection.db-wal");

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
     */
    static ProjectionSide openForReading(OpenLog log, ReaderEnds ends, Owned owned) throws IOException {
        if (!log.options().projection()) {
            return new NoProjection();
        }
        Path directory = Files.createTempDirectory("cairn-projection");
        owned.add(() -> delete(directory));
        copyAtRest(log.directory(), log.identity().installation(), directory);
        SqliteSide side = new SqliteSide(log, ends, directory, offset -> {});
        owned.add(side);
        side.start();
        return side;
    }

    /** A database at rest is as good a start as any: what the log says after it is added, and one that does not fit is made anew. */
    static void copyAtRest(LogDirectory from, UUID installation, Path into) throws IOException {
        long opening = Control.opening(from, installation);
        if (DirectoryLock.isHeld(from)) {
            return; // what its writer is changing would be no copy of one moment
        }
        boolean whole = copyAll(from.root(), into);
        if (!whole || Control.opening(from, installation) != opening) {
            for (String name : FILES) {
                Files.deleteIfExists(into.resolve(name));
            }
        }
    }

    /** Whether the database could be copied; who has none begins with an empty one. */
    private static boolean copyAll(Path root, Path into) {
        for (String name : FILES) {
            try {
                Files.copy(root.resolve(name), into.resolve(name));
            } catch (NoSuchFileException absent) {
                continue; // or taken away by a writer that has come meanwhile
            } catch (IOException e) {
                LOG.warn(
                        "{}: cannot be copied, so a reader makes its own from the log: {}",
                        root.resolve(name),
                        DiskFailure.describe(e));
                return false;
            }
        }
        return true;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
