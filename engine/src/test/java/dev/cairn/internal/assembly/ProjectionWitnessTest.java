package dev.cairn.internal.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.TestDirectories;
import dev.cairn.internal.recovery.StateWitness;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the projection tells of records that are lost, whatever its rows hold. */
class ProjectionWitnessTest {
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments().build();

    @TempDir
    Path directory;

    private UUID installation = new UUID(0, 0);
    private final Set<String> told = new TreeSet<>();

    /** All offsets from {@link #lostFrom} on are lost. */
    private final StateWitness.Listener listener = new StateWitness.Listener() {
        @Override
        public boolean isLost(long offset) {
            return offset >= lostFrom;
        }

        @Override
        public void entity(byte kind, @Nullable String topic, String key, long head, long version) {
            told.add(key + " at " + version);
        }

        @Override
        public void operation(String id) {
            throw new AssertionError("expected no operation, was " + id);
        }
    };

    private long lostFrom;

    @BeforeEach
    void fill() {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            installation = cairn.installation();
            cairn.tasks().create(NewTask.of("a"));
            cairn.tasks().create(NewTask.of("b"));
            cairn.tasks().patch("a", TaskPatch.empty().owner("ann"));
            cairn.leases().acquire("deploy", "ann", Duration.ofMinutes(5), Duration.ZERO);
            cairn.sync();
            cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(20));
        }
    }

    private void ask(UUID of) throws IOException {
        new ProjectionWitness(directory, of, new Registry(OPTIONS).kinds.all(), false).tell(listener);
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("projection.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void shouldTellOfEachRowWhoseRecordIsLost() throws IOException {
        ask(installation);
        assertThat(told).containsExactly("a at 2", "b at 1", "deploy at 1");
        told.clear();
        lostFrom = 3;
        ask(installation);
        assertThat(told).containsExactly("a at 2", "deploy at 1");
    }

    @Test
    void shouldTellNothingOfAnothersOrWhereThereIsNone() throws IOException {
        ask(new UUID(1, 2));
        Files.delete(directory.resolve("projection.db"));
        ask(installation);
        assertThat(told).isEmpty();
    }

    @Test
    void shouldTellNothingWhereTheTablesAreNotThoseOfThisCairn() throws Exception {
        change("PRAGMA user_version=1");
        ask(installation);
        assertThat(told).isEmpty();
    }

    /** Nothing in SQLite has a checksum: a version is believed if there can have been so many, and nothing else is looked at. */
    @Test
    void shouldTellOnlyVersionsThatCanBe() throws Exception {
        change("UPDATE lease SET queue = '{'");
        change("UPDATE task SET version = " + Long.MAX_VALUE + " WHERE \"key\" = 'a'");
        change("UPDATE task SET version = 0 WHERE \"key\" = 'b'");
        ask(installation);
        assertThat(told).containsExactly("deploy at 1");
    }

    @Test
    void shouldSayThatItIsDamaged() throws IOException {
        Files.writeString(directory.resolve("projection.db"), "no database", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ask(installation)).isInstanceOf(IOException.class);
    }
}
