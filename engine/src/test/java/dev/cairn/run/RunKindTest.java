package dev.cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.CairnException;
import dev.cairn.ConflictException;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.TooLargeException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.TaskLinks;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands and the states of a run that they meet. */
class RunKindTest {
    private final RunModule module = new RunModule(1_000, TaskLinks.NONE);
    private final Kind kind = module.kinds().get(0);
    private final Kind snapshots = module.kinds().get(1);
    private final KindHarness harness = new KindHarness(module.kinds());

    private static BoundCommand save(String run, NewSnapshot snapshot, long latest) {
        RunCommand.SaveWish wish = SaveRequest.of(run, snapshot, 1_000);
        return new BoundCommand(KindIds.RUN, new RunCommand.Save(wish, StatePacking.plain(wish.state()), latest));
    }

    private static BoundCommand delete(String run) {
        return new BoundCommand(KindIds.RUN, new RunCommand.Delete(run));
    }

    private RunBody run(String run) {
        return RunBody.of(harness.entity(kind, null, run));
    }

    private long place(String run, String id) {
        return RunSnapshotKind.offset(harness.entity(snapshots, null, SnapshotKey.of(run, id)));
    }

    @Test
    void shouldSaveARecordAndWhereItIs() {
        harness.accept(save("r", NewSnapshot.auto("{\"a\":1}").id("first").metadata("{\"task\":\"build-42\"}"), -1));
        assertThat(harness.events()).isEqualTo(2);
        assertThat(harness.lastPayload()).isEqualTo("{\"offset\":0}");
        assertThat(place("r", "first")).isZero();
        harness.accept(save("r", NewSnapshot.manual("{\"a\":2}"), 0));
        assertThat(run("r"))
                .extracting(RunBody::id, RunBody::number, RunBody::latest, RunBody::first, RunBody::task)
                .containsExactly("2", 2L, 2L, 0L, "build-42");
        assertThat(run("r").totalBytes()).isEqualTo(14);
        assertThat(harness.entity(kind, null, "r").version()).isEqualTo(2);
        assertThat(payload(2))
                .startsWith(
                        "{\"snapshot\":\"2\",\"kind\":\"manual\",\"parent\":\"first\",\"task\":\"build-42\",\"metadata\":{},"
                                + "\"number\":2,\"form\":\"plain\",\"bytes\":7,\"storedBytes\":7,\"depth\":0,\"hash\":\"");
    }

    private String payload(long offset) {
        ByteSlab json = new ByteSlab();
        kind.renderPayload(harness.event(offset), json);
        return json.utf8();
    }

    @Test
    void shouldFollowTheParentThatIsTheLatest() {
        harness.accept(save("r", NewSnapshot.auto("1").id("a"), -1));
        harness.accept(save("r", NewSnapshot.auto("2").id("b").parent("a"), 0));
        assertThat(harness.refuse(save("r", NewSnapshot.auto("3").parent("a"), 2)))
                .isInstanceOfSatisfying(ConflictException.class, refusal -> {
                    assertThat(refusal.expected()).isEqualTo("parent a");
                    assertThat(refusal.actual()).isEqualTo(2);
                    assertThat(refusal.revision()).isEqualTo(2);
                })
                .hasMessage("expected run r to be at a, was at b");
        assertThat(harness.refuse(save("new", NewSnapshot.auto("3").parent("a"), -1)))
                .isInstanceOf(ConflictException.class)
                .hasMessage("expected run new to be at a, was none");
    }

    @Test
    void shouldRefuseWhatWasPackedAgainstAnotherLatest() {
        harness.accept(save("r", NewSnapshot.auto("1"), -1));
        harness.accept(save("r", NewSnapshot.auto("2"), 0));
        for (long seen : new long[] {-1, 0, 1, 3}) {
            assertThat(harness.refuse(save("r", NewSnapshot.auto("3"), seen)))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            refusal ->
                                    assertThat(refusal.expected()).isEqualTo(seen < 0 ? "none" : "revision " + seen));
        }
        assertThat(harness.events()).isEqualTo(4);
    }

    @Test
    void shouldRefuseAnIdThatIsTaken() {
        harness.accept(save("r", NewSnapshot.auto("1").id("a"), -1));
        CairnException refusal =
                harness.refuse(save("r", NewSnapshot.manual("2").id("a"), 0));
        assertThat(refusal)
                .isInstanceOf(ConflictException.class)
                .hasMessage("expected run-snapshot r/a to have none, was version 1, revision 1");
        harness.accept(save("other", NewSnapshot.manual("2").id("a"), -1));
    }

    @Test
    void shouldNameASnapshotByItsOffsetUnlessThatIsTaken() {
        harness.accept(save("r", NewSnapshot.auto("1").id("4"), -1));
        harness.accept(save("r", NewSnapshot.auto("2").id("4-2"), 0));
        harness.accept(save("r", NewSnapshot.auto("3"), 2));
        assertThat(run("r").id()).isEqualTo("4-3");
        harness.accept(save("r", NewSnapshot.auto("4"), 4));
        assertThat(run("r").id()).isEqualTo("6");
    }

    @Test
    void shouldBeginAnewAfterADelete() {
        harness.accept(save("r", NewSnapshot.auto("1").id("a").metadata("{\"task\":\"t\"}"), -1));
        harness.accept(save("r", NewSnapshot.auto("2").id("b"), 0));
        harness.accept(delete("r"));
        assertThat(harness.lastPayload()).isEqualTo("{}");
        assertThat(run("r")).isNull();
        assertThat(harness.refuse(delete("r"))).isInstanceOf(NotFoundException.class);
        harness.accept(save("r", NewSnapshot.auto("3").id("a"), -1));
        assertThat(run("r"))
                .extracting(RunBody::id, RunBody::number, RunBody::first, RunBody::latest, RunBody::task)
                .containsExactly("a", 1L, 5L, 5L, "");
        assertThat(place("r", "a")).isEqualTo(5);
        assertThat(place("r", "b")).as("of the run before").isLessThan(run("r").first());
        harness.accept(save("r", NewSnapshot.auto("4").id("b"), 5));
        assertThat(harness.entity(kind, null, "r").version()).isEqualTo(5);
    }

    @Test
    void shouldKeepSnapshotsOfDifferentRunsApart() {
        harness.accept(save("a/b", NewSnapshot.auto("1").id("c"), -1));
        harness.accept(save("a", NewSnapshot.auto("2").id("b/c"), -1));
        harness.accept(save("a%2Fb", NewSnapshot.auto("3").id("c"), -1));
        assertThat(place("a/b", "c")).isZero();
        assertThat(place("a", "b/c")).isEqualTo(2);
        assertThat(place("a%2Fb", "c")).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "run  | batch  | {}  | x    | x      | {}",
                "/id  | r      | {}  | latest | x    | {}",
                "/id  | r      | {}  | count  | x    | {}",
                "/state | r    | {   | x      | x    | {}",
                "/state/a | r  | {\"a\":1,\"a\":2} | x | x | {}",
                "/metadata | r | {}  | x      | x    | []",
                "/metadata/task | r | {} | x  | x    | {\"task\":\"\"}",
            })
    void shouldRefuseWhatIsNotWellFormed(
            String where, String run, String state, String id, String parent, String metadata) {
        NewSnapshot snapshot = NewSnapshot.auto(state).id(id).parent(parent).metadata(metadata);
        assertThatThrownBy(() -> save(run, snapshot, -1))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).isIn(where, "/state"));
    }

    @Test
    void shouldRefuseNamesThatAreNone() {
        for (String name : List.of("", "a\u0000", "x".repeat(513), "\ud800")) {
            assertThatThrownBy(() -> save(name, NewSnapshot.auto("1"), -1)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> save("r", NewSnapshot.auto("1").id(name), -1))
                    .isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> save("r", NewSnapshot.auto("1").parent(name), -1))
                    .isInstanceOf(InvalidRequestException.class);
        }
        String longest = "x".repeat(512);
        harness.accept(save(longest, NewSnapshot.auto("1").id(longest), -1));
        assertThatThrownBy(() -> save("/".repeat(300), NewSnapshot.auto("1").id(longest), -1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("was 1413");
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        String large = "{\"a\":\"" + "x".repeat(1_000) + "\"}";
        assertThatThrownBy(() -> save("r", NewSnapshot.auto("1").metadata(large), -1))
                .isInstanceOf(TooLargeException.class);
        assertThatThrownBy(() -> save("r", NewSnapshot.auto("\"" + "x".repeat(16 << 20) + "\""), -1))
                .isInstanceOf(TooLargeException.class);
    }

    /** A task that is no text is the caller's own matter. */
    @Test
    void shouldTakeTheTaskThatTheMetadataNames() {
        harness.accept(save("r", NewSnapshot.auto("1").metadata("{\"task\":{\"n\":1}}"), -1));
        assertThat(run("r").task()).isEmpty();
        harness.accept(save("r", NewSnapshot.auto("2").metadata("{\"a\":0,\"t\\u0061sk\":\"\\u00e9\"}"), 0));
        assertThat(run("r").task()).isEqualTo("é");
        harness.accept(save("r", NewSnapshot.auto("3"), 2));
        assertThat(run("r").task()).isEqualTo("é");
    }

    @Test
    void shouldMeanTheSameOnlyWithTheSamePointersIgnored() {
        byte[] plain = hash("{\"a\":1}");
        assertThat(hash("{ \"a\" : 1 }")).isEqualTo(plain);
        assertThat(hash("{\"a\":1.0}")).isNotEqualTo(plain);
        assertThat(hash("{\"a\":1,\"b\":2}", "/b")).isNotEqualTo(plain);
        assertThat(hash("{\"a\":1,\"b\":2}", "/b")).isEqualTo(hash("{\"b\":3,\"a\":1}", "/b", "/b"));
        assertThat(hash("{\"a\":1}", "/b")).isNotEqualTo(hash("{\"a\":1}", "/c"));
    }

    private static byte[] hash(String state, String... ignored) {
        return SaveRequest.of("r", NewSnapshot.auto(state).ignore(ignored), 100).hash();
    }

    @Test
    void shouldBeOneCommandWhateverItIsPackedAgainst() {
        RunCommand.SaveWish wish = SaveRequest.of("r", NewSnapshot.auto("[1]"), 100);
        byte[] print = fingerprint(new RunCommand.Save(wish, StatePacking.plain(wish.state()), -1));
        assertThat(fingerprint(new RunCommand.Save(wish, StatePacking.whole(wish.state()), 7)))
                .isEqualTo(print);
        for (NewSnapshot other : List.of(
                NewSnapshot.manual("[1]"),
                NewSnapshot.auto("[2]"),
                NewSnapshot.auto("[1]").id("a"),
                NewSnapshot.auto("[1]").parent("a"),
                NewSnapshot.auto("[1]").metadata("{\"a\":1}"),
                NewSnapshot.auto("[1]").ignore("/a"))) {
            RunCommand.SaveWish another = SaveRequest.of("r", other, 100);
            assertThat(fingerprint(new RunCommand.Save(another, StatePacking.plain(another.state()), -1)))
                    .as(other.toString())
                    .isNotEqualTo(print);
        }
    }

    private static byte[] fingerprint(RunCommand command) {
        ByteSlab bytes = new ByteSlab();
        command.fingerprint(bytes);
        return bytes.toByteArray();
    }

    @Test
    void shouldHoldRecordsAgainstEachOther() {
        harness.accept(save("r", NewSnapshot.auto("1"), -1)).accept(save("r", NewSnapshot.auto("2"), 0));
        harness.accept(delete("r")).accept(save("r", NewSnapshot.auto("1"), -1));
        RecordRules rules = kind.recordRules();
        ByteSlab trace = new ByteSlab();
        for (long offset : new long[] {0, 2, 4, 5}) {
            assertThat(rules.follow(trace, harness.event(offset)))
                    .as("at " + offset)
                    .isNull();
        }
        trace.clear();
        assertThat(rules.follow(trace, harness.event(4))).isEqualTo("expected a run before it is deleted, was none");
        rules.forget(trace);
        assertThat(rules.follow(trace, harness.event(4))).isNull();
        Event early = harness.event(2);
        early.offset = 0;
        assertThat(rules.follow(trace, early)).contains("to follow one before offset 0");
    }

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "run-events.csv",
            delimiter = '|',
            quoteCharacter = '\0',
            emptyValue = "",
            nullValues = {})
    void shouldReadEveryEventEverWritten(
            int type, String payload, String name, String json, @Nullable String before, @Nullable String after) {
        new GoldenEvent(type, payload, name, json, before == null ? "" : before, after == null ? "" : after)
                .check(kind);
    }

    /** The bytes of each event as they were released: a change here is a new version, never an edit. */
    @Test
    void shouldKeepTheBytesOfEachEvent() {
        harness.accept(save("r", NewSnapshot.recovery("[1]").id("a").metadata("{\"task\":\"t\"}"), -1));
        String payload = HexFormat.of().formatHex(harness.event(0).payload.toByteArray());
        assertThat(payload)
                .startsWith("01" + "03" + "01" + "00" + "03000000" + "03000000")
                .endsWith("0100" + "61" + "0000" + "0100" + "74"
                        + HexFormat.of()
                                .formatHex("{\"task\":\"t\"}[1]".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThat(HexFormat.of().formatHex(harness.event(1).payload.toByteArray()))
                .isEqualTo("01" + "00".repeat(8));
        new GoldenEvent(1, "010700000000000000", "saved", "{\"offset\":7}", "", "010700000000000000").check(snapshots);
    }
}
