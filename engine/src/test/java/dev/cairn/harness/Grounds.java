package dev.cairn.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where power is cut: a directory with a file system in a file, its copy, and the ids of the processes that use it, so that a later
 * run can clear away what this one leaves if it is killed.
 *
 * <p>Threading: one thread.
 */
final class Grounds {
    private static final String PREFIX = "cairn-power-cut-";
    private static final String PIDS = "pids";

    private final Path directory;
    private @Nullable LoopImage image;
    private int images;

    private Grounds(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory, or skips the test where file systems cannot be mounted. */
    static Grounds prepared() throws IOException, InterruptedException {
        clearLeftovers();
        Grounds grounds = new Grounds(Files.createTempDirectory(PREFIX));
        grounds.note(ProcessHandle.current().pid());
        try {
            grounds.fresh(8);
        } catch (IOException e) {
            grounds.leave();
            assumeTrue(false, "skipped: a power cut needs root, mkfs.ext4 and loop devices: " + e.getMessage());
        }
        return grounds;
    }

    /** Mounts an empty file system in place of whatever was there. */
    void fresh(int mebibytes) throws IOException, InterruptedException {
        unmount();
        Path file = nextFile();
        LoopImage.format(file, mebibytes);
        image = LoopImage.mount(file, mountPoint());
    }

    private Path nextFile() {
        return directory.resolve("image-" + images++);
    }

    private Path copyFile() {
        return directory.resolve("copy");
    }

    Path mountPoint() {
        return directory.resolve("mounted");
    }

    /** Makes the device give nothing of {@code file}, which is on it, from {@code position} on. */
    void cutOff(Path file, long position) throws IOException, InterruptedException {
        image.cutOff(file, position);
    }

    /** Keeps what is on disk now. */
    void copy() throws IOException, InterruptedException {
        image.copyTo(copyFile());
    }

    /** Mounts what was on disk when it was copied. */
    void cutPower() throws IOException, InterruptedException {
        unmount();
        Path file = nextFile();
        Files.move(copyFile(), file);
        image = LoopImage.mount(file, mountPoint());
    }

    ChildProcess child() throws IOException {
        ChildProcess child = ChildProcess.start(directory);
        note(child.pid());
        return child;
    }

    private void note(long pid) throws IOException {
        Files.writeString(
                directory.resolve(PIDS),
                pid + "\n",
                StandardCharsets.UTF_8,
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
    }

    private void unmount() {
        if (image != null) {
            image.close();
            image = null;
        }
    }

    /** Unmounts and deletes everything. */
    void leave() throws IOException, InterruptedException {
        unmount();
        clear(directory);
    }

    /** Clears what runs left whose process is gone. */
    private static void clearLeftovers() throws IOException, InterruptedException {
        List<Path> left;
        try (Stream<Path> found = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            left = found.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
        for (Path path : left) {
            List<String> pids = Files.exists(path.resolve(PIDS)) ? Files.readAllLines(path.resolve(PIDS)) : List.of();
            if (pids.isEmpty() || !Files.exists(Path.of("/proc", pids.get(0)))) {
                for (String pid : pids) {
                    killChild(Long.parseLong(pid));
                }
                clear(path);
            }
        }
    }

    private static void killChild(long pid) {
        ProcessHandle.of(pid)
                .filter(process -> process.info().commandLine().orElse("").contains(WorkloadChild.class.getName()))
                .ifPresent(ProcessHandle::destroyForcibly);
    }

    private static void clear(Path directory) throws IOException, InterruptedException {
        LoopImage.unmountBelow(directory);
        TestFiles.delete(directory);
    }
}
