package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.log.NewRecord;
import dev.cairn.task.TaskPatch;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records from memory beside the same records from the segments. */
class RecentReadsTest {
    private static final LogFilter[] FILTERS = {
        LogFilter.all(),
        LogFilter.all().withTopic("task"),
        LogFilter.all().withTopic("news").withKey("k1"),
        LogFilter.all().withType("record"),
        LogFilter.all().withoutTopic("task"),
    };

    @TempDir
    private Path directory;

    private static CairnOptions options() {
        return TestDirectories.smallSegments()
                .segmentRecordsMax(300)
                .recentRecordsMax(500)
                .recentBytesMax(64 << 10)
                .projection(false)
                .build();
    }

    /** Over openings, rolls, lost ranges and a writer that goes on. */
    @Test
    void shouldReadTheSameFromMemoryAsFromTheSegments() throws Exception {
        Path root = directory.resolve("0");
        Random random = new Random(42);
        long hits = 0;
        for (int opening = 1; opening <= 4; opening++) {
            Path killed = directory.resolve(String.valueOf(opening));
            try (Cairn cairn = Cairn.open(root, options())) {
                assertThat(cairn.log().resolve(From.last(3)))
                        .isBetween(0L, cairn.watermarks().endOffset());
                AtomicBoolean done = new AtomicBoolean();
                Thread writer = new Thread(() -> writeUntil(done, cairn));
                writer.start();
                compare(cairn, root, random);
                done.set(true);
                writer.join();
                cairn.sync();
                compare(cairn, root, random);
                hits += cairn.metrics().recentHits();
                TestDirectories.copyAsIfKilled(root, killed);
            }
            root = killed;
        }
        assertThat(hits).isGreaterThan(100);
    }

    private static void writeUntil(AtomicBoolean done, Cairn cairn) {
        for (int i = 0; !done.get(); i++) {
            cairn.tasks().upsert("t" + i % 7, TaskPatch.empty().metadata("{\"n\":" + i + "}"), WriteOptions.defaults());
            cairn.log().append(NewRecord.of("news", "k" + i % 3, "\"" + "x".repeat(i % 100) + "\""));
        }
    }

    private static void compare(Cairn cairn, Path root, Random random) {
        // Opened for reading, it has no ring: what it says comes from the segments.
        try (Cairn segments = Cairn.open(
                root,
                CairnOptions.builder()
                        .readOnly(true)
                        .projection(false)
                        .scrub(false)
                        .build())) {
            for (int i = 0; i < 150; i++) {
                long durable = cairn.watermarks().durableOffset();
                if (durable < 0) {
                    continue;
                }
                segments.log().awaitDurable(durable, java.time.Duration.ofSeconds(20));
                long from = Math.max(0, durable - random.nextInt(random.nextInt(3) == 0 ? 1_500 : 400));
                long until = from + random.nextInt(400);
                LogFilter filter = FILTERS[random.nextInt(FILTERS.length)];
                int limit = 1 + random.nextInt(60);
                long bound = Math.min(until, durable + 1);
                assertThat(answer(cairn, from, bound, filter, limit))
                        .as("%s from %d to %d", filter, from, bound)
                        .isEqualTo(answer(segments, from, bound, filter, limit));
            }
        }
    }

    /** The page, or the refusal, as text. */
    private static String answer(Cairn cairn, long from, long until, LogFilter filter, int limit) {
        try {
            LogPage page = cairn.log().read(from, until, filter, limit);
            return page.records().stream().map(RecentReadsTest::text).toList() + " " + page.next();
        } catch (GoneException e) {
            return "gone " + e.startOffset() + " " + e.resumeFrom();
        } catch (InvalidRequestException e) {
            return "invalid " + e.where();
        }
    }

    private static String text(@Nullable LogRecord record) {
        return String.valueOf(record);
    }

    @Test
    void shouldFallBackToTheSegmentsAfterAnOpening() {
        try (Cairn cairn = Cairn.open(directory, options())) {
            cairn.log()
                    .append(
                            NewRecord.of("news", "k", "1"),
                            WriteOptions.defaults().withAck(Ack.DURABLE));
        }
        try (Cairn cairn = Cairn.open(directory, options())) {
            long last = cairn.log().resolve(From.last(1));
            LogPage page = cairn.log().read(last, Long.MAX_VALUE, LogFilter.all(), 10);

            assertThat(page.records()).hasSize(1);
            assertThat(cairn.metrics().recentHits()).isZero();
            assertThat(cairn.metrics().recentMisses()).isEqualTo(1);

            cairn.log()
                    .append(
                            NewRecord.of("news", "k", "2"),
                            WriteOptions.defaults().withAck(Ack.DURABLE));
            long newest = cairn.log().resolve(From.last(1));
            assertThat(cairn.log()
                            .read(newest, Long.MAX_VALUE, LogFilter.all(), 10)
                            .records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.payload()).isEqualTo("2"));
            assertThat(cairn.metrics().recentHits()).isEqualTo(1);
            assertThat(cairn.log().read(0, Long.MAX_VALUE, LogFilter.all(), 10).records())
                    .hasSize(4);
            assertThat(cairn.metrics().recentMisses()).isEqualTo(2);
        }
    }

    /** Messages and snapshots may be of 16 MiB each, and a page is asked for by up to 1,000. */
    @Test
    void shouldEndAPageThatIsLarge() {
        try (Cairn cairn =
                Cairn.open(directory, CairnOptions.builder().projection(false).build())) {
            String payload = "\"" + "x".repeat(1_000_000) + "\"";
            for (int i = 0; i < 20; i++) {
                cairn.log().append(NewRecord.of("news", "k" + i, payload));
            }
            cairn.sync();
            LogFilter news = LogFilter.all().withTopic("news");
            LogPage page = cairn.log().read(0, Long.MAX_VALUE, news, 1_000);
            int read = page.records().size();

            assertThat(read).isEqualTo(9);
            while (page.next() < cairn.watermarks().endOffset()) {
                page = cairn.log().read(page.next(), Long.MAX_VALUE, news, 1_000);
                assertThat(page.records()).hasSizeBetween(1, 9);
                read += page.records().size();
            }
            assertThat(read).isEqualTo(20);
        }
    }
}
