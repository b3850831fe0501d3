package dev.cairn.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A file system in memory that holds so many bytes, and a ballast on it that takes the room from others. Needs root.
 *
 * <p>Threading: one thread.
 */
public final class SmallDisk implements AutoCloseable {
    private static final int PAGE_BYTES = 4 << 10;

    private final Path root;
    private final Path ballast;

    private SmallDisk(Path root) {
        this.root = root;
        this.ballast = root.resolve("ballast");
    }

    /** Mounts one at {@code root}; the test is skipped, with a message, where that is not allowed. */
    public static SmallDisk mount(Path root, int megabytes) {
        try {
            Files.createDirectories(root);
            List<String> mount =
                    List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "cairn-test", root.toString());
            Assumptions.assumeTrue(
                    succeeds(mount), "skipped: a tmpfs cannot be mounted here; that needs root on Linux");
            return new SmallDisk(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes or gives back room until {@code bytes}, rounded down to pages, are free. */
    public void leave(long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long excess = free() - bytes;
            if (excess < 0) {
                channel.truncate(Math.max(0, channel.size() + excess) / PAGE_BYTES * PAGE_BYTES);
            }
            ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
            for (long left = excess; left >= PAGE_BYTES && free() >= PAGE_BYTES; left -= PAGE_BYTES) {
                channel.write(page.rewind(), channel.size());
            }
        } catch (IOException e) {
            if (free() > bytes) {
                throw e;
            } // or others took the last room
        }
    }

    /** Gives all room back. */
    public void release() throws IOException {
        Files.deleteIfExists(ballast);
    }

    /** A path on it. */
    public Path resolve(String name) {
        return root.resolve(name);
    }

    public long free() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    /** Shows this file system once more at {@code at}, where nobody can write. */
    public SmallDisk readOnlyView(Path at) throws IOException {
        Files.createDirectories(at);
        SmallDisk view = new SmallDisk(at);
        if (!succeeds(List.of("mount", "--bind", root.toString(), at.toString()))) {
            throw new IOException(at + ": expected to be mounted, was refused");
        }
        if (!succeeds(List.of("mount", "-o", "remount,ro,bind", at.toString()))) {
            view.close();
            throw new IOException(at + ": expected to be mounted read-only, was refused");
        }
        return view;
    }

    @Override
    public void close() throws IOException {
        if (!succeeds(List.of("umount", root.toString())) && !succeeds(List.of("umount", "-l", root.toString()))) {
            throw new IOException(root + ": expected to be unmounted, was refused");
        }
    }

    private static boolean succeeds(List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false; // there is no such command
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException("interrupted while waiting for " + command, e);
        }
    }
}
