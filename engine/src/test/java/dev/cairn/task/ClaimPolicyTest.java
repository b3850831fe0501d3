package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.InvalidTransitionException;
import dev.cairn.NotReadyException;
import dev.cairn.StaleTokenException;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.lease.LeaseRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a claimed task: every end, from every state, by every policy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClaimPolicyTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults().withAck(Ack.ACCEPTED);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(150);
    /** Long enough for a write on a busy machine, short enough to wait for. */
    private static final Duration BRIEF = Duration.ofSeconds(1);

    @TempDir
    static Path directory;

    private Cairn cairn;
    private Tasks tasks;
    private int ids;

    @BeforeAll
    void open() {
        cairn = Cairn.open(
                directory, TestDirectories.smallSegments().projection(false).build());
        tasks = cairn.tasks();
    }

    @AfterAll
    void close() {
        cairn.close();
    }

    private void policy(ClaimPolicy policy) {
        Workflow standard = Workflow.standard();
        tasks.workflow(new Workflow(false, standard.first(), standard.finals(), standard.transitions(), policy));
    }

    private String create() {
        String id = "t" + ids++;
        tasks.create(NewTask.of(id).queue(id), DEFAULTS);
        return id;
    }

    /** Each task is alone in its queue. */
    private Fence claim(String id, Duration ttl) {
        return tasks.claim(ClaimRequest.of("me", ttl).withQueue(id), DEFAULTS)
                .orElseThrow()
                .lease()
                .fence();
    }

    private Task task(String id) {
        return tasks.get(id).orElseThrow();
    }

    private @Nullable String holder(String id) {
        return cairn.leases().get("task:" + id).orElseThrow().holder();
    }

    private void end(String how, String id, Fence fence) {
        switch (how) {
            case "release", "fail", "poison" ->
                cairn.leases()
                        .release(
                                fence.lease(),
                                fence.token(),
                                LeaseRelease.valueOf(how.toUpperCase(java.util.Locale.ROOT)),
                                DEFAULTS);
            case "revoke" -> cairn.leases().release(fence.lease(), Fence.ANY_TOKEN, LeaseRelease.RELEASE, DEFAULTS);
            case "revoke by patch" ->
                tasks.patch(id, TaskPatch.empty(), DEFAULTS.withFence(Fence.revoking(fence.lease())));
            default -> Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> holder(id) == null);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "5, false, , release, pending, 0",
        "5, false, , fail, pending, 1",
        "5, false, , poison, failed, 1",
        "5, false, , expire, pending, 1",
        "5, false, , revoke, pending, 0",
        "5, false, , revoke by patch, pending, 0",
        "5, true, , expire, failed, 1",
        "5, true, , fail, pending, 1",
        "5, true, , release, pending, 0",
        "1, false, , fail, failed, 1",
        "1, false, , expire, failed, 1",
        "1, false, , release, pending, 0",
        "1, false, , revoke, pending, 0",
        "5, false, blocked, release, blocked, 0",
        "5, false, blocked, revoke, blocked, 0",
        "5, false, blocked, revoke by patch, blocked, 0",
        "5, false, blocked, fail, pending, 1",
        "5, false, blocked, expire, pending, 1",
        "5, true, blocked, expire, failed, 1",
        "5, false, blocked, poison, failed, 1",
        "5, false, failed, release, failed, 0",
        "5, false, failed, expire, failed, 0",
        "5, false, failed, fail, pending, 1",
        "1, false, failed, fail, failed, 1"
    })
    void shouldEndAsThePolicySays(
            int attempts, boolean failsOnExpiry, @Nullable String set, String how, String status, int counted) {
        policy(new ClaimPolicy("running", "failed", attempts, failsOnExpiry));
        String id = create();
        Fence fence = claim(id, how.equals("expire") ? set == null ? SHORT : BRIEF : LONG);
        if (set != null) {
            tasks.transition(id, set, DEFAULTS.withFence(fence));
        }
        end(how, id, fence);
        boolean stays = status.equals(set) && counted == 0;
        assertThat(task(id))
                .extracting(Task::status, Task::attempts, Task::owner)
                .containsExactly(status, counted, stays ? "me" : null);
        assertThat(holder(id)).isNull();
        assertThatThrownBy(() -> tasks.patch(id, TaskPatch.empty(), DEFAULTS.withFence(fence)))
                .isInstanceOf(StaleTokenException.class);
        tasks.patch(id, TaskPatch.empty(), DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({"expire, done, 0", "release, done, 0", "fail, pending, 1", "poison, failed, 1"})
    void shouldLeaveATaskWhereItsHolderPutItUnderAnOpenWorkflow(String how, String status, int counted) {
        tasks.workflow(Workflow.openWorkflow());
        String id = create();
        Fence fence = claim(id, how.equals("expire") ? BRIEF : LONG);
        tasks.transition(id, "done", DEFAULTS.withFence(fence));
        end(how, id, fence);
        assertThat(task(id)).extracting(Task::status, Task::attempts).containsExactly(status, counted);
        policy(ClaimPolicy.standard());
    }

    @Test
    void shouldReturnToWhereTheTaskCameFromAlsoWhenTheWorkflowDoesNotListIt() {
        policy(ClaimPolicy.standard());
        String id = create();
        tasks.transition(id, "running", DEFAULTS);
        tasks.transition(id, "blocked", DEFAULTS);
        Claim claim = tasks.claim(ClaimRequest.of("me", LONG).withQueue(id).withStatus("blocked"), DEFAULTS)
                .orElseThrow();
        cairn.leases().release("task:" + id, claim.lease().token(), LeaseRelease.FAIL, DEFAULTS);
        assertThat(task(id)).extracting(Task::status, Task::attempts).containsExactly("blocked", 1);
    }

    @Test
    void shouldNotBringADeletedTaskBack() {
        policy(ClaimPolicy.standard());
        String id = create();
        Fence fence = claim(id, LONG);
        tasks.delete(id, DEFAULTS.withFence(fence));
        assertThat(holder(id)).isNull();
        assertThat(tasks.get(id)).isEmpty();
        assertThatThrownBy(() -> cairn.leases().release(fence.lease(), fence.token()))
                .isInstanceOf(StaleTokenException.class);
        tasks.create(NewTask.of(id).queue(id), DEFAULTS);
        assertThat(task(id)).extracting(Task::status, Task::attempts).containsExactly("pending", 0);
        assertThat(claim(id, LONG).token()).isGreaterThan(fence.token());
    }

    @Test
    void shouldHoldUpsertsAndCreationsToTheClaim() {
        policy(ClaimPolicy.standard());
        String id = create();
        Fence fence = claim(id, LONG);
        TaskPatch patch = TaskPatch.empty().priority(3);
        assertThatThrownBy(() -> tasks.upsert(id, patch, DEFAULTS)).isInstanceOf(HeldException.class);
        assertThatThrownBy(() -> tasks.create(NewTask.of(id), DEFAULTS)).isInstanceOf(HeldException.class);
        assertThatThrownBy(() -> tasks.create(NewTask.of(id), DEFAULTS.withFence(fence)))
                .isInstanceOf(ConflictException.class);
        tasks.upsert(id, patch.status("completed"), DEFAULTS.withFence(fence));
        assertThat(task(id)).extracting(Task::status, Task::priority).containsExactly("completed", 3);
        assertThat(holder(id)).isNull();
    }

    @Test
    void shouldTakeALeaseAwayWithTheCreationOfWhatItGuards() {
        String id = "t" + ids++;
        cairn.leases().acquire("task:" + id, "somebody", LONG, Duration.ZERO);
        assertThatThrownBy(() -> tasks.create(NewTask.of(id), DEFAULTS)).isInstanceOf(HeldException.class);
        tasks.create(NewTask.of(id), DEFAULTS.withFence(Fence.revoking("task:" + id)));
        assertThat(holder(id)).isNull();
        tasks.patch(id, TaskPatch.empty(), DEFAULTS);
    }

    /** Fence, then expectation, then workflow; a check needs no fence, but one that it presents has to be good. */
    @Test
    void shouldCheckItemsOfABatchInOrder() {
        policy(ClaimPolicy.standard());
        String id = create();
        Fence fence = claim(id, LONG);
        WriteOptions fenced = DEFAULTS.withFence(fence);
        WriteOptions stale = DEFAULTS.withFence(new Fence(fence.lease(), 0));
        Expect wrong = Expect.version(99);
        TaskPatch back = TaskPatch.empty().status("pending");
        Batch batch = cairn.batch()
                .add(TaskWrites.check(id), DEFAULTS.withExpect(Expect.exists()))
                .add(TaskWrites.check(id), stale)
                .add(TaskWrites.patch(id, back), stale.withExpect(wrong))
                .add(TaskWrites.patch(id, back), DEFAULTS.withExpect(wrong))
                .add(TaskWrites.patch(id, back), fenced.withExpect(wrong))
                .add(TaskWrites.patch(id, back), fenced)
                .add(TaskWrites.patch(id, TaskPatch.empty().status("completed")), fenced)
                .add(TaskWrites.patch(id, TaskPatch.empty()), fenced)
                .add(TaskWrites.patch(id, TaskPatch.empty()), DEFAULTS);
        List<String> outcomes = batch.commit(Ack.ACCEPTED).stream()
                .map(outcome ->
                        outcome.refusal() == null ? "ok" : outcome.refusal().code())
                .toList();
        assertThat(outcomes)
                .containsExactly(
                        "ok",
                        "stale_token",
                        "stale_token",
                        "held",
                        "conflict",
                        "invalid_transition",
                        "ok",
                        "stale_token",
                        "ok");
    }

    @Test
    void shouldGiveUpTheWholeOfABatchThatIsHeld() {
        policy(ClaimPolicy.standard());
        String id = create();
        claim(id, LONG);
        String other = "t" + ids++;
        assertThatThrownBy(() -> cairn.batch()
                        .add(TaskWrites.create(NewTask.of(other)))
                        .add(TaskWrites.delete(id))
                        .commitAtomic(Ack.ACCEPTED))
                .isInstanceOfSatisfying(BatchRefusedException.class, refused -> {
                    assertThat(refused.index()).isEqualTo(1);
                    assertThat(refused.refusal()).isInstanceOf(HeldException.class);
                });
        assertThat(tasks.get(other)).isEmpty();
    }

    @Test
    void shouldPassALeaseOnToWhoWaitsForItAndReturnTheTaskAllTheSame() {
        policy(ClaimPolicy.standard());
        String id = create();
        Fence fence = claim(id, LONG);
        var place = cairn.leases().request(fence.lease(), "next", LONG, LONG, DEFAULTS);
        cairn.leases().release(fence.lease(), fence.token(), LeaseRelease.FAIL, DEFAULTS);
        assertThat(task(id)).extracting(Task::status, Task::attempts).containsExactly("pending", 1);
        assertThat(tasks.claim(ClaimRequest.of("you", LONG).withQueue(id), DEFAULTS))
                .as("somebody has its lease")
                .isEmpty();
        var grant = place.await(LONG).orElseThrow();
        cairn.leases().release(fence.lease(), grant.token());
        assertThat(task(id).attempts()).as("no end of a claim").isEqualTo(1);
        assertThat(tasks.claim(ClaimRequest.of("you", LONG).withQueue(id), DEFAULTS))
                .isPresent();
    }

    @Test
    void shouldRefuseClaimsWhereTheStandardPolicyDoesNotFit() {
        tasks.workflow(Workflow.parse("{\"first\":\"a\",\"final\":[\"z\"],\"transitions\":{\"a\":[\"z\"]}}"));
        assertThatThrownBy(() -> tasks.claim(ClaimRequest.of("me", LONG)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("failed");
        tasks.workflow(Workflow.parse(
                "{\"first\":\"a\",\"transitions\":{\"a\":[\"z\"]},\"claim\":{\"status\":\"a\",\"failed\":\"z\"}}"));
        assertThatThrownBy(() -> tasks.claim(ClaimRequest.of("me", LONG)))
                .isInstanceOf(InvalidTransitionException.class);
        policy(ClaimPolicy.standard());
    }

    @Test
    void shouldWakeWhoWaitsWhenTheTaskComesBack() {
        policy(ClaimPolicy.standard());
        String id = create();
        Fence fence = claim(id, LONG);
        CompletableFuture<Claim> waiting = CompletableFuture.supplyAsync(
                () -> tasks.claim(ClaimRequest.of("you", LONG).withQueue(id).withWaitMax(LONG), DEFAULTS)
                        .orElseThrow());
        assertThatThrownBy(() -> waiting.get(100, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        cairn.leases().release(fence.lease(), fence.token());
        assertThat(waiting.orTimeout(20, TimeUnit.SECONDS).join().task().owner())
                .isEqualTo("you");
    }

    @Test
    void shouldLetNobodyWaitForAnEngineThatIsClosed(@TempDir Path other) {
        Cairn closing = Cairn.open(other, TestDirectories.smallSegments().build());
        CompletableFuture<?> waiting = CompletableFuture.supplyAsync(
                () -> closing.tasks().claim(ClaimRequest.of("me", LONG).withWaitMax(LONG)));
        assertThatThrownBy(() -> waiting.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        closing.close();
        assertThatThrownBy(() -> waiting.orTimeout(20, TimeUnit.SECONDS).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(NotReadyException.class);
        assertThatThrownBy(() -> closing.tasks().claim(ClaimRequest.of("me", LONG)))
                .isInstanceOf(NotReadyException.class);
    }
}
