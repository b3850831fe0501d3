package dev.cairn;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What tests do to data directories from outside. */
public final class TestDirectories {
    private static final long MEMORY_BYTES_LEAST = 1L << 30;

    private TestDirectories() {}

    /** Small segments, so that a test rolls often and preallocates little. */
    public static CairnOptions.Builder smallSegments() {
        return CairnOptions.builder().segmentBytesMax(1 << 20).unforcedRecordsMax(1_000);
    }

    /**
     * Copies the files of an open directory: what a process that is killed now leaves behind, if nobody writes meanwhile.
     *
     * <p>Threads of the engine may go on with the projection, with sealing, and with the ends of leases. So a write-ahead log is copied
     * before its database: what moves from one to the other meanwhile is then in both. And what says how far the log was durable is
     * copied before the log, which is looked through only then. A file that is renamed meanwhile was a new manifest, and is as good
     * as not yet written.
     */
    public static Path copyAsIfKilled(Path directory, Path to) {
        try {
            Comparator<Path> walFirst =
                    Comparator.comparing(file -> !file.toString().endsWith("-wal"));
            Path log = directory.resolve("log");
            for (Path file : files(directory).stream()
                    .filter(file -> !file.startsWith(log))
                    .sorted(walFirst.thenComparing(file -> file))
                    .toList()) {
                copyBelow(directory, file, to);
            }
            for (Path file : Files.exists(log) ? files(log).stream().sorted().toList() : List.<Path>of()) {
                copyBelow(directory, file, to);
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of all segments, oldest first. */
    public static List<Path> segments(Path directory) throws IOException {
        return files(directory.resolve("log")).stream()
                .filter(file -> file.toString().endsWith(".cq4"))
                .sorted()
                .toList();
    }

    private static void copyBelow(Path directory, Path file, Path to) throws IOException {
        Path target = to.resolve(directory.relativize(file));
        if (Files.isDirectory(file)) {
            Files.createDirectories(target);
        } else if (!file.getFileName().toString().equals("LOCK")) {
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            copy(file, target);
        }
    }

    /** All files; a walk that meets one which has just been renamed begins anew. */
    private static List<Path> files(Path directory) throws IOException {
        while (true) {
            try (Stream<Path> files = Files.walk(directory)) {
                return files.toList();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }

    private static void copy(Path file, Path target) throws IOException {
        try {
            Files.copy(file, target);
        } catch (NoSuchFileException e) {
            Files.deleteIfExists(target);
        }
    }

    /** Deletes a directory and all that is in it. */
    public static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * A new directory that asks nothing of a disk, where the machine has one with room, for tests that force often and are
     * not about forcing. The caller deletes it.
     */
    public static Path inMemory(String prefix) throws IOException {
        Path memory = Path.of("/dev/shm");
        boolean roomy = Files.isWritable(memory) && memory.toFile().getUsableSpace() > MEMORY_BYTES_LEAST;
        return roomy ? Files.createTempDirectory(memory, prefix) : Files.createTempDirectory(prefix);
    }

    /** Changes the first record of the log that holds {@code mark}, so that it is damaged. */
    public static void damageRecordWith(Path directory, String mark) throws IOException {
        for (Path segment : files(directory.resolve("log")).stream()
                .filter(file -> file.toString().endsWith(".cq4"))
                .sorted()
                .toList()) {
            int at = new String(Files.readAllBytes(segment), StandardCharsets.ISO_8859_1).indexOf(mark);
            if (at >= 0) {
                try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                    file.seek(at);
                    file.write('_');
                }
                return;
            }
        }
        throw new AssertionError("expected " + mark + " in the log, was nowhere");
    }
}
