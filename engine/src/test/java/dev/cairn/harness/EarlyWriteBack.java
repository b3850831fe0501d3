package dev.cairn.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import jnr.ffi.LibraryLoader;

/**
 * Writes random dirty pages of random files to disk, as the kernel may at any time and in any order.
 *
 * <p>Threading: one thread.
 */
final class EarlyWriteBack {
    private static final int PAGE_BYTES = 4 << 10;
    private static final int READ_ONLY = 0;
    /** Waits for what is under way, begins, and waits for the end; of the data alone, no journal, no flush. */
    private static final int WAIT_BEFORE_WRITE_WAIT_AFTER = 7;

    private final LibC libc = LibraryLoader.create(LibC.class).load("c");

    /** What the JDK does not offer. */
    @SuppressWarnings({"checkstyle:MethodName", "MethodName"})
    public interface LibC {
        int open(String path, int flags);

        int close(int descriptor);

        int sync_file_range(int descriptor, long offset, long bytes, int flags);
    }

    /** Writes {@code ranges} ranges of a few pages each back, of files below {@code directory}. */
    void write(Path directory, int ranges, Random random) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(directory)) {
            files = found.filter(Files::isRegularFile).toList();
        } catch (java.io.UncheckedIOException e) {
            return; // files come and go while a writer runs
        }
        for (int i = 0; i < ranges && !files.isEmpty(); i++) {
            // the newest files are the ones with dirty pages
            Path file = files.get(random.nextInt(files.size()));
            if (random.nextInt(3) > 0) {
                file = newestSegment(files);
            }
            writeBack(file, random);
        }
    }

    private static Path newestSegment(List<Path> files) {
        return files.stream()
                .filter(file -> file.toString().endsWith(".cq4"))
                .max(java.util.Comparator.naturalOrder())
                .orElse(files.get(0));
    }

    private void writeBack(Path file, Random random) {
        int descriptor = libc.open(file.toString(), READ_ONLY);
        if (descriptor >= 0) {
            long pages = file.toFile().length() / PAGE_BYTES + 1;
            long from = random.nextLong(Math.min(pages, 512));
            libc.sync_file_range(
                    descriptor, from * PAGE_BYTES, (1L + random.nextInt(8)) * PAGE_BYTES, WAIT_BEFORE_WRITE_WAIT_AFTER);
            libc.close(descriptor);
        }
    }
}
