package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.OutOfSpaceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk, played by a small file system in memory. */
class PreallocationTest {
    @TempDir
    Path temporary;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(temporary.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk.toString());
        assumeTrue(mounted, "needs root to mount a small file system");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", "-l", disk.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false;
        }
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Test
    void shouldRefuseWhenTheDiskIsFullAndGoOnWhenThereIsRoom() throws IOException {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[2 << 20]);
        try (TestLog log = TestLog.open(disk.resolve("data"))) {
            assertThatThrownBy(() -> {
                        while (true) {
                            log.append(1, 5_000);
                        }
                    })
                    .isInstanceOf(OutOfSpaceException.class);
            long last = log.last();
            assertThat(last).isGreaterThan(300);
            assertThatThrownBy(() -> log.append(1, 5_000)).isInstanceOf(OutOfSpaceException.class);
            assertThat(log.last()).isEqualTo(last);
            assertThat(readAll(log)).isEqualTo(last + 1);
            log.force();

            Files.delete(ballast);
            int segment = log.writer.segment();
            while (log.writer.segment() == segment) {
                log.append(1, 5_000);
            }
            assertThat(readAll(log)).isEqualTo(log.last() + 1);
            assertThat(log.writer.backgroundFailure()).isNull();
        }
    }

    @Test
    void shouldRefuseTheFirstRecordOnAFullDisk() throws IOException {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[5 << 20]);
        try (TestLog log = TestLog.open(disk.resolve("data"))) {
            assertThatThrownBy(() -> log.append(1, 100)).isInstanceOf(OutOfSpaceException.class);
            Files.delete(ballast);
            log.append(1, 100);
            assertThat(readAll(log)).isEqualTo(1);
        }
    }

    @Test
    void shouldScanAfterACrashOnAFullDisk() throws IOException {
        try (TestLog log = TestLog.open(disk.resolve("data"))) {
            log.append(1, 100);
            Files.write(
                    disk.resolve("ballast"),
                    new byte[(int) Files.getFileStore(disk).getUsableSpace()]);
            LogDirectory.NumberedFile file = log.directory.segmentFiles().get(0);
            SegmentScan scan = new SegmentScanner(TestLog.INSTALLATION).scan(file, 0);
            assertThat(scan.records()).isEqualTo(1);
            Files.delete(disk.resolve("ballast"));
        }
    }

    private static long readAll(TestLog log) {
        LogCursor cursor = log.cursor();
        cursor.seek(0);
        long records = 0;
        while (cursor.next(log.last())) {
            records++;
        }
        return records;
    }
}
