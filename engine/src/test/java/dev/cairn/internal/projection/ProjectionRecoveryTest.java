package dev.cairn.internal.projection;

import static dev.cairn.internal.projection.ProjectionFixture.all;
import static dev.cairn.internal.projection.ProjectionFixture.assertEqual;
import static dev.cairn.internal.projection.ProjectionFixture.caughtUp;
import static dev.cairn.internal.projection.ProjectionFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an opening finds after crashes, damage and changes, and that it always ends equal to the log. */
class ProjectionRecoveryTest {
    @TempDir
    Path directory;

    @TempDir
    Path copy;

    private final NoteLog notes = new NoteLog();
    private Path database;

    @BeforeEach
    void setUp() {
        database = directory.resolve(ProjectionFile.NAME);
    }

    /** The files as a kill leaves them are those of any moment, because the writer only appends to the write-ahead log. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void shouldBeExactAfterAKillAtAnyMoment(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        notes.random(random, 300, 100).force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            Thread writer = new Thread(() -> {
                for (int i = 0; i < 400; i++) {
                    notes.random(random, 20, 100).force();
                }
            });
            writer.start();
            for (int i = 0; i < 5; i++) {
                copyFiles();
                checkRowsFitThePosition();
            }
            writer.join();
            copyFiles();
            assertThat(projection.failure()).isNull();
        }

        try (SqliteProjection projection = caughtUp(copy, notes)) {
            assertEqual(projection, notes);
            assertThat(projection.metrics().remakes()).isZero();
        }
    }

    private void checkRowsFitThePosition() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy.resolve(ProjectionFile.NAME));
                Statement statement = connection.createStatement()) {
            long newest = statement
                    .executeQuery("SELECT coalesce(max(head), -1) FROM note")
                    .getLong(1);
            long offset = statement
                    .executeQuery("SELECT \"offset\" FROM cairn_position")
                    .getLong(1);
            assertThat(newest).isLessThanOrEqualTo(offset);
            assertThat(statement.executeQuery("PRAGMA integrity_check").getString(1))
                    .isEqualTo("ok");
        }
    }

    private void copyFiles() throws IOException {
        try (Stream<Path> files = Files.list(copy)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        // The log before the file: what was copied from the log into the file in between is then in both.
        for (String name : new String[] {"projection.db-wal", "projection.db"}) {
            Files.copy(directory.resolve(name), copy.resolve(name));
        }
    }

    /** As a reader finds it whose newest segment is missing: the log is known to have been durable beyond what can be read. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeMadeOfWhatCanBeReadWhereTheEndOfTheLogCannot(boolean anything) throws Exception {
        if (anything) {
            notes.random(new SplittableRandom(14), 300, 100);
        }
        long readable = notes.endOffset() - 1;
        notes.log.force(readable + 1_000_000);
        try (SqliteProjection projection = open(directory, notes)) {
            assertThat(projection.awaitPosition(readable, ProjectionFixture.WAIT))
                    .isTrue();
            assertThat(projection.query(notes.kind, all()).rows())
                    .hasSize(Math.min(1_000, notes.existing().size()));
            assertThat(projection.metrics().rebuilding()).isFalse();
        }
    }

    @Test
    void shouldStartOverWhenTheLogIsOfAnotherInstallation() throws Exception {
        openAndClose();
        notes.installation = UUID.randomUUID();
        shouldBeMadeAnew();
    }

    @Test
    void shouldStartOverWhenItIsAheadOfTheLog() throws Exception {
        openAndClose();
        execute("UPDATE cairn_position SET \"offset\" = 1000000");
        shouldBeMadeAnew();
    }

    @Test
    void shouldStartOverWhenTheRecordAtItsPositionIsAnother() throws Exception {
        openAndClose();
        execute("UPDATE cairn_position SET checksum = checksum + 1");
        shouldBeMadeAnew();
    }

    @Test
    void shouldStartOverWhenANewerCairnWroteIt() throws Exception {
        openAndClose();
        execute("PRAGMA user_version = " + (ProjectionSchema.VERSION + 1));
        shouldBeMadeAnew();
    }

    @Test
    void shouldStartOverWhenAKindHasOtherColumnsOrIndexes() throws Exception {
        openAndClose();
        execute("UPDATE note SET rank = 77");
        NoteKind changed = new NoteKind("status, key");
        try (SqliteProjection projection = open(directory, notes, changed)) {
            assertThat(projection.awaitPosition(notes.durableOffset(), ProjectionFixture.WAIT))
                    .isTrue();
            assertEqual(projection, notes);
        }
    }

    @Test
    void shouldStartOverWhenATableIsMissing() throws Exception {
        openAndClose();
        execute("DROP TABLE note");
        shouldBeMadeAnew();
    }

    @Test
    void shouldStartOverWhenThePositionIsMissing() throws Exception {
        openAndClose();
        execute("DELETE FROM cairn_position");
        shouldBeMadeAnew();
    }

    @Test
    void shouldStartOverWhenTheFileIsNoDatabase() throws Exception {
        openAndClose();
        Files.writeString(database, "this was a database once ".repeat(500));
        shouldBeMadeAnew();
    }

    @Test
    void shouldStartOverWhenTheFileIsCutShort() throws Exception {
        openAndClose();
        execute("UPDATE cairn_position SET clean = 0");
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        shouldBeMadeAnew();
    }

    @Test
    void shouldStartOverWhenTheFileIsEmpty() throws Exception {
        Files.createFile(database);
        notes.random(new SplittableRandom(1), 500, 50).force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertEqual(projection, notes);
        }
    }

    @Test
    void shouldFindDamageAfterAnUncleanStop() throws Exception {
        openAndClose();
        execute("UPDATE cairn_position SET clean = 0");
        scribble();
        shouldBeMadeAnew();
    }

    @Test
    void shouldFindDamageWhenAQueryMeetsIt() throws Exception {
        openAndClose();
        scribble();
        try (SqliteProjection projection = open(directory, notes)) {
            await().ignoreExceptionsInstanceOf(dev.cairn.NotReadyException.class)
                    .until(() -> {
                        projection.query(notes.kind, all());
                        return projection.metrics().remakes() > 0;
                    });
            assertThat(projection.awaitPosition(notes.durableOffset(), ProjectionFixture.WAIT))
                    .isTrue();
            assertEqual(projection, notes);
        }
    }

    @Test
    void shouldStartOverWhenARowIsNotTheOneBeforeTheNextRecord() throws Exception {
        openAndClose();
        execute("UPDATE note SET head = head - 1");
        String key = notes.existing().firstKey();
        notes.move(key, "busy").force();
        try (SqliteProjection projection = open(directory, notes)) {
            await().until(() -> projection.metrics().remakes() == 1);
            assertThat(projection.awaitPosition(notes.durableOffset(), ProjectionFixture.WAIT))
                    .isTrue();
            assertEqual(projection, notes);
        }
    }

    @Test
    void shouldGoOnWithARebuildThatBrokeOff() throws Exception {
        notes.random(new SplittableRandom(9), 60_000, 500).force();
        SqliteProjection projection = SqliteProjection.open(directory, java.util.List.of(notes.kind), notes, notes.log);
        projection.close();
        assertThat(longOf("SELECT indexed FROM cairn_position")).isZero();

        try (SqliteProjection again = caughtUp(directory, notes)) {
            assertEqual(again, notes);
        }
        assertThat(longOf("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"))
                .isEqualTo(4);
    }

    @Test
    void shouldOpenLaterWhenItCannotBeOpenedNow() throws Exception {
        notes.random(new SplittableRandom(1), 500, 50).force();
        // A directory in its place: no file can be opened there, whoever asks.
        Files.createDirectory(database);
        try (SqliteProjection projection = open(directory, notes)) {
            assertThat(projection.awaitPosition(0, java.time.Duration.ofMillis(50)))
                    .isFalse();
            assertThat(projection.position()).isEqualTo(-1);
            await().untilAsserted(() -> assertThat(projection.waiting()).startsWith(database + ": "));
            Files.delete(database);
            assertThat(projection.awaitPosition(notes.durableOffset(), ProjectionFixture.WAIT))
                    .isTrue();
            await().untilAsserted(() -> assertThat(projection.waiting()).isNull());
            assertEqual(projection, notes);
        }
    }

    @Test
    void shouldCheckAgainWhatWasClosedWithDamageInIt() throws Exception {
        openAndClose();
        scribble();
        try (SqliteProjection projection =
                SqliteProjection.open(directory, java.util.List.of(notes.kind), notes, notes.log)) {
            assertThatThrownBy(() -> projection.forEachEntity(notes.kind, (key, entity) -> {}))
                    .isInstanceOf(dev.cairn.NotReadyException.class);
        }
        shouldBeMadeAnew();
    }

    @Test
    void shouldDeleteAllItsFiles() throws Exception {
        openAndClose();
        SqliteProjection.delete(directory);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    private void openAndClose() throws InterruptedException {
        notes.random(new SplittableRandom(8), 2_000, 200).force();
        caughtUp(directory, notes).close();
    }

    /** Opens, and finds every row right although all that was there has been marked wrong. */
    private void shouldBeMadeAnew() throws InterruptedException {
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertEqual(projection, notes);
            await().until(() -> projection.metrics().records() == notes.durableOffset() + 1);
        }
    }

    /** Overwrites the pages behind the first ten. */
    private void scribble() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            byte[] noise = new byte[(int) file.length() - 40_960];
            new SplittableRandom(3).nextBytes(noise);
            file.seek(40_960);
            file.write(noise);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long longOf(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            return statement.executeQuery(sql).getLong(1);
        }
    }
}
