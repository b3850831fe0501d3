package dev.cairn.internal.projection;

import static dev.cairn.internal.projection.ProjectionFixture.all;
import static dev.cairn.internal.projection.ProjectionFixture.as;
import static dev.cairn.internal.projection.ProjectionFixture.caughtUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.OverloadedException;
import dev.cairn.internal.kind.RowQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside the writer: none waits for the other, and each answer is of one moment. */
class ProjectionConcurrencyTest {
    private static final int PAIRS = 20;

    @TempDir
    Path directory;

    private final NoteLog notes = new NoteLog();

    @Test
    void shouldAnswerAsOfOneMomentWhileTheWriterWrites() throws Exception {
        createPairs();
        ExecutorService readers = Executors.newFixedThreadPool(12);
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            AtomicBoolean writing = new AtomicBoolean(true);
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                boolean paged = i % 2 == 0;
                answers.add(readers.submit(() -> readWhile(projection, writing, paged)));
            }
            for (int round = 1; round <= 1_500; round++) {
                movePairs(round);
            }
            writing.set(false);
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isPositive();
            }
            assertThat(projection.awaitPosition(notes.durableOffset(), ProjectionFixture.WAIT))
                    .isTrue();
            ProjectionFixture.assertEqual(projection, notes);
            assertThat(projection.failure()).isNull();
        } finally {
            readers.shutdownNow();
        }
    }

    private void createPairs() {
        for (int pair = 0; pair < PAIRS; pair++) {
            notes.documentEnd(false).create("a" + pair, "round-0", "", pair, "{}");
            notes.documentEnd(true).create("b" + pair, "round-0", "", pair, "{}");
        }
        notes.force();
    }

    /** Both notes of a pair change in one document. */
    private void movePairs(int round) {
        for (int pair = 0; pair < PAIRS; pair++) {
            notes.documentEnd(false).move("a" + pair, "round-" + round);
            notes.documentEnd(true).move("b" + pair, "round-" + round);
        }
        notes.force();
    }

    private int readWhile(SqliteProjection projection, AtomicBoolean writing, boolean paged) {
        int answers = 0;
        long offset = -1;
        do {
            RowQuery.Page page = projection.query(notes.kind, paged ? as(all(), "rank", true, 10, null) : all());
            assertThat(page.projectionOffset()).isGreaterThanOrEqualTo(offset);
            offset = page.projectionOffset();
            long newest = page.rows().stream()
                    .mapToLong(row -> row.entity().head())
                    .max()
                    .orElseThrow();
            assertThat(newest).isLessThanOrEqualTo(offset);
            assertPairsAgree(page);
            answers++;
        } while (writing.get());
        return answers;
    }

    private void assertPairsAgree(RowQuery.Page page) {
        var versions = new java.util.HashMap<String, Long>();
        for (RowQuery.Row row : page.rows()) {
            String pair = row.key().substring(1);
            Long other = versions.put(pair, row.entity().version());
            assertThat(other == null || other == row.entity().version())
                    .as("versions of pair " + pair + " at " + page.projectionOffset())
                    .isTrue();
        }
    }

    @Test
    void shouldGoOnWritingWhileAReaderHoldsItsMoment() throws Exception {
        createPairs();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            CountDownLatch reading = new CountDownLatch(1);
            CountDownLatch written = new CountDownLatch(1);
            AtomicBoolean moved = new AtomicBoolean();
            Thread reader = new Thread(() -> projection.forEachEntity(notes.kind, (key, entity) -> {
                reading.countDown();
                awaitQuietly(written);
                moved.compareAndSet(false, entity.version() > 1);
            }));
            reader.start();
            reading.await();
            movePairs(1);
            assertThat(projection.awaitPosition(notes.durableOffset(), ProjectionFixture.WAIT))
                    .isTrue();
            written.countDown();
            reader.join();
            assertThat(moved).isFalse();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldTurnAwayReadersWhenAllConnectionsAreInUseForLong() throws Exception {
        createPairs();
        caughtUp(directory, notes).close();
        ReaderPool pool = new ReaderPool(new ProjectionFile(directory));
        List<Reader> lent = new ArrayList<>();
        for (int i = 0; i < ReaderPool.READERS_MAX; i++) {
            lent.add(pool.acquire(0));
        }
        assertThatThrownBy(() -> pool.acquire(TimeUnit.MILLISECONDS.toNanos(5)))
                .isInstanceOf(OverloadedException.class);
        pool.release(lent.remove(0));
        lent.add(pool.acquire(0));
        lent.forEach(pool::release);
        pool.close();
    }

    /** Many queries at once queue up and are all answered. */
    @Test
    void shouldServeManyMoreReadersThanConnections() throws Exception {
        createPairs();
        ExecutorService callers = Executors.newFixedThreadPool(50);
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            Semaphore done = new Semaphore(0);
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                calls.add(() -> {
                    int rows = projection.query(notes.kind, all()).rows().size();
                    done.release();
                    return rows;
                });
            }
            for (Future<Integer> rows : callers.invokeAll(calls)) {
                assertThat(rows.get()).isEqualTo(2 * PAIRS);
            }
            assertThat(done.availablePermits()).isEqualTo(300);
        } finally {
            callers.shutdown();
            assertThat(callers.awaitTermination(Duration.ofSeconds(30).toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
        }
    }
}
