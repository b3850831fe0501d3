package dev.cairn.internal.projection;

import static dev.cairn.internal.projection.ProjectionFixture.all;
import static dev.cairn.internal.projection.ProjectionFixture.assertEqual;
import static dev.cairn.internal.projection.ProjectionFixture.caughtUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cairn.NotReadyException;
import dev.cairn.internal.kind.RowQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteProjectionTest {
    @TempDir
    Path directory;

    private final NoteLog notes = new NoteLog();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldHoldWhatTheRecordsFoldTo(long seed) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        notes.random(random, 5_000, 300).force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertEqual(projection, notes);
            for (int i = 0; i < 20; i++) {
                notes.random(random, 200, 300).force();
                assertThat(projection.awaitPosition(notes.durableOffset(), ProjectionFixture.WAIT))
                        .isTrue();
                assertEqual(projection, notes);
            }
        }
    }

    @Test
    void shouldGoOnAfterACleanCloseWithoutApplyingAnythingTwice() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(4);
        notes.random(random, 1_000, 100).force();
        caughtUp(directory, notes).close();
        assertThat(fileNames()).containsExactly("projection.db");
        notes.random(random, 500, 100).force();

        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertEqual(projection, notes);
            assertThat(projection.metrics().records()).isEqualTo(500);
            assertThat(projection.metrics().remakes()).isZero();
        }
    }

    @Test
    void shouldReadEntitiesBackThatWereNotTouchedLately() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").create("b", "open", "x", 2, "{}").force();
        caughtUp(directory, notes).close();
        notes.move("a", "busy")
                .delete("b")
                .create("b", "done", "", 3, "{\"again\":true}")
                .force();

        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertEqual(projection, notes);
            assertThat(projection.metrics().loads()).isEqualTo(2);
        }
    }

    @Test
    void shouldGoOnWithTheVersionOfANoteDeletedBeforeItWasOpened() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").delete("a").force();
        caughtUp(directory, notes).close();
        notes.create("a", "busy", "", 1, "{}").force();

        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertEqual(projection, notes);
            assertThat(notes.existing().get("a").version()).isEqualTo(3);
        }
    }

    @Test
    void shouldMoveItsPositionOverRecordsThatAreNotProjected() throws InterruptedException {
        notes.other().other().other().force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            RowQuery.Page page = projection.query(notes.kind, all());
            assertThat(page.rows()).isEmpty();
            assertThat(page.projectionOffset()).isEqualTo(2);
        }
    }

    @Test
    void shouldNeverShowWhatIsNotDurable() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").force();
        notes.create("b", "open", "", 1, "{}");
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            RowQuery.Page page = projection.query(notes.kind, all());
            assertThat(page.rows()).extracting(RowQuery.Row::key).containsExactly("a");
            assertThat(page.projectionOffset()).isZero();
        }
    }

    @Test
    void shouldWaitForTheOffsetThatAReaderAsksFor() throws Exception {
        notes.create("a", "open", "", 1, "{}").force();
        notes.create("b", "open", "", 1, "{}");
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            Thread later = new Thread(notes::force);
            later.start();
            RowQuery.Page page = projection.query(notes.kind, minOffset(1, ProjectionFixture.WAIT));
            later.join();
            assertThat(page.rows()).hasSize(2);
            assertThat(page.projectionOffset()).isEqualTo(1);
        }
    }

    @Test
    void shouldSayThatAnOffsetWasNotReachedInTime() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").force();
        notes.create("b", "open", "", 1, "{}");
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertThatThrownBy(() -> projection.query(notes.kind, minOffset(1, Duration.ofMillis(20))))
                    .isInstanceOf(NotReadyException.class)
                    .hasMessage("expected the projection to reach offset 1 within 20 ms, was at 0");
        }
    }

    @Test
    void shouldWaitForAnOffsetBeyondTheLogLikeForAnyOther() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertThatThrownBy(() -> projection.query(notes.kind, minOffset(1, Duration.ofMillis(20))))
                    .isInstanceOf(NotReadyException.class);
        }
    }

    @Test
    void shouldRefuseQueriesOnceClosed() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").force();
        SqliteProjection projection = caughtUp(directory, notes);
        projection.close();
        projection.close();

        assertThatThrownBy(() -> projection.query(notes.kind, all())).isInstanceOf(NotReadyException.class);
    }

    @Test
    void shouldCountByAColumn() throws InterruptedException {
        notes.create("a", "open", "x", 1, "{}")
                .create("b", "open", "", 1, "{}")
                .create("c", "done", "x", 1, "{}")
                .delete("c")
                .force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            RowQuery.Counts counts = projection.count(notes.kind, all(), "owner");
            assertThat(counts.counts()).containsOnly(java.util.Map.entry("x", 1L), java.util.Map.entry("", 1L));
            assertThat(counts.projectionOffset()).isEqualTo(3);
        }
    }

    @Test
    void shouldStopAtAFailureOfTheLogAndSaySo() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            notes.log.failWith(new IllegalStateException("a bad segment"));
            notes.create("b", "open", "", 1, "{}").force();
            await().until(() -> projection.failure() != null);

            assertThat(projection.query(notes.kind, all()).rows()).hasSize(1);
            assertThatThrownBy(() -> projection.query(notes.kind, minOffset(1, ProjectionFixture.WAIT)))
                    .isInstanceOf(NotReadyException.class)
                    .hasRootCauseMessage("a bad segment");

            notes.log.failWith(null);
            projection.start();
            assertThat(projection
                            .query(notes.kind, minOffset(1, ProjectionFixture.WAIT))
                            .rows())
                    .hasSize(2);
        }
    }

    @Test
    void shouldKnowWhatAPowerCutCannotTake() throws InterruptedException {
        notes.random(new SplittableRandom(5), 500, 50).force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            await().until(() -> projection.forcedPosition() == notes.durableOffset());
            assertThat(projection.metrics().lag()).isZero();
        }
    }

    @Test
    void shouldMakeTheIndexesOfALongLogAtTheEnd() throws InterruptedException {
        notes.random(new SplittableRandom(6), 70_000, 2_000).force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertEqual(projection, notes);
            assertThat(projection.metrics().rebuilding()).isFalse();
            assertThat(projection.reader().plan(notes.kind, ProjectionFixture.as(all(), "rank", true, 1, null)))
                    .containsExactly("SCAN note USING INDEX note_4");
            assertThat(projection.metrics().transactions()).isLessThan(5);
        }
    }

    private static RowQuery minOffset(long offset, Duration waitMax) {
        return new RowQuery(List.of(), "key", false, 10, null, offset, waitMax);
    }

    private List<String> fileNames() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
