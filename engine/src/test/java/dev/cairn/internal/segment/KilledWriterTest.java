package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.segment.SegmentScan.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own appends without pause and is killed at a random moment, opening after opening. */
class KilledWriterTest {
    @TempDir
    Path root;

    /** Appends, forces now and then, and says after each record that it was accepted. */
    static final class Writer {
        public static void main(String[] arguments) throws IOException {
            long first = Long.parseLong(arguments[2]);
            TestLog log = new TestLog(Path.of(arguments[0]), Integer.parseInt(arguments[1]), first, TestLog.SMALL);
            Random random = new Random(first);
            while (true) {
                log.append(1 + random.nextInt(4), random.nextInt(2_000));
                if (random.nextInt(50) == 0) {
                    log.force();
                }
                System.out.println(log.last());
                System.out.flush();
            }
        }
    }

    @Test
    void shouldKeepEveryAcceptedRecordThroughKills() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        LogDirectory directory = new LogDirectory(root);
        long next = 0;
        for (int epoch = 1; epoch <= 4; epoch++) {
            long accepted = writeAndKill(epoch, next, 50 + random.nextInt(2_000));
            SegmentCatalog catalog = recover(directory, next, seed);
            LogCursor cursor = new LogCursor(catalog);
            for (long offset = next; offset <= accepted; offset++) {
                assertThat(cursor.read(offset, accepted))
                        .as("seed %d, offset %d", seed, offset)
                        .isTrue();
            }
            assertThat(catalog.problems()).isEmpty();
            next = accepted + 10_000;
        }
    }

    private long writeAndKill(int epoch, long firstOffset, int records) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        root.toString(),
                        String.valueOf(epoch),
                        String.valueOf(firstOffset))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long accepted = firstOffset - 1;
        try (BufferedReader output = writer.inputReader()) {
            for (int i = 0; i < records; i++) {
                accepted = Long.parseLong(output.readLine());
            }
            writer.toHandle().destroyForcibly(); // unlike that of the process, it leaves the pipe open
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                // the last line may be cut; a part of a number is smaller than the number
                accepted = line.isEmpty() ? accepted : Math.max(accepted, Long.parseLong(line));
            }
        }
        assertThat(writer.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return accepted;
    }

    private static SegmentCatalog recover(LogDirectory directory, long firstOffset, long seed) throws IOException {
        SegmentCatalog catalog = SegmentCatalog.load(directory, TestLog.INSTALLATION);
        SegmentSealer sealer = new SegmentSealer(catalog);
        long next = firstOffset;
        for (LogDirectory.NumberedFile file : directory.segmentFiles()) {
            if (catalog.segments().stream()
                    .noneMatch(segment -> segment.number() == file.number() && segment.isSealed())) {
                SegmentScan scan = new SegmentScanner(TestLog.INSTALLATION).scan(file, next);
                assertThat(scan.verdict()).as("seed %d", seed).isNotInstanceOf(Verdict.Damaged.class);
                sealer.seal(scan, catalog);
                next = scan.lastOffset() + 1;
            }
        }
        return SegmentCatalog.load(directory, TestLog.INSTALLATION);
    }
}
