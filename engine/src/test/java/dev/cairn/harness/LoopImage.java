package dev.cairn.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file that holds an ext4 file system, mounted by way of a loop device. What is in the file is what a power cut would leave:
 * dirty pages of the mounted file system are not.
 *
 * <p>Threading: one thread.
 */
final class LoopImage implements AutoCloseable {
    private static final long BLOCK_BYTES = 4096;
    private static final Pattern FIRST_EXTENT = Pattern.compile("(?m)^ *0: +\\d+\\.\\. *\\d+: +(\\d+)\\.\\.");
    private static final int WRITES_AT = 4;
    private static final int IN_FLIGHT_AT = 8;

    private final Path file;
    private final Path mountPoint;
    private final String device;

    private LoopImage(Path file, Path mountPoint, String device) {
        this.file = file;
        this.mountPoint = mountPoint;
        this.device = device;
    }

    /** Makes an empty file system. */
    static void format(Path file, int mebibytes) throws IOException, InterruptedException {
        run("truncate", "-s", mebibytes + "M", file.toString());
        run("mkfs.ext4", "-q", "-F", "-b", String.valueOf(BLOCK_BYTES), "-m", "0", file.toString());
    }

    /** Mounts it; the journal of a file system that was cut off is replayed. */
    static LoopImage mount(Path file, Path mountPoint) throws IOException, InterruptedException {
        Files.createDirectories(mountPoint);
        run("mount", "-o", "loop", file.toString(), mountPoint.toString());
        String device = mounts(mountPoint).stream()
                .map(mount -> mount[0])
                .findFirst()
                .orElseThrow(() -> new IOException("expected a mount at " + mountPoint + ", was none"));
        return new LoopImage(file, mountPoint, device);
    }

    /** Copies the file as it is at one moment: between two looks at a device that wrote nothing meanwhile. */
    void copyTo(Path copy) throws IOException, InterruptedException {
        String before;
        do {
            before = idle();
            Files.deleteIfExists(copy);
            run("cp", "--sparse=always", file.toString(), copy.toString());
        } while (!before.equals(idle()));
    }

    /** Waits until no request is under way; tells how many writes there have been. */
    private String idle() throws IOException, InterruptedException {
        Path stat = Path.of("/sys/block", Path.of(device).getFileName().toString(), "stat");
        while (true) {
            String[] fields = Files.readString(stat).strip().split("\\s+");
            if (fields[IN_FLIGHT_AT].equals("0")) {
                return fields[WRITES_AT];
            }
            Thread.sleep(1);
        }
    }

    /**
     * Makes the device give no byte of {@code onDevice} from {@code position} on, which is a multiple of its blocks: reading there is
     * an error of the device. Whatever the file system holds behind that place is gone too.
     */
    void cutOff(Path onDevice, long position) throws IOException, InterruptedException {
        run("sync", "-f", onDevice.toString());
        Matcher extent = FIRST_EXTENT.matcher(output("filefrag", "-v", onDevice.toString()));
        if (!extent.find()) {
            throw new IOException(onDevice + ": expected blocks on the device, was none");
        }
        run("dd", "of=" + onDevice, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"); // no page stays in memory
        long block = Long.parseLong(extent.group(1)) + position / BLOCK_BYTES;
        run("truncate", "-s", String.valueOf(block * BLOCK_BYTES), file.toString());
    }

    /** Unmounts, which frees the loop device too, and deletes the file. */
    @Override
    public void close() {
        try {
            unmountBelow(mountPoint);
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Unmounts whatever is mounted at {@code directory} or below. */
    static void unmountBelow(Path directory) throws IOException, InterruptedException {
        for (String[] mount : mounts(directory)) {
            try {
                run("umount", mount[1]);
            } catch (IOException e) {
                run("umount", "--lazy", mount[1]); // somebody still looks at it
            }
        }
    }

    /** Device and place of each mount at {@code directory} or below. */
    private static List<String[]> mounts(Path directory) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/mounts"))) {
            return lines.map(line -> Arrays.copyOf(line.split(" "), 2))
                    .filter(mount -> Path.of(mount[1]).startsWith(directory))
                    .toList();
        }
    }

    static void run(String... command) throws IOException, InterruptedException {
        output(command);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("expected " + String.join(" ", command) + " to succeed, was " + output.strip());
        }
        return output;
    }
}
