package dev.cairn.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.ConflictException;
import dev.cairn.InvalidRequestException;
import dev.cairn.TooLargeException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.Recovered;
import dev.cairn.internal.kind.TaskLinks;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

class DecisionKindTest {
    private static final NewDecision SMALL = NewDecision.of("d1", "ann", "Use SQLite", "We use it.");
    private static final NewDecision FULL = SMALL.task("build-42")
            .context("Lists are slow.\n")
            .rationale("It is small.")
            .alternatives(List.of("a \"b\"", "none"));

    private final DecisionKind kind = new DecisionKind(200, TaskLinks.NONE);
    private final KindHarness harness = new KindHarness(List.of(kind));

    @Test
    void shouldMakeADecisionAndKeepAllOfIt() {
        make(FULL);

        Decision made = decision("d1");
        assertThat(made.content()).isEqualTo(FULL);
        assertThat(made.offset()).isZero();
        assertThat(made.version()).isEqualTo(1);
        assertThat(made.occurredAt()).isNull();
        assertThat(made.date()).isEqualTo(made.at());
        assertThat(harness.lastActor()).isEqualTo("ann");
        assertThat(harness.lastPayload())
                .isEqualTo("{\"agent\":\"ann\",\"task\":\"build-42\",\"title\":\"Use SQLite\","
                        + "\"context\":\"Lists are slow.\\n\",\"decision\":\"We use it.\",\"rationale\":\"It is small.\","
                        + "\"alternatives\":[\"a \\\"b\\\"\",\"none\"]}");
    }

    @Test
    void shouldLeaveOutWhatADecisionHasNot() {
        make(SMALL.context(" \n ").rationale(""));

        assertThat(decision("d1").content()).isEqualTo(SMALL);
        assertThat(harness.lastPayload())
                .isEqualTo(
                        "{\"agent\":\"ann\",\"title\":\"Use SQLite\",\"decision\":\"We use it.\",\"alternatives\":[]}");
    }

    @Test
    void shouldLetTheCallerSayWhoActs() {
        harness.actor("import");
        make(SMALL);

        assertThat(harness.lastActor()).isEqualTo("import");
    }

    @Test
    void shouldNeverChangeADecision() {
        make(SMALL);

        assertThat(harness.refuse(write(SMALL)))
                .isInstanceOf(ConflictException.class)
                .hasMessage("expected decision d1 to have none, was version 1, revision 0");
        assertThat(harness.events()).isEqualTo(1);
    }

    @Test
    void shouldBoundADecision() {
        assertThat(harness.refuse(write(SMALL.context("x".repeat(200)))))
                .isInstanceOf(TooLargeException.class)
                .hasMessageContaining("a decision of at most 200 bytes, was ");
        assertThat(harness.events()).isZero();
    }

    private static Arguments row(String where, UnaryOperator<NewDecision> change) {
        return Arguments.of(where, change.apply(SMALL));
    }

    private static Stream<Arguments> malformed() {
        return Stream.of(
                row("/id", d -> NewDecision.of("", "a", "t", "d")),
                row("/id", d -> NewDecision.of("claim", "a", "t", "d")),
                row("/id", d -> NewDecision.of("a\nb", "a", "t", "d")),
                row("/id", d -> NewDecision.of("i".repeat(513), "a", "t", "d")),
                row("/agent", d -> NewDecision.of("i", "", "t", "d")),
                row("/title", d -> NewDecision.of("i", "a", "", "d")),
                row("/title", d -> NewDecision.of("i", "a", "two\nlines", "d")),
                row("/title", d -> NewDecision.of("i", "a", "  ", "d")),
                row("/decision", d -> NewDecision.of("i", "a", "t", "")),
                row("/decision", d -> NewDecision.of("i", "a", "t", " \n\t")),
                row("/decision", d -> NewDecision.of("i", "a", "t", "half \ud83d")),
                row("/task", d -> d.task("")),
                row("/task", d -> d.task("t\u0000")),
                row("/context", d -> d.context("\udc00")),
                row("/rationale", d -> d.rationale("\udc00")),
                row("/alternatives/1", d -> d.alternatives(List.of("a", " "))),
                row("/alternatives/0", d -> d.alternatives(List.of("\udc00"))),
                row("/alternatives", d -> d.alternatives(Collections.nCopies(101, "a"))));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void shouldSayWhatIsNotWellFormed(String where, NewDecision decision) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> DecisionWrites.append(decision));

        assertThat(refusal.where()).isEqualTo(where);
        assertThat(refusal.getMessage()).contains("expected ").contains(", was ");
    }

    @Test
    void shouldCheckWithoutAWrite() {
        assertThat(((BoundCommand) DecisionWrites.check("d1")).command()).isEqualTo(new CheckCommand(null, "d1"));
    }

    @Test
    void shouldTellCommandsApartByTheirContent() {
        assertThat(fingerprint(FULL)).isEqualTo(fingerprint(FULL.task("build-42")));
        assertThat(fingerprint(FULL)).isNotEqualTo(fingerprint(FULL.task("build-43")));
        assertThat(fingerprint(FULL)).isNotEqualTo(fingerprint(FULL.alternatives(List.of("none", "a \"b\""))));
    }

    private static byte[] fingerprint(NewDecision decision) {
        ByteSlab into = new ByteSlab();
        DecisionCommand.of(decision).fingerprint(into);
        return into.toByteArray();
    }

    @Test
    void shouldFindADecisionThatIsMadeTwice() {
        DecisionRecordRules rules = new DecisionRecordRules();
        ByteSlab trace = new ByteSlab();
        Event made = new Event();
        made.clear();
        made.type = DecisionKind.MADE;

        assertThat(rules.follow(trace, made)).isNull();
        assertThat(rules.follow(trace, made)).isEqualTo("expected a decision to be made once, was twice");
        rules.forget(trace);
        assertThat(rules.follow(trace, made)).isNull();
        made.type = Recovered.TYPE;
        assertThat(rules.follow(trace, made)).isNull();
        made.type = DecisionKind.MADE;
        assertThat(rules.follow(trace, made)).isNull();
    }

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "decision-events.csv",
            delimiter = '|',
            quoteCharacter = '\0',
            emptyValue = "",
            nullValues = {})
    void shouldReadEveryEventEverWritten(
            int type, String payload, String name, String json, @Nullable String before, @Nullable String after) {
        String bodyBefore = before == null ? "" : before;
        String bodyAfter = after == null ? "" : after;
        new GoldenEvent(type, payload, name, json, bodyBefore, bodyAfter).check(kind);
    }

    /** The bytes of each event as they were released: a change here is a new version, never an edit. */
    @Test
    void shouldKeepTheBytesOfEachEvent() {
        make(NewDecision.of("d", "ann", "T", "D")
                .task("t")
                .context("C")
                .rationale("R")
                .alternatives(List.of("A")));

        assertThat(HexFormat.of().formatHex(harness.lastEvent().payload.toByteArray()))
                .isEqualTo("01" + "0300616e6e" + "010074" + "010054" + "0100000043" + "0100000044" + "0100000052"
                        + "5b2241225d");
    }

    private Decision decision(String id) {
        return DecisionBody.decode(id, harness.entity(kind, null, id));
    }

    private void make(NewDecision decision) {
        harness.accept(write(decision));
    }

    private static BoundCommand write(NewDecision decision) {
        return (BoundCommand) DecisionWrites.append(decision);
    }
}
