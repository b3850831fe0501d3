package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.InvalidTransitionException;
import dev.cairn.LogRecord;
import dev.cairn.StaleTokenException;
import dev.cairn.WriteOptions;
import dev.cairn.lease.LeaseRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims as an embedding program meets them. */
class ClaimsTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private Cairn cairn;
    private Tasks tasks;

    @BeforeEach
    void open() {
        cairn = Cairn.open(directory);
        tasks = cairn.tasks();
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    private Optional<Claim> claim(String agent) {
        return tasks.claim(ClaimRequest.of(agent, LONG));
    }

    private Claim taken(String agent) {
        return claim(agent).orElseThrow();
    }

    private void create(String id, int priority) {
        tasks.create(NewTask.of(id).priority(priority));
    }

    @Test
    void shouldMoveAndLeaseInOneStep() {
        create("a", 0);
        Claim claim = taken("me");
        assertThat(claim.task())
                .extracting(Task::id, Task::status, Task::owner, Task::version, Task::attempts)
                .containsExactly("a", "running", "me", 2L, 0);
        assertThat(claim.lease().lease()).isEqualTo("task:a");
        assertThat(claim.receipt().ack()).isEqualTo(Ack.DURABLE);
        assertThat(cairn.leases().get("task:a").orElseThrow().token())
                .isEqualTo(claim.lease().token());
        assertThat(claim("you")).isEmpty();
    }

    @Test
    void shouldTakeTheHighestPriorityAndThenTheOldest() {
        Batch batch = cairn.batch(); // in one document all are of one time
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            batch.add(TaskWrites.create(NewTask.of("low-" + (97 * i % 20)).priority(-1)));
            batch.add(TaskWrites.create(NewTask.of("high-" + (97 * i % 20)).priority(7)));
        }
        batch.commitAtomic(null);
        for (String name : List.of("high-", "low-")) {
            for (int i = 0; i < 20; i++) {
                expected.add(name + 97 * i % 20);
            }
        }
        tasks.patch("high-3", TaskPatch.empty().metadata("{\"n\":1}")); // its age stays
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            if (i == 13) {
                cairn.close();
                open(); // and the index is filled anew
            }
            order.add(taken("me").task().id());
        }
        assertThat(order).isEqualTo(expected);
    }

    /** For a time another workflow was in force, by which nothing is final. */
    @Test
    void shouldRememberTheAgeOfATaskThatWasFinal() {
        create("old", 0);
        tasks.transition("old", "cancelled");
        create("young", 0);
        create("youngest", 0);
        assertThat(taken("me").task().id()).isEqualTo("young");

        tasks.workflow(Workflow.openWorkflow());
        tasks.transition("old", "pending");
        tasks.workflow(Workflow.standard());

        assertThat(taken("me").task().id()).isEqualTo("old");
        assertThat(taken("me").task().id()).isEqualTo("youngest");
    }

    @Test
    void shouldTakeOfOneQueueAndStatus() {
        tasks.create(NewTask.of("a").queue("q"));
        assertThat(claim("me")).isEmpty();
        tasks.transition("a", "running");
        tasks.transition("a", "blocked");
        Claim claim = tasks.claim(ClaimRequest.of("me", LONG).withQueue("q").withStatus("blocked"))
                .orElseThrow();
        assertThat(claim.task().id()).isEqualTo("a");
        cairn.leases().release("task:a", claim.lease().token());
        assertThat(tasks.get("a").orElseThrow())
                .extracting(Task::status, Task::owner, Task::attempts)
                .containsExactly("blocked", null, 0);
    }

    @Test
    void shouldLetOnlyTheHolderWrite() {
        create("a", 0);
        Claim claim = taken("me");
        assertThatThrownBy(() -> tasks.transition("a", "completed")).isInstanceOf(HeldException.class);
        assertThatThrownBy(() -> tasks.delete("a")).isInstanceOf(HeldException.class);
        assertThatThrownBy(() -> cairn.batch()
                        .add(TaskWrites.patch("a", TaskPatch.empty().priority(1)))
                        .commitAtomic(null))
                .hasMessageContaining("held");
        WriteOptions fenced = DEFAULTS.withFence(claim.lease().fence());
        tasks.patch("a", TaskPatch.empty().metadata("{\"half\":true}"), fenced);
        tasks.transition("a", "completed", fenced);
        assertThat(cairn.leases().get("task:a").orElseThrow().holder()).isNull(); // a final status ends it
        assertThatThrownBy(() -> tasks.patch("a", TaskPatch.empty().priority(1), fenced))
                .isInstanceOf(StaleTokenException.class);
        tasks.patch("a", TaskPatch.empty().priority(1));
        assertThat(tasks.get("a").orElseThrow().owner()).isEqualTo("me");
    }

    @Test
    void shouldReturnWhatFailsUntilNoAttemptIsLeft() {
        create("a", 0);
        for (int attempt = 1; attempt <= 5; attempt++) {
            Claim claim = taken("me");
            cairn.leases().release("task:a", claim.lease().token(), LeaseRelease.FAIL, DEFAULTS);
            assertThat(tasks.get("a").orElseThrow())
                    .extracting(Task::status, Task::owner, Task::attempts)
                    .containsExactly(attempt < 5 ? "pending" : "failed", null, attempt);
        }
        assertThat(claim("me")).isEmpty();
        tasks.transition("a", "pending"); // who tries again begins anew
        assertThat(tasks.get("a").orElseThrow().attempts()).isZero();
        assertThat(taken("me").task().id()).isEqualTo("a");
    }

    @Test
    void shouldFailWhatIsPoisoned() {
        create("a", 0);
        cairn.leases().release("task:a", taken("me").lease().token(), LeaseRelease.POISON, DEFAULTS);
        assertThat(tasks.get("a").orElseThrow())
                .extracting(Task::status, Task::attempts)
                .containsExactly("failed", 1);
    }

    @Test
    void shouldReturnWhatExpires() {
        create("a", 0);
        Claim first =
                tasks.claim(ClaimRequest.of("one", Duration.ofMillis(150))).orElseThrow();
        Claim second =
                tasks.claim(ClaimRequest.of("two", LONG).withWaitMax(LONG)).orElseThrow();
        assertThat(second.task())
                .extracting(Task::id, Task::owner, Task::attempts)
                .containsExactly("a", "two", 1);
        assertThatThrownBy(() -> tasks.transition(
                        "a", "completed", DEFAULTS.withFence(first.lease().fence())))
                .isInstanceOf(StaleTokenException.class);
        assertThat(tasks.history("a"))
                .extracting(LogRecord::type)
                .containsExactly("claimed", "returned", "claimed", "created");
    }

    @Test
    void shouldRevokeByAWriteOrByItself() {
        create("a", 0);
        taken("me");
        tasks.patch("a", TaskPatch.empty().priority(3), DEFAULTS.withFence(Fence.revoking("task:a")));
        assertThat(tasks.get("a").orElseThrow())
                .extracting(Task::status, Task::owner, Task::priority, Task::attempts)
                .containsExactly("pending", null, 3, 0);
        taken("me");
        tasks.transition("a", "blocked", DEFAULTS.withFence(Fence.revoking("task:a")));
        assertThat(tasks.get("a").orElseThrow().status()).isEqualTo("blocked");
        assertThat(cairn.leases().get("task:a").orElseThrow().holder()).isNull();
    }

    @Test
    void shouldWaitForWork() throws Exception {
        CompletableFuture<Optional<Claim>> waiting = CompletableFuture.supplyAsync(
                () -> tasks.claim(ClaimRequest.of("me", LONG).withWaitMax(LONG)));
        TimeUnit.MILLISECONDS.sleep(50);
        create("a", 0);
        assertThat(waiting.get(20, TimeUnit.SECONDS).orElseThrow().task().id()).isEqualTo("a");
        assertThat(tasks.claim(ClaimRequest.of("me", LONG).withWaitMax(Duration.ofMillis(30))))
                .isEmpty();
    }

    @Test
    void shouldGiveNoTaskToTwo() throws Exception {
        int count = 2_000;
        for (int i = 0; i < count; i++) {
            create("t" + i, i % 3);
        }
        Set<String> seen = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Integer>> agents = new ArrayList<>();
        for (int agent = 0; agent < 8; agent++) {
            String name = "agent-" + agent;
            agents.add(CompletableFuture.supplyAsync(() -> {
                int taken = 0;
                while (true) {
                    Optional<Claim> claim = tasks.claim(ClaimRequest.of(name, LONG), DEFAULTS.withAck(Ack.ACCEPTED));
                    if (claim.isEmpty()) {
                        return taken;
                    }
                    assertThat(seen.add(claim.get().task().id())).isTrue();
                    taken++;
                }
            }));
        }
        int all = 0;
        for (CompletableFuture<Integer> agent : agents) {
            all += agent.get(60, TimeUnit.SECONDS);
        }
        assertThat(all).isEqualTo(count);
    }

    @Test
    void shouldGiveTheSameTaskToTheSameOperation() {
        create("a", 0);
        create("b", 0);
        WriteOptions operation = DEFAULTS.withOperation("my-claim");
        Claim first = tasks.claim(ClaimRequest.of("me", LONG), operation).orElseThrow();
        tasks.transition("a", "completed", DEFAULTS.withFence(first.lease().fence()));
        Claim again = tasks.claim(ClaimRequest.of("me", LONG), operation).orElseThrow();
        assertThat(again.task()).isEqualTo(first.task());
        assertThat(again.lease().token()).isEqualTo(first.lease().token());
        assertThat(again.receipt().replayed()).isTrue();
    }

    @Test
    void shouldKeepClaimsOverAnOpening() {
        create("a", 0);
        create("b", 0);
        Claim first = taken("me");
        cairn.close();
        open();
        assertThat(taken("you").task().id()).isEqualTo("b");
        assertThatThrownBy(() -> tasks.transition("a", "completed")).isInstanceOf(HeldException.class);
        tasks.transition("a", "completed", DEFAULTS.withFence(first.lease().fence()));
    }

    @Test
    void shouldNotOfferATaskThatSomebodyHasLeased() {
        create("a", 0);
        create("b", 0);
        long token = cairn.leases()
                .acquire("task:a", "somebody", LONG, Duration.ZERO)
                .token();
        assertThat(taken("me").task().id()).isEqualTo("b");
        assertThat(claim("me")).isEmpty();
        cairn.leases().release("task:a", token);
        assertThat(taken("me").task().id()).isEqualTo("a");
    }

    @Test
    void shouldFollowAnotherWorkflow() {
        create("a", 0);
        create("b", 0);
        assertThat(taken("me").task().id()).isEqualTo("a");
        tasks.workflow(Workflow.parse("""
                {"first":"pending","final":["done"],"transitions":{"pending":["working"],"working":["done","dead"],"dead":[]},
                 "claim":{"status":"working","failed":"dead","maxAttempts":1,"onExpiry":"return"}}"""));
        Claim claim = taken("me");
        assertThat(claim.task()).extracting(Task::id, Task::status).containsExactly("b", "working");
        cairn.leases().release("task:b", claim.lease().token(), LeaseRelease.FAIL, DEFAULTS);
        assertThat(tasks.get("b").orElseThrow().status()).isEqualTo("dead");
        assertThat(Workflow.parse(tasks.workflow().toJson())).isEqualTo(tasks.workflow());
    }

    @Test
    void shouldRefuseWhatCannotBeClaimed() {
        create("a", 0);
        long end = cairn.watermarks().endOffset();
        ClaimRequest request = ClaimRequest.of("me", LONG);
        assertRefused("/agent", ClaimRequest.of("", LONG));
        assertRefused("/queue", request.withQueue("\n"));
        assertRefused("/status", request.withStatus("unheard-of"));
        assertRefused("/status", request.withStatus("completed"));
        assertRefused("/ttlMs", ClaimRequest.of("me", Duration.ofMillis(1)));
        assertRefused("/waitMs", request.withWaitMax(Duration.ofDays(9)));
        assertThatThrownBy(() -> tasks.claim(request.withStatus("running")))
                .isInstanceOf(InvalidTransitionException.class);
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
    }

    /** A claim says itself which task it is: there is nothing that an expectation could be about. */
    @Test
    void shouldRefuseAnExpectation() {
        tasks.create(NewTask.of("x"));
        WriteOptions expecting = WriteOptions.defaults().withExpect(Expect.version(1));
        assertThatThrownBy(() -> tasks.claim(ClaimRequest.of("me", Duration.ofMinutes(1)), expecting))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).isEqualTo("expect"));
        assertThat(tasks.get("x").orElseThrow().version()).isOne();
    }

    private void assertRefused(String where, ClaimRequest request) {
        assertThatThrownBy(() -> tasks.claim(request))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).isEqualTo(where));
    }
}
