package dev.cairn.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.decision.NewDecision;
import dev.cairn.inspect.Recovery;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.Runs;
import dev.cairn.run.SnapshotKind;
import dev.cairn.session.NewMessage;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a task of which records around it were lost: all that is left, and that something is missing. */
class LostContextTest {
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().projection(false).build();

    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void write() {
        directory = temporary.resolve("data");
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.tasks().create(NewTask.of("t"));
            cairn.decisions()
                    .append(NewDecision.of("d-1", "ann", "First", "because-of-mark-1")
                            .task("t"));
            cairn.runs()
                    .save(
                            "r",
                            NewSnapshot.of(SnapshotKind.AUTO, "{\"step\":\"snapshot-one\"}")
                                    .metadata("{\"task\":\"t\"}"));
            cairn.runs().save("r", NewSnapshot.of(SnapshotKind.AUTO, "{\"step\":\"snapshot-two\"}"));
            cairn.tasks().patch("t", TaskPatch.empty().priority(7));
        }
    }

    private void repair() {
        Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE).apply(OPTIONS);
    }

    private static TaskContext context(Cairn cairn) {
        return cairn.contexts().of("t", ContextQuery.usual()).orElseThrow();
    }

    @Test
    void shouldSayNothingWhereNothingIsLost() {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            assertThat(context(cairn).incomplete()).isFalse();
            assertThat(cairn.contexts().explain("t", "status").incomplete()).isFalse();
        }
    }

    /** The checkpoint remembers that there was a later one: an earlier one is not shown in its place. */
    @Test
    void shouldTellAllButALostSnapshot() throws IOException {
        TestDirectories.damageRecordWith(directory, "snapshot-two");
        repair();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            assertThatThrownBy(() -> cairn.runs().load("r", Runs.LATEST)).isInstanceOf(DamagedLogException.class);
            TaskContext context = context(cairn);
            assertThat(context.snapshot()).isNull();
            assertThat(context.incomplete()).isTrue();
            assertThat(context.decisions()).hasSize(1);
            assertThat(cairn.contexts().explain("t", "status").incomplete())
                    .as("of the task and its decisions nothing is lost")
                    .isFalse();
            cairn.runs().save("r", NewSnapshot.of(SnapshotKind.AUTO, "{\"step\":\"three\"}"));
            assertThat(context(cairn).snapshot().state()).contains("three");
        }
    }

    /** Their only records are lost, and the links to them are left. */
    @Test
    void shouldSayThatASessionOrARunIsLost() throws IOException {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.tasks().create(NewTask.of("u"));
            cairn.sessions().append("s", NewMessage.of("user", "only-message").task("u"));
            cairn.tasks().create(NewTask.of("v"));
            cairn.runs()
                    .save("w", NewSnapshot.of(SnapshotKind.AUTO, "{\"only\":1}").metadata("{\"task\":\"v\"}"));
            cairn.runs().delete("w");
        }
        Files.delete(directory.resolve("checkpoint/state.checkpoint"));
        TestDirectories.damageRecordWith(directory, "only-message");
        repair();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            TaskContext lost = cairn.contexts().of("u", ContextQuery.usual()).orElseThrow();
            assertThat(lost.sessions()).isEmpty();
            assertThat(lost.incomplete()).isTrue();
            TaskContext deleted = cairn.contexts().of("v", ContextQuery.usual()).orElseThrow();
            assertThat(deleted.snapshot()).isNull();
            assertThat(deleted.incomplete()).as("somebody deleted it").isFalse();
        }
    }

    /** What was linked up to then is lost, and the task itself is not. */
    @Test
    void shouldExplainWhatIsLeftWhereLinksAreLost() throws IOException {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.decisions()
                    .append(NewDecision.of("x-1", "ann", "First", "lost-with-its-link")
                            .task("x"));
            cairn.tasks().create(NewTask.of("x"));
            cairn.decisions()
                    .append(NewDecision.of("x-2", "ann", "Second", "because").task("x"));
        }
        Path log = directory.resolve("log");
        Files.delete(directory.resolve("checkpoint/state.checkpoint"));
        TestDirectories.damageRecordWith(directory, "lost-with-its-link");
        TestDirectories.damageRecordWith(directory, "x-1");
        TestDirectories.damageRecordWith(directory, "x-1");
        repair();
        assertThat(log).exists();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            Explanation explanation = cairn.contexts().explain("x", "owner");
            assertThat(explanation.record()).isNotNull();
            assertThat(explanation.incomplete()).isTrue();
        }
    }

    /** The link to it is left, and nobody remembers what it said. */
    @Test
    void shouldSayThatADecisionIsLost() throws IOException {
        Files.delete(directory.resolve("checkpoint/state.checkpoint"));
        TestDirectories.damageRecordWith(directory, "because-of-mark-1");
        repair();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            Explanation explanation = cairn.contexts().explain("t", "priority");
            assertThat(explanation.decision()).isNull();
            assertThat(explanation.incomplete()).isTrue();
            TaskContext context = context(cairn);
            assertThat(context.decisions()).isEmpty();
            assertThat(context.incomplete()).isTrue();
            assertThat(context.snapshot().state()).contains("snapshot-two");
        }
    }
}
