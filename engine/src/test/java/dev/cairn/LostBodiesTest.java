package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of large entities the checkpoint knows the heads alone, their bodies are in the log: where these are damaged, nothing else is stopped. */
class LostBodiesTest {
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().imageInterval(8).inlineBytesMax(256).build();

    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void write() {
        directory = temporary.resolve("data");
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.leases().acquire("task:guarded", "holder", Duration.ofHours(1), Duration.ZERO);
            long token = cairn.leases().get("task:guarded").orElseThrow().token();
            String body = "{\"mark\":\"of-the-lease\"," + filler() + "}";
            cairn.leases().renew("task:guarded", token, Duration.ofHours(1), body, WriteOptions.defaults());
            cairn.tasks()
                    .create(NewTask.of("guarded"), WriteOptions.defaults().withFence(new Fence("task:guarded", token)));
            cairn.leases().acquire("small", "holder", Duration.ofHours(1), Duration.ZERO);
            for (int i = 0; i < 2_000; i++) {
                cairn.log().append(NewRecord.of("notes", "n", "{" + filler() + "}"));
            }
            cairn.tasks().create(NewTask.of("changed").metadata("{\"mark\":\"first\"," + filler() + "}"));
            cairn.tasks().create(NewTask.of("created").metadata("{\"mark\":\"only-mark\"," + filler() + "}"));
            cairn.tasks().patch("changed", TaskPatch.empty().metadata("{\"mark\":\"last-mark\"}"));
            cairn.tasks().create(NewTask.of("behind"));
        }
    }

    private static String filler() {
        return "\"filler\":\"" + "x".repeat(800) + "\"";
    }

    @Test
    void shouldOpenWhereTheBodyOfALeaseIsDamaged() throws IOException {
        TestDirectories.damageRecordWith(directory, "of-the-lease");
        for (boolean readOnly : new boolean[] {true, false}) {
            CairnOptions options = TestDirectories.smallSegments()
                    .inlineBytesMax(256)
                    .readOnly(readOnly)
                    .build();
            try (Cairn cairn = Cairn.open(directory, options)) {
                assertThatThrownBy(() -> cairn.leases().get("task:guarded")).isInstanceOf(DamagedLogException.class);
                assertThat(cairn.leases().get("small").orElseThrow().holder()).isEqualTo("holder");
                assertThat(cairn.tasks().get("behind")).isPresent();
                if (!readOnly) {
                    assertThatThrownBy(() -> cairn.tasks()
                                    .patch("guarded", TaskPatch.empty().priority(1)))
                            .as("somebody may hold the lease, and nobody knows the token")
                            .isInstanceOf(DamagedLogException.class);
                    assertThat(cairn.tasks().patch("behind", TaskPatch.empty().priority(1)))
                            .isNotNull();
                }
            }
        }
    }

    @Test
    void shouldSayOfThePastThatRecordsOfItWereLost() throws IOException {
        long created;
        long between;
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            List<LogRecord> history = cairn.tasks().history("changed", Long.MAX_VALUE, 10);
            created = history.get(history.size() - 1).offset();
            between =
                    cairn.tasks().patch("behind", TaskPatch.empty().priority(5)).offset();
            cairn.tasks().patch("changed", TaskPatch.empty().priority(5));
        }
        TestDirectories.damageRecordWith(directory, "last-mark");
        Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE).apply(OPTIONS);
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            Task then = cairn.tasks().getAsOf("changed", between).orElseThrow();
            assertThat(then.metadata()).contains("first");
            assertThat(then.incomplete()).isTrue();
            assertThat(cairn.tasks().getAsOf("changed", created).orElseThrow().incomplete())
                    .as("before the loss")
                    .isFalse();
            assertThat(cairn.contexts().explain("changed", "priority").record().type())
                    .as("what set it is there, behind what the repair says")
                    .isEqualTo("patched");
            assertThat(cairn.contexts()
                            .explain("changed", "metadata.mark")
                            .record()
                            .type())
                    .as("of the value that is left")
                    .isEqualTo("created");
            assertThat(cairn.contexts().explain("changed", "priority").incomplete())
                    .isTrue();
        }
    }

    /** The projection alone knows that there was a later record: from there on the task is not what it was. */
    @Test
    void shouldSayOfThePastWhatTheProjectionKnewToBeLost() throws IOException {
        Path projected = temporary.resolve("projected");
        CairnOptions options = TestDirectories.smallSegments().projection(true).build();
        long lost;
        long behind;
        try (Cairn cairn = Cairn.open(projected, options)) {
            cairn.tasks().create(NewTask.of("t").metadata("{\"n\":0}"));
            lost = cairn.tasks()
                    .patch("t", TaskPatch.empty().metadata("{\"n\":\"newest-mark\"}"))
                    .offset();
            behind = cairn.tasks().create(NewTask.of("behind")).offset();
            cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(10));
        }
        Files.delete(projected.resolve("checkpoint/state.checkpoint"));
        TestDirectories.damageRecordWith(projected, "newest-mark");
        Recovery.plan(projected, 0, Long.MAX_VALUE, Progress.NONE).apply(options);
        try (Cairn cairn = Cairn.open(projected, options)) {
            Task then = cairn.tasks().getAsOf("t", behind).orElseThrow();
            assertThat(then.incomplete()).isTrue();
            assertThat(cairn.tasks().history("t").get(0).payload())
                    .isEqualTo("{\"deleted\":false,\"lastVersion\":2,\"lastRevision\":" + lost + "}");
        }
        assertThat(Verification.of(projected, true, Progress.NONE).isSound()).isTrue();
    }

    /** An opening behind a kill leaves offsets out: they are no loss of the time before. */
    @Test
    void shouldSayNothingOfThePastBeforeTheLoss() throws IOException {
        Path begun = temporary.resolve("begun");
        Path killed = temporary.resolve("killed");
        CairnOptions options = TestDirectories.smallSegments().projection(false).build();
        try (Cairn cairn = Cairn.open(begun, options)) {
            cairn.tasks().create(NewTask.of("t").metadata("{\"n\":0}"));
            cairn.sync();
            TestDirectories.copyAsIfKilled(begun, killed);
        }
        long opened;
        try (Cairn cairn = Cairn.open(killed, options)) {
            opened = cairn.tasks().create(NewTask.of("behind")).offset();
            cairn.tasks().patch("t", TaskPatch.empty().metadata("{\"n\":\"lost-mark\"}"));
            cairn.tasks().create(NewTask.of("later").metadata("{\"n\":\"later-mark\"}"));
            cairn.tasks().patch("later", TaskPatch.empty().priority(1));
        }
        assertThat(opened).isGreaterThan(1_000);
        TestDirectories.damageRecordWith(killed, "lost-mark");
        TestDirectories.damageRecordWith(killed, "later-mark");
        Recovery.plan(killed, 0, Long.MAX_VALUE, Progress.NONE).apply(options);
        try (Cairn cairn = Cairn.open(killed, options)) {
            assertThat(cairn.tasks().get("t").orElseThrow().incomplete()).isTrue();
            assertThat(cairn.tasks().getAsOf("t", opened).orElseThrow().incomplete())
                    .isFalse();
            assertThat(cairn.tasks().getAsOf("later", opened))
                    .as("before it was made")
                    .isEmpty();
        }
    }

    @Test
    void shouldRepairWhereTheNewestRecordsOfLargeEntitiesAreLost() throws IOException {
        TestDirectories.damageRecordWith(directory, "last-mark");
        TestDirectories.damageRecordWith(directory, "only-mark");
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.lostCount()).isEqualTo(2);
        assertThat(plan.tasks()).containsExactly("changed", "created");
        assertThat(plan.apply(OPTIONS).deleted()).containsExactly("task/created");
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            Task changed = cairn.tasks().get("changed").orElseThrow();
            assertThat(changed.incomplete()).isTrue();
            assertThat(changed.metadata()).contains("\"mark\":\"first\"");
            assertThat(changed.version())
                    .as("of the lost record, and of the repair")
                    .isEqualTo(3);
            assertThat(cairn.tasks().get("created")).as("nothing is left of it").isEmpty();
            assertThat(cairn.tasks().history("created"))
                    .singleElement()
                    .matches(record -> record.type().equals("recovered"));
        }
        assertThat(Verification.of(directory, true, Progress.NONE).isSound()).isTrue();
    }
}
