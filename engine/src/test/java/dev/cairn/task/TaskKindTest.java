package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.CairnException;
import dev.cairn.ConflictException;
import dev.cairn.InvalidRequestException;
import dev.cairn.InvalidTransitionException;
import dev.cairn.NotFoundException;
import dev.cairn.TooLargeException;
import dev.cairn.Write;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.lease.LeaseModule;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskKindTest {
    private static final int JSON_BYTES_MAX = 200;

    private final WorkflowKind workflowKind = new WorkflowKind();
    private final TaskKind taskKind = new TaskKind(workflowKind, JSON_BYTES_MAX, new LeaseModule().ledger());
    private final KindHarness harness = new KindHarness(List.of(workflowKind, taskKind));

    @Test
    void shouldCreateWithDefaults() {
        accept(TaskWrites.create(NewTask.of("a")));
        Instant created = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(task("a"))
                .isEqualTo(new Task("a", "pending", null, "default", 0, "{}", 0, 1, 0, created, created, false));
        assertThat(harness.lastPayload())
                .isEqualTo(
                        "{\"status\":\"pending\",\"owner\":null,\"queue\":\"default\",\"priority\":0,\"metadata\":{}}");
    }

    @Test
    void shouldCreateWithEveryField() {
        accept(TaskWrites.create(NewTask.of("ü/1")
                .status("pending")
                .owner("agent-1")
                .queue("fast")
                .priority(-7)
                .metadata("{ \"a\" : null, \"b\" : [1.0, 1e2] }")));
        Task task = task("ü/1");
        assertThat(task.owner()).isEqualTo("agent-1");
        assertThat(task.queue()).isEqualTo("fast");
        assertThat(task.priority()).isEqualTo(-7);
        assertThat(task.metadata()).isEqualTo("{\"a\":null,\"b\":[1.0,1e2]}");
        assertThat(harness.lastActor()).isEqualTo("agent-1");
    }

    /** Every status against every other: an accepted change is exactly one that the workflow lists. */
    @Test
    void shouldFollowTheStandardWorkflow() {
        Workflow workflow = Workflow.standard();
        for (String from : workflow.statuses()) {
            for (String to : workflow.statuses()) {
                KindHarness fresh = new KindHarness(List.of(workflowKind, taskKind));
                reach(fresh, from);
                BoundCommand command =
                        bound(TaskWrites.patch("a", TaskPatch.empty().status(to)));
                List<String> allowed = workflow.transitions().getOrDefault(from, List.of());
                if (allowed.contains(to)) {
                    fresh.accept(command);
                } else {
                    assertThat(fresh.refuse(command))
                            .isInstanceOfSatisfying(InvalidTransitionException.class, refusal -> {
                                assertThat(refusal.from()).isEqualTo(from);
                                assertThat(refusal.to()).isEqualTo(to);
                                assertThat(refusal.allowed()).isEqualTo(allowed);
                            });
                }
            }
        }
    }

    private static void reach(KindHarness harness, String status) {
        harness.accept(bound(TaskWrites.create(NewTask.of("a"))));
        List<String> path = switch (status) {
            case "pending" -> List.of();
            case "running" -> List.of("running");
            case "cancelled" -> List.of("cancelled");
            default -> List.of("running", status);
        };
        path.forEach(next ->
                harness.accept(bound(TaskWrites.patch("a", TaskPatch.empty().status(next)))));
    }

    @ParameterizedTest
    @CsvSource({"running, invalid_transition", "paused, invalid_request"})
    void shouldCreateOnlyWithTheFirstStatus(String status, String code) {
        CairnException refusal =
                harness.refuse(bound(TaskWrites.create(NewTask.of("a").status(status))));
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(harness.refuse(bound(TaskWrites.upsert("a", TaskPatch.empty().status(status))))
                        .code())
                .isEqualTo(code);
    }

    @Test
    void shouldSayWhereAnUnknownStatusIs() {
        accept(TaskWrites.create(NewTask.of("a")));
        assertThat(harness.refuse(bound(TaskWrites.patch("a", TaskPatch.empty().status("paused")))))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).isEqualTo("/status"))
                .hasMessageContaining("pending")
                .hasMessageEndingWith("was paused");
    }

    @Test
    void shouldRefuseToCreateTwice() {
        accept(TaskWrites.create(NewTask.of("a")));
        accept(TaskWrites.patch("a", TaskPatch.empty()));
        assertThat(harness.refuse(bound(TaskWrites.create(NewTask.of("a")))))
                .isInstanceOfSatisfying(ConflictException.class, refusal -> {
                    assertThat(refusal.expected()).isEqualTo("none");
                    assertThat(refusal.actual()).isEqualTo(2);
                    assertThat(refusal.revision()).isEqualTo(1);
                });
    }

    @Test
    void shouldNotFindWhatNeverWasOrIsDeleted() {
        assertThat(harness.refuse(bound(TaskWrites.patch("a", TaskPatch.empty()))))
                .isInstanceOf(NotFoundException.class);
        assertThat(harness.refuse(bound(TaskWrites.delete("a")))).isInstanceOf(NotFoundException.class);
        accept(TaskWrites.create(NewTask.of("a")));
        accept(TaskWrites.delete("a"));
        assertThat(harness.refuse(bound(TaskWrites.patch("a", TaskPatch.empty()))))
                .isInstanceOf(NotFoundException.class);
        assertThat(harness.refuse(bound(TaskWrites.delete("a")))).isInstanceOf(NotFoundException.class);
    }

    @Test
    void shouldGoOnWithTheNextVersionAfterDeletion() {
        accept(TaskWrites.create(NewTask.of("a").metadata("{\"old\":1}")));
        accept(TaskWrites.delete("a"));
        assertThat(entity("a").exists()).isFalse();
        assertThat(entity("a").bodyLength()).isZero();
        assertThat(harness.lastPayload()).isEqualTo("{}");
        accept(TaskWrites.create(NewTask.of("a")));
        assertThat(task("a").version()).isEqualTo(3);
        assertThat(task("a").metadata()).isEqualTo("{}");
        assertThat(task("a").createdAt()).isEqualTo(Instant.parse("2026-01-01T00:00:02Z"));
    }

    @Test
    void shouldPatchEachFieldAndLeaveTheRest() {
        accept(TaskWrites.create(
                NewTask.of("a").owner("x").queue("q").priority(3).metadata("{\"a\":1,\"b\":{\"c\":2}}")));
        accept(TaskWrites.patch("a", TaskPatch.empty().status("running")));
        accept(TaskWrites.patch("a", TaskPatch.empty().owner("y")));
        assertThat(harness.lastPayload()).isEqualTo("{\"owner\":\"y\"}");
        accept(TaskWrites.patch("a", TaskPatch.empty().queue("slow").priority(9)));
        accept(TaskWrites.patch("a", TaskPatch.empty().metadata("{\"a\":null,\"b\":{\"d\":3}}")));
        Task task = task("a");
        assertThat(task.status()).isEqualTo("running");
        assertThat(task.owner()).isEqualTo("y");
        assertThat(task.queue()).isEqualTo("slow");
        assertThat(task.priority()).isEqualTo(9);
        assertThat(task.metadata()).isEqualTo("{\"b\":{\"c\":2,\"d\":3}}");
        assertThat(task.version()).isEqualTo(5);
        assertThat(task.createdAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(task.updatedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:04Z"));
        accept(TaskWrites.patch("a", TaskPatch.empty().noOwner().status("blocked")));
        assertThat(task("a").owner()).isNull();
        assertThat(harness.lastPayload()).isEqualTo("{\"status\":\"blocked\",\"owner\":null}");
    }

    @Test
    void shouldRecordAPatchThatChangesNothing() {
        accept(TaskWrites.create(NewTask.of("a")));
        accept(TaskWrites.patch("a", TaskPatch.empty()));
        assertThat(harness.events()).isEqualTo(2);
        assertThat(harness.lastPayload()).isEqualTo("{}");
        assertThat(task("a").version()).isEqualTo(2);
    }

    @Test
    void shouldCreateOrPatchByUpsert() {
        accept(TaskWrites.upsert("a", TaskPatch.empty().metadata("{\"a\":null,\"b\":1,\"c\":{\"d\":null}}")));
        assertThat(taskKind.typeName(harness.lastEvent())).isEqualTo("created");
        assertThat(task("a").metadata()).isEqualTo("{\"b\":1,\"c\":{}}");
        accept(TaskWrites.upsert("a", TaskPatch.empty().status("running").metadata("{\"b\":null}")));
        assertThat(taskKind.typeName(harness.lastEvent())).isEqualTo("patched");
        assertThat(task("a").metadata()).isEqualTo("{\"c\":{}}");
        assertThat(task("a").status()).isEqualTo("running");
    }

    @Test
    void shouldAcceptAnyStatusInAnyOrderWhenOpen() {
        harness.accept(new BoundCommand(KindIds.WORKFLOW, new WorkflowCommand(Workflow.openWorkflow())));
        accept(TaskWrites.create(NewTask.of("a").status("In Progress")));
        accept(TaskWrites.patch("a", TaskPatch.empty().status("Wait - User")));
        accept(TaskWrites.patch("a", TaskPatch.empty().status("Wait - User")));
        accept(TaskWrites.create(NewTask.of("b")));
        assertThat(task("a").status()).isEqualTo("Wait - User");
        assertThat(task("b").status()).isEqualTo("pending");
    }

    @Test
    void shouldFollowAWorkflowFromTheMomentItIsSet() {
        accept(TaskWrites.create(NewTask.of("a")));
        BoundCommand jump = bound(TaskWrites.patch("a", TaskPatch.empty().status("completed")));
        assertThat(harness.refuse(jump)).isInstanceOf(InvalidTransitionException.class);
        harness.accept(new BoundCommand(KindIds.WORKFLOW, new WorkflowCommand(Workflow.openWorkflow())));
        harness.accept(jump);
    }

    @Test
    void shouldAllowTheCurrentStatusOnlyWhereTheWorkflowListsIt() {
        Workflow workflow = Workflow.parse("{\"first\":\"a\",\"transitions\":{\"a\":[\"a\",\"b\"]}}");
        harness.accept(new BoundCommand(KindIds.WORKFLOW, new WorkflowCommand(workflow)));
        assertThat(harness.lastPayload()).isEqualTo(workflow.toJson());
        accept(TaskWrites.create(NewTask.of("t")));
        accept(TaskWrites.patch("t", TaskPatch.empty().status("a")));
        accept(TaskWrites.patch("t", TaskPatch.empty().status("b")));
        assertThat(harness.refuse(bound(TaskWrites.patch("t", TaskPatch.empty().status("b")))))
                .isInstanceOf(InvalidTransitionException.class);
    }

    @Test
    void shouldReadTheWorkflowInForceFromTheStateWhenNoEventPassedBy() {
        harness.accept(new BoundCommand(KindIds.WORKFLOW, new WorkflowCommand(Workflow.openWorkflow())));
        Entity set = harness.entity(workflowKind, null, WorkflowKind.KEY);
        assertThat(WorkflowKind.workflow(set)).isEqualTo(Workflow.openWorkflow());
        assertThat(WorkflowKind.workflow(new Entity())).isEqualTo(Workflow.standard());
    }

    @Test
    void shouldBoundMetadataAsGivenAndAsMerged() {
        String half = "{\"%s\":\"" + "x".repeat(JSON_BYTES_MAX / 2) + "\"}";
        accept(TaskWrites.create(NewTask.of("a").metadata(half.formatted("a"))));
        assertThat(harness.refuse(bound(TaskWrites.patch("a", TaskPatch.empty().metadata(half.formatted("b"))))))
                .isInstanceOf(TooLargeException.class);
        accept(TaskWrites.patch(
                "a", TaskPatch.empty().metadata(half.formatted("a").replace('x', 'y'))));
        String whole = "{\"a\":\"" + "x".repeat(JSON_BYTES_MAX) + "\"}";
        assertThat(harness.refuse(bound(TaskWrites.create(NewTask.of("b").metadata(whole)))))
                .isInstanceOfSatisfying(TooLargeException.class, refusal -> {
                    assertThat(refusal.limit()).isEqualTo(JSON_BYTES_MAX);
                    assertThat(refusal.actual()).isEqualTo(whole.length());
                });
        assertThat(harness.refuse(bound(TaskWrites.patch("a", TaskPatch.empty().metadata(whole)))))
                .isInstanceOf(TooLargeException.class);
    }

    @Test
    void shouldNameTheOwnerAsActorUnlessTheCallerSaidWho() {
        accept(TaskWrites.create(NewTask.of("a")));
        assertThat(harness.lastActor()).isNull();
        accept(TaskWrites.patch("a", TaskPatch.empty().owner("x")));
        assertThat(harness.lastActor()).isEqualTo("x");
        harness.actor("admin");
        accept(TaskWrites.patch("a", TaskPatch.empty().owner("y")));
        assertThat(harness.lastActor()).isEqualTo("admin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "count",
                "claim",
                "batch",
                "a\u0000b",
                "a\nb",
                "\u007f",
                "\u0085",
                "\ud800",
                "a\udc00",
                "\udc00\ud800"
            })
    void shouldRefuseWhatIsNoId(String id) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> TaskWrites.create(NewTask.of(id)));
        assertThat(refusal.where()).isEqualTo("/id");
        assertThat(refusal).hasMessageStartingWith("expected").hasMessageContaining("was");
    }

    @Test
    void shouldBoundIdsInBytes() {
        accept(TaskWrites.create(NewTask.of("x".repeat(512))));
        accept(TaskWrites.create(NewTask.of("\ud83d\ude00".repeat(128))));
        for (String id : List.of(
                "x".repeat(513), "x".repeat(10_000), "\ud83d\ude00".repeat(129), "ü".repeat(257), "€".repeat(171))) {
            InvalidRequestException refusal =
                    catchThrowableOfType(InvalidRequestException.class, () -> TaskWrites.create(NewTask.of(id)));
            assertThat(refusal.where()).isEqualTo("/id");
            assertThat(refusal.getMessage()).hasSizeLessThan(250);
        }
    }

    @Test
    void shouldSayWhichFieldIsNotWellFormed() {
        assertThat(where(NewTask.of("a").status(""))).isEqualTo("/status");
        assertThat(where(NewTask.of("a").status("x".repeat(129)))).isEqualTo("/status");
        assertThat(where(NewTask.of("a").owner("a\tb"))).isEqualTo("/owner");
        assertThat(where(NewTask.of("a").queue(""))).isEqualTo("/queue");
        assertThat(where(NewTask.of("a").metadata("[]"))).isEqualTo("/metadata");
        assertThat(where(NewTask.of("a").metadata("{\"a\":{\"b\":tru}}"))).isEqualTo("/metadata/a/b");
        assertThat(where(NewTask.of("a").metadata("{\"a\":\"\ud800\"}"))).isEqualTo("/metadata");
    }

    private static @Nullable String where(NewTask task) {
        return catchThrowableOfType(InvalidRequestException.class, () -> TaskWrites.create(task))
                .where();
    }

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "task-events.csv",
            delimiter = '|',
            quoteCharacter = '\0',
            emptyValue = "",
            nullValues = {})
    void shouldReadEveryEventEverWritten(
            int type, String payload, String name, String json, @Nullable String before, @Nullable String after) {
        String bodyBefore = before == null ? "" : before;
        String bodyAfter = after == null ? "" : after;
        new GoldenEvent(type, payload, name, json, bodyBefore, bodyAfter).check(taskKind);
    }

    /** The bytes of each event as they were released: a change here is a new version, never an edit. */
    @Test
    void shouldKeepTheBytesOfEachEvent() {
        accept(TaskWrites.create(NewTask.of("a")));
        assertThat(lastBytes()).isEqualTo("01" + "01" + "0700" + hex("pending"));
        accept(TaskWrites.create(
                NewTask.of("b").owner("me").queue("q").priority(258).metadata("{\"k\": 1}")));
        assertThat(lastBytes())
                .isEqualTo("01" + "1f" + "0700" + hex("pending") + "0200" + hex("me") + "0100" + hex("q") + "02010000"
                        + hex("{\"k\":1}"));
        accept(TaskWrites.patch("b", TaskPatch.empty().status("running")));
        assertThat(lastBytes()).isEqualTo("01" + "01" + "0700" + hex("running"));
        accept(TaskWrites.patch("b", TaskPatch.empty().noOwner().metadata("{\"k\":null}")));
        assertThat(lastBytes()).isEqualTo("01" + "30" + hex("{\"k\":null}"));
        accept(TaskWrites.delete("b"));
        assertThat(lastBytes()).isEqualTo("01");
    }

    @Test
    void shouldKeepTheBytesOfTheBody() {
        accept(TaskWrites.create(
                NewTask.of("b").owner("me").queue("q").priority(258).metadata("{\"k\": 1}")));
        Entity entity = entity("b");
        String body = HexFormat.of()
                .formatHex(
                        entity.value().array(),
                        Entity.HEADER_BYTES,
                        entity.value().length());
        assertThat(body)
                .isEqualTo("01" + "0040204648470600" + "0040204648470600" + "02010000" + "00000000" + "0700"
                        + hex("pending") + "0100" + hex("q") + "0200" + hex("me") + hex("{\"k\":1}"));
    }

    @Test
    void shouldRefuseAnEventOfALaterVersion() {
        accept(TaskWrites.create(NewTask.of("a")));
        harness.lastEvent().payload.setByte(0, 2);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(harness::lastPayload))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected a task payload of version up to 1, was 2");
    }

    private String lastBytes() {
        return HexFormat.of().formatHex(harness.lastEvent().payload.toByteArray());
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private void accept(Write write) {
        harness.accept(bound(write));
    }

    private static BoundCommand bound(Write write) {
        return (BoundCommand) write;
    }

    private Entity entity(String id) {
        return harness.entity(taskKind, null, id);
    }

    private Task task(String id) {
        assertThat(entity(id).exists()).isTrue();
        return TaskBody.decode(id, entity(id));
    }
}
