package dev.cairn.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.Refusal;
import dev.cairn.WriteOptions;
import dev.cairn.decision.Decision;
import dev.cairn.decision.NewDecision;
import dev.cairn.lease.Grant;
import dev.cairn.run.NewSnapshot;
import dev.cairn.session.Message;
import dev.cairn.session.NewMessage;
import dev.cairn.task.Claim;
import dev.cairn.task.ClaimRequest;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is around a task, and why it is as it is, as an embedding program asks. */
class ContextsTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private Cairn cairn;

    @BeforeEach
    void open() {
        cairn = Cairn.open(directory, CairnOptions.builder().projection(false).build());
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    private TaskContext context(String task) {
        return cairn.contexts().of(task).orElseThrow();
    }

    private Explanation explain(String field) {
        return cairn.contexts().explain("t", field);
    }

    private void surround(String task, int number) {
        cairn.decisions()
                .append(NewDecision.of("d" + number, "ann", "Title " + number, "Do it")
                        .task(task));
        cairn.sessions()
                .append(
                        "s" + number % 3,
                        NewMessage.of("user", "message " + number).task(task));
        cairn.runs().save("r", NewSnapshot.manual("{\"n\":" + number + "}").metadata("{\"task\":\"" + task + "\"}"));
    }

    @Test
    void shouldShowEverythingAtOneOffset() {
        cairn.tasks().create(NewTask.of("t"));
        cairn.tasks().create(NewTask.of("other"));
        Grant grant = cairn.leases().acquire("task:t", "ann", LONG, Duration.ZERO);
        cairn.leases().request("task:t", "bob", LONG, LONG, DEFAULTS);
        for (int i = 0; i < 20; i++) {
            surround(i % 2 == 0 ? "t" : "other", i);
        }
        cairn.tasks().patch("t", TaskPatch.empty().priority(3), DEFAULTS.withFence(grant.fence()));
        TaskContext context = context("t");
        assertThat(context.offset()).isEqualTo(cairn.watermarks().endOffset() - 1);
        assertThat(context.task().priority()).isEqualTo(3);
        assertThat(context.lease().holder()).isEqualTo("ann");
        assertThat(context.lease().queue())
                .extracting(waiting -> waiting.holder())
                .containsExactly("bob");
        assertThat(context.records()).extracting(LogRecord::type).containsExactly("patched", "created");
        assertThat(context.decisions())
                .extracting(Decision::id)
                .containsExactly("d18", "d16", "d14", "d12", "d10", "d8", "d6", "d4", "d2", "d0");
        assertThat(context.sessions()).hasSize(3);
        assertThat(context.sessions().get(0).session().id()).isEqualTo("s1");
        assertThat(context.sessions().get(0).messages())
                .extracting(Message::content)
                .contains("\"message 19\"");
        assertThat(context.snapshot().state()).isEqualTo("{\"n\":19}");
        assertThat(context("other").decisions()).hasSize(10);
        assertThat(cairn.contexts().of("none")).isEmpty();
    }

    @Test
    void shouldKeepItsSizes() {
        cairn.tasks().create(NewTask.of("t"));
        for (int i = 0; i < 60; i++) {
            surround("t", i);
        }
        TaskContext small =
                cairn.contexts().of("t", new ContextQuery(0, 2, 1, 1, false)).orElseThrow();
        assertThat(small.records()).isEmpty();
        assertThat(small.decisions()).extracting(Decision::id).containsExactly("d59", "d58");
        assertThat(small.sessions()).hasSize(1);
        assertThat(small.sessions().get(0).messages()).hasSize(1);
        assertThat(small.snapshot().state()).isEmpty();
        TaskContext large = cairn.contexts()
                .of("t", new ContextQuery(10, 16, 16, 100, true))
                .orElseThrow();
        assertThat(large.decisions()).hasSize(TaskContextKind.EACH_MAX);
        assertThatThrownBy(() -> new ContextQuery(0, 17, 0, 0, true)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldSurviveAnOpeningAndLeaveOutWhatIsDeleted() {
        cairn.tasks().create(NewTask.of("t"));
        surround("t", 1);
        surround("t", 2);
        cairn.close();
        open();
        cairn.sessions().delete("s1");
        TaskContext context = context("t");
        assertThat(context.decisions()).extracting(Decision::id).containsExactly("d2", "d1");
        assertThat(context.sessions())
                .extracting(session -> session.session().id())
                .containsExactly("s2");
        cairn.runs().delete("r");
        assertThat(context("t").snapshot()).isNull();
        cairn.tasks().delete("t");
        assertThat(cairn.contexts().of("t")).isEmpty();
    }

    /** A session is linked once: what counts is who spoke last, and which run was saved last. */
    @Test
    void shouldPutFirstWhatWentOnLast() {
        cairn.tasks().create(NewTask.of("t"));
        for (String id : List.of("a", "b", "c", "a")) {
            cairn.sessions().append(id, NewMessage.of("user", "x").task("t"));
            cairn.runs().save(id, NewSnapshot.manual("{\"run\":\"" + id + "\"}").metadata("{\"task\":\"t\"}"));
        }
        TaskContext context =
                cairn.contexts().of("t", new ContextQuery(0, 0, 2, 1, true)).orElseThrow();
        assertThat(context.sessions())
                .extracting(session -> session.session().id())
                .containsExactly("a", "c");
        assertThat(context.snapshot().state()).isEqualTo("{\"run\":\"a\"}");
        cairn.runs().delete("a");
        assertThat(context("t").snapshot().state()).isEqualTo("{\"run\":\"c\"}");
    }

    /** Whatever is written meanwhile: each answer is of one offset, in which nothing comes later than anything else. */
    @Test
    void shouldBeOneViewWhileOthersWrite() throws Exception {
        cairn.tasks().create(NewTask.of("t"));
        surround("t", 0);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 1; !done.get(); i++) {
                cairn.tasks().patch("t", TaskPatch.empty().priority(i));
                surround("t", i);
            }
        });
        try {
            for (int i = 0; i < 300; i++) {
                TaskContext context = context("t");
                List<Long> offsets = new ArrayList<>();
                offsets.add(context.task().revision());
                context.records().forEach(record -> offsets.add(record.offset()));
                context.decisions().forEach(decision -> offsets.add(decision.offset()));
                context.sessions().forEach(session -> {
                    offsets.add(session.session().revision());
                    session.messages().forEach(message -> offsets.add(message.offset()));
                });
                offsets.add(context.snapshot().info().offset());
                assertThat(offsets).allMatch(offset -> offset <= context.offset());
                int priority = context.task().priority();
                int decided = Integer.parseInt(context.decisions().get(0).id().substring(1));
                int saved = Integer.parseInt(context.snapshot().state().replaceAll("\\D", ""));
                assertThat(decided).isBetween(priority - 1, priority);
                assertThat(saved).isBetween(decided - 1, decided);
            }
        } finally {
            done.set(true);
            writer.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldExplainWhoSetAFieldAndUnderWhat() {
        cairn.tasks().create(NewTask.of("t").metadata("{\"a\":1,\"b\":{\"c\":2}}"), DEFAULTS.withActor("ann"));
        cairn.decisions().append(NewDecision.of("d", "ann", "Start", "Now").task("t"));
        Claim claim = cairn.tasks().claim(ClaimRequest.of("bob", LONG)).orElseThrow();
        WriteOptions fenced = DEFAULTS.withFence(claim.lease().fence());
        cairn.tasks().patch("t", TaskPatch.empty().metadata("{\"a\":5}"), fenced.withActor("bob"));
        Explanation status = explain("status");
        assertThat(status)
                .extracting(Explanation::value, Explanation::before)
                .containsExactly("\"running\"", "\"pending\"");
        assertThat(status.record().type()).isEqualTo("claimed");
        assertThat(status.record().actor()).isEqualTo("bob");
        assertThat(status.lease())
                .isEqualTo(new Explanation.UnderLease("task:t", claim.lease().token(), "bob"));
        assertThat(status.decision().id()).isEqualTo("d");
        Explanation a = explain("metadata.a");
        assertThat(a).extracting(Explanation::value, Explanation::before).containsExactly("5", "1");
        assertThat(a.record().type()).isEqualTo("patched");
        assertThat(a.lease().holder()).isEqualTo("bob");
        Explanation b = explain("metadata.b");
        assertThat(b.value()).isEqualTo("{\"c\":2}");
        assertThat(b.before()).isNull();
        assertThat(b.record()).extracting(LogRecord::type, LogRecord::actor).containsExactly("created", "ann");
        assertThat(b.lease()).isNull();
        assertThat(b.decision()).isNull();
        assertThat(explain("metadata.none").value()).isEqualTo("null");
        assertThat(explain("metadata").record().type()).isEqualTo("patched");
        assertThat(explain("queue").value()).isEqualTo("\"default\"");
        assertThat(explain("priority").value()).isEqualTo("0");
        assertThat(explain("attempts").value()).isEqualTo("0");
    }

    /** The way back leads over records that set other fields, and past images. */
    @Test
    void shouldFindARecordFarBack() {
        cairn.tasks().create(NewTask.of("t").metadata("{\"a\":{\"b\":1},\"k\":0}"));
        cairn.tasks().patch("t", TaskPatch.empty().metadata("{\"k\":1}"), DEFAULTS.withActor("ann"));
        for (int i = 0; i < 500; i++) {
            cairn.tasks().create(NewTask.of("other-" + i).metadata("{\"k\":9}"));
            cairn.tasks().patch("t", TaskPatch.empty().priority(i).metadata("{\"a\":{\"b\":" + i + "}}"));
        }
        assertThat(explain("metadata.k"))
                .satisfies(k -> assertThat(k.record().actor()).isEqualTo("ann"))
                .extracting(Explanation::value, Explanation::before)
                .containsExactly("1", "0");
        assertThat(explain("queue").record().type()).isEqualTo("created");
        assertThat(explain("metadata.a").before()).isEqualTo("{\"b\":498}");
    }

    /** What is asked for may be larger than what is answered: an answer stays within some MiB. */
    @Test
    void shouldEndRecordsAndMessagesByTheirBytes() {
        String half = "x".repeat(500 << 10);
        cairn.tasks().create(NewTask.of("t"));
        for (int i = 0; i < 40; i++) {
            cairn.tasks().patch("t", TaskPatch.empty().metadata("{\"x\":\"" + half + i + "\"}"));
            cairn.sessions().append("s" + i % 4, NewMessage.of("user", half + i).task("t"));
        }
        TaskContext context = cairn.contexts()
                .of("t", new ContextQuery(1_000, 0, 16, 100, true))
                .orElseThrow();
        assertThat(context.records()).hasSizeBetween(17, 32);
        assertThat(context.records().get(0).offset()).isEqualTo(context.task().revision());
        assertThat(context.sessions()).hasSize(4);
        assertThat(context.sessions().stream()
                        .mapToInt(session -> session.messages().size())
                        .sum())
                .isBetween(17, 30);
        assertThat(context.sessions().get(0).messages()).hasSize(10);
        assertThat(context.sessions().get(3).messages()).isEmpty();
    }

    @Test
    void shouldExplainWhatTheEngineDid() {
        cairn.tasks().create(NewTask.of("t"));
        Claim claim = cairn.tasks()
                .claim(ClaimRequest.of("bob", Duration.ofMillis(120)))
                .orElseThrow();
        cairn.tasks().awaitChange("t", claim.task().revision(), LONG);
        Explanation status = explain("status");
        assertThat(status)
                .extracting(Explanation::value, Explanation::before)
                .containsExactly("\"pending\"", "\"running\"");
        assertThat(status.record().type()).isEqualTo("returned");
        assertThat(status.lease())
                .isEqualTo(new Explanation.UnderLease("task:t", claim.lease().token(), "bob"));
        assertThat(explain("attempts").value()).isEqualTo("1");
        assertThat(explain("owner").value()).isEqualTo("null");
    }

    @Test
    void shouldTellWhatWasRefusedSince() {
        cairn.tasks().create(NewTask.of("t"));
        refuse(() -> cairn.tasks().transition("t", "completed", DEFAULTS.withActor("eve")));
        cairn.tasks().transition("t", "running");
        refuse(() -> cairn.tasks().transition("t", "pending", DEFAULTS.withActor("eve")));
        refuse(() -> cairn.tasks().transition("t", "blocked", Expect.version(1)));
        refuse(() -> cairn.tasks().transition("t", "blocked", DEFAULTS.withFence(new Fence("task:t", 1))));
        assertThat(explain("status").refused())
                .extracting(Refusal::code)
                .containsExactly("stale_token", "conflict", "invalid_transition");
        assertThat(explain("status").refused().get(2).actor()).isEqualTo("eve");
        assertThat(explain("queue").refused()).hasSize(4); // it was set before the first
        cairn.close();
        open();
        assertThat(explain("status").refused()).isEmpty();
    }

    private static void refuse(Runnable write) {
        assertThatThrownBy(write::run).isInstanceOf(dev.cairn.CairnException.class);
    }

    @Test
    void shouldRefuseToExplainWhatIsNot() {
        cairn.tasks().create(NewTask.of("t"));
        for (String field : List.of("", "version", "metadata.", "Status")) {
            assertThatThrownBy(() -> explain(field))
                    .isInstanceOfSatisfying(
                            InvalidRequestException.class,
                            refusal -> assertThat(refusal.where()).isEqualTo("field"));
        }
        assertThatThrownBy(() -> cairn.contexts().explain("none", "status")).isInstanceOf(NotFoundException.class);
    }
}
