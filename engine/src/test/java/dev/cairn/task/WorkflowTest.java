package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.KindIds;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class WorkflowTest {
    @Test
    void shouldPrintTheStandardWorkflow() {
        assertThat(Workflow.standard().toJson())
                .isEqualTo("{\"first\":\"pending\",\"final\":[\"cancelled\",\"completed\"],\"transitions\":{"
                        + "\"pending\":[\"running\",\"cancelled\"],"
                        + "\"running\":[\"completed\",\"failed\",\"cancelled\",\"blocked\"],"
                        + "\"failed\":[\"pending\"],\"blocked\":[\"running\",\"cancelled\"]}}");
        assertThat(Workflow.standard().statuses())
                .containsExactly("pending", "running", "cancelled", "completed", "failed", "blocked");
    }

    @Test
    void shouldReadWhatItPrints() {
        Workflow odd =
                new Workflow(false, "a/b", Set.of("ü", "z"), Map.of("a/b", List.of("c~", "ü"), "lost", List.of()));
        for (Workflow workflow : List.of(Workflow.standard(), Workflow.openWorkflow(), odd)) {
            assertThat(Workflow.parse(workflow.toJson())).isEqualTo(workflow);
            assertThat(Workflow.parse(workflow.toJson()).toJson()).isEqualTo(workflow.toJson());
        }
        assertThat(odd.statuses()).containsExactly("a/b", "c~", "ü", "lost", "z");
    }

    /** Sets and maps have an order of their own in every process; the text, and with it the state root, has not. */
    @Test
    void shouldPrintEqualWorkflowsAlike() {
        Workflow one = Workflow.parse(
                "{\"transitions\":{\"b\":[\"c\"],\"a\":[\"b\"]},\"final\":[\"d\",\"c\"],\"first\":\"a\"}");
        Workflow other = Workflow.parse(
                "{\"first\":\"a\",\"final\":[\"c\",\"d\"],\"transitions\":{\"a\":[\"b\"],\"b\":[\"c\"]}}");
        assertThat(one).isEqualTo(other);
        assertThat(one.toJson()).isEqualTo(other.toJson());
    }

    @Test
    void shouldReadAnOpenWorkflow() {
        assertThat(Workflow.parse("{\"open\":true}")).isEqualTo(Workflow.openWorkflow());
        assertThat(Workflow.parse("{\"open\":true,\"first\":\"Accepted\"}").first())
                .isEqualTo("Accepted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                                          | ``",
                "{\"first\":\"a\",\"last\":\"b\"}                            | /last",
                "{\"final\":[\"b\"]}                                         | /first",
                "{\"first\":1}                                               | /first",
                "{\"first\":\"\"}                                            | /first",
                "{\"first\":\"a\",\"final\":\"b\"}                           | /final",
                "{\"first\":\"a\",\"final\":[\"b\",2]}                       | /final/1",
                "{\"first\":\"a\",\"final\":[\"\"]}                          | /final/0",
                "{\"first\":\"a\",\"final\":[\"b\",\"b\"]}                   | /final/1",
                "{\"first\":\"a\",\"transitions\":[]}                        | /transitions",
                "{\"first\":\"a\",\"transitions\":{\"a\":\"b\"}}             | /transitions/a",
                "{\"first\":\"a\",\"transitions\":{\"a/b\":[null]}}          | /transitions/a~1b/0",
                "{\"first\":\"a\",\"transitions\":{\"a\":[\"b\",\"\\n\"]}}   | /transitions/a/1",
                "{\"first\":\"a\",\"transitions\":{\"a\":[\"b\",\"b\"]}}     | /transitions/a/1",
                "{\"first\":\"a\",\"transitions\":{\"\":[]}}                 | /transitions/",
                "{\"first\":\"a\",\"final\":[\"b\"],\"transitions\":{\"b\":[\"a\"]}} | /transitions/b",
                "{\"first\":\"a\",\"open\":1}                                | /open",
                "{\"open\":true,\"final\":[\"b\"]}                           | /open",
                "{\"first\":\"a\",\"first\":\"b\"}                           | /first",
                "{\"first\":\"a\"                                            | /first",
            })
    void shouldPointAtWhatIsWrong(String json, String pointer) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> Workflow.parse(json));
        assertThat(refusal).as(json).isNotNull();
        assertThat(refusal.where()).isEqualTo(pointer);
        assertThat(refusal).hasMessageStartingWith("expected ");
    }

    @Test
    void shouldCheckWorkflowsMadeInCode() {
        InvalidRequestException refusal = catchThrowableOfType(
                InvalidRequestException.class, () -> new Workflow(false, "a", Set.of("a"), Map.of("a", List.of("b"))));
        assertThat(refusal.where()).isEqualTo("/transitions/a");
        refusal = catchThrowableOfType(
                InvalidRequestException.class, () -> new Workflow(false, "x".repeat(129), Set.of(), Map.of()));
        assertThat(refusal.where()).isEqualTo("/first");
    }

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "workflow-events.csv",
            delimiter = '|',
            quoteCharacter = '\0',
            emptyValue = "",
            nullValues = {})
    void shouldReadEveryEventEverWritten(
            int type, String payload, String name, String json, @Nullable String before, @Nullable String after) {
        String bodyBefore = before == null ? "" : before;
        String bodyAfter = after == null ? "" : after;
        new GoldenEvent(type, payload, name, json, bodyBefore, bodyAfter).check(new WorkflowKind());
    }

    /** The bytes of each event as they were released: a change here is a new version, never an edit. */
    @Test
    void shouldKeepTheBytesOfEachEvent() {
        WorkflowKind kind = new WorkflowKind();
        KindHarness harness = new KindHarness(List.of(kind));
        harness.accept(new BoundCommand(KindIds.WORKFLOW, new WorkflowCommand(Workflow.openWorkflow())));
        assertThat(HexFormat.of().formatHex(harness.lastEvent().payload.toByteArray()))
                .isEqualTo("01"
                        + HexFormat.of()
                                .formatHex("{\"open\":true,\"first\":\"pending\"}".getBytes(StandardCharsets.UTF_8)));
    }
}
