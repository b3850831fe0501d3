package dev.cairn.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.GoneException;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Recovered;
import dev.cairn.internal.kind.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class ConsumerKindTest {
    private static final String GROUP = "audit";

    private final ConsumerKind kind = new ConsumerKind();
    private final KindHarness harness = new KindHarness(List.of(kind));

    private static BoundCommand bound(ConsumerCommand command) {
        return new BoundCommand(KindIds.CONSUMER, command);
    }

    private static BoundCommand commit(long offset) {
        return (BoundCommand) ConsumerWrites.commit(GROUP, offset);
    }

    private static BoundCommand configure(
            long offset, @Nullable String asked, List<String> topics, List<String> types) {
        return bound(new ConsumerCommand.Configure(GROUP, offset, asked, null, topics, types));
    }

    private static BoundCommand delete() {
        return bound(new ConsumerCommand.Delete(GROUP));
    }

    /** Fills the log, so that there are offsets to commit. */
    private void others(int records) {
        IntStream.range(0, records).forEach(i -> harness.accept((BoundCommand) ConsumerWrites.commit("other", 0)));
    }

    private ConsumerGroup group() {
        return ConsumerBody.decode(GROUP, harness.entity(kind, null, GROUP), 0, null);
    }

    private String lastType() {
        return kind.typeName(harness.lastEvent());
    }

    /** States × wishes: what becomes of a position. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // before: − none, d deleted, or the offset | wish | event, offset after
                "- | commit 0 | created 0",
                "- | commit 3 | created 3",
                "- | configure - | created 0",
                "- | configure 2 | created 2",
                "- | delete | not_found",
                "3 | commit 3 | committed 3",
                "3 | commit 5 | committed 5",
                "3 | commit 2 | reset 2",
                "3 | commit 0 | reset 0",
                "3 | commit 999 | invalid_request",
                "- | commit 999 | invalid_request",
                "3 | configure - | configured 3",
                "3 | configure 1 | configured 1",
                "3 | configure 7 | configured 7",
                "3 | configure 999 | invalid_request",
                "3 | delete | deleted",
                "d | commit 1 | created 1",
                "d | configure - | created 0",
                "d | delete | not_found",
            })
    void shouldDecide(String before, String wish, String expected) {
        others(10);
        if (!before.equals("-")) {
            harness.accept(commit(before.equals("d") ? 3 : Long.parseLong(before)));
        }
        if (before.equals("d")) {
            harness.accept(delete());
        }
        String[] words = wish.split(" ");
        BoundCommand command = switch (words[0]) {
            case "commit" -> commit(Long.parseLong(words[1]));
            case "configure" ->
                words[1].equals("-")
                        ? configure(0, null, List.of(), List.of())
                        : configure(Long.parseLong(words[1]), words[1], List.of(), List.of());
            default -> delete();
        };

        Rejection rejection = harness.apply(command);

        if (rejection != null) {
            assertThat(rejection.toException().code()).isEqualTo(expected);
        } else {
            boolean exists = harness.entity(kind, null, GROUP).exists();
            assertThat(lastType() + (exists ? " " + group().offset() : "")).isEqualTo(expected);
        }
    }

    @Test
    void shouldKeepFilterAndBirthOverMoves() {
        others(5);
        harness.accept(configure(1, "1", List.of("task", "orders"), List.of("created")));
        Instant createdAt = group().createdAt();
        assertThat(harness.lastPayload())
                .isEqualTo("{\"offset\":1,\"topics\":[\"task\",\"orders\"],\"types\":[\"created\"]}");
        harness.accept(commit(4));
        assertThat(harness.lastPayload()).isEqualTo("{\"offset\":4}");

        assertThat(group().topics()).containsExactly("task", "orders");
        assertThat(group().types()).containsExactly("created");
        assertThat(group().createdAt()).isEqualTo(createdAt);
        assertThat(group().updatedAt()).isEqualTo(createdAt.plus(Duration.ofSeconds(1)));

        harness.accept(configure(0, null, List.of("orders"), List.of()));
        assertThat(group().offset()).isEqualTo(4);
        assertThat(group().topics()).containsExactly("orders");
        assertThat(group().types()).isEmpty();
        assertThat(group().createdAt()).isEqualTo(createdAt);
        assertThat(group().version()).isEqualTo(3);
        harness.accept(delete());
        assertThat(harness.lastPayload()).isEqualTo("{}");
    }

    @Test
    void shouldSayWhyAPositionIsNone() {
        others(3);
        assertThat(harness.refuse(commit(4)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.where()).isEqualTo("/offset"))
                .hasMessage("expected an offset from 0 to 3, was 4");
        Rejection gone = new Rejection.Gone("gone", null, 7L);
        assertThat(harness.refuse(bound(new ConsumerCommand.Move(GROUP, -1, "5", gone))))
                .isInstanceOfSatisfying(
                        GoneException.class, e -> assertThat(e.resumeFrom()).isEqualTo(7));
        assertThat(harness.refuse(delete())).isInstanceOf(NotFoundException.class);
        // Where a group stays is no matter of what its beginning would be.
        harness.accept(commit(2));
        harness.accept(bound(new ConsumerCommand.Configure(GROUP, -1, null, gone, List.of(), List.of())));
        assertThat(group().offset()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatIsNotWellFormed() {
        assertThatThrownBy(() -> ConsumerWrites.commit("", 0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ConsumerWrites.commit("claim", 0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ConsumerWrites.commit(GROUP, -1)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ConsumerWrites.check("a\u0000")).isInstanceOf(InvalidRequestException.class);
        List<String> many = IntStream.range(0, 65).mapToObj(String::valueOf).toList();
        assertThatThrownBy(() -> ConsumerCommand.checkTopics(many, "/topic"))
                .hasMessage("expected at most 64 names, was 65");
        assertThatThrownBy(() -> ConsumerCommand.checkTypes(List.of("x".repeat(256)), "/type"))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ConsumerCommand.checkTopics(List.of("a", "a"), "/topic"))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ConsumerCommand.checkTopics(List.of("consumer"), "/topic"))
                .isInstanceOf(InvalidRequestException.class);
    }

    /** Equal wishes have equal prints, others do not: what a repeated operation is recognised by. */
    @Test
    void shouldPrintEachWishDifferently() {
        List<ConsumerCommand> wishes = List.of(
                new ConsumerCommand.Move(GROUP, 5, "", null),
                new ConsumerCommand.Move(GROUP, 6, "", null),
                new ConsumerCommand.Move(GROUP, 5, "end", null),
                new ConsumerCommand.Move(GROUP, 5, "-5", null),
                new ConsumerCommand.Configure(GROUP, 5, "5", null, List.of(), List.of()),
                new ConsumerCommand.Configure(GROUP, 5, null, null, List.of(), List.of()),
                new ConsumerCommand.Configure(GROUP, 5, null, null, List.of("a"), List.of()),
                new ConsumerCommand.Configure(GROUP, 5, null, null, List.of(), List.of("a")),
                new ConsumerCommand.Delete(GROUP));
        List<String> prints = new ArrayList<>();
        for (ConsumerCommand wish : wishes) {
            ByteSlab print = new ByteSlab();
            wish.fingerprint(print);
            prints.add(HexFormat.of().formatHex(print.toByteArray()));
        }
        assertThat(prints).doesNotHaveDuplicates();
        ByteSlab later = new ByteSlab();
        new ConsumerCommand.Move(GROUP, 9, "end", null).fingerprint(later);
        assertThat(HexFormat.of().formatHex(later.toByteArray())).isEqualTo(prints.get(2));
        ByteSlab batch = new ByteSlab();
        new ConsumerCommand.Move(GROUP, 5, "5", null).fingerprint(batch);
        assertThat(HexFormat.of().formatHex(batch.toByteArray())).isEqualTo(prints.get(0));
    }

    /** Where all before is lost, a position is known and nothing else is. */
    @Test
    void shouldAssumeWhatWasLost() {
        Event event = new Event();
        event.clear();
        event.kind = kind.id();
        event.type = ConsumerKind.COMMITTED;
        event.offset = 100;
        event.previous = 50;
        event.version = 9;
        event.at = GoldenEvent.AT;
        ConsumerBody.putMove(event.payload, 77);
        Entity after = new Entity();

        Evolution.step(kind, new Entity(), event, after);

        ConsumerGroup group = ConsumerBody.decode(GROUP, after, 0, null);
        assertThat(group.offset()).isEqualTo(77);
        assertThat(group.topics()).isEmpty();
        assertThat(group.incomplete()).isTrue();
    }

    @Test
    void shouldFollowItsOwnRecordsAndNoOthers() {
        ConsumerRecordRules rules = new ConsumerRecordRules();
        ByteSlab trace = new ByteSlab();
        assertThat(follow(rules, trace, ConsumerKind.COMMITTED, 3)).isEqualTo("expected a group, was none");
        trace.clear();
        assertThat(follow(rules, trace, ConsumerKind.DELETED, 0)).isEqualTo("expected a group, was none");
        assertThat(follow(rules, trace, ConsumerKind.CREATED, 3)).isNull();
        assertThat(follow(rules, trace, ConsumerKind.COMMITTED, 3)).isNull();
        assertThat(follow(rules, trace, ConsumerKind.RESET, 3)).isEqualTo("expected a reset below 3, was 3");
        assertThat(follow(rules, trace, ConsumerKind.RESET, 2)).isNull();
        assertThat(follow(rules, trace, ConsumerKind.COMMITTED, 1)).isEqualTo("expected a commit from 2, was 1");
        assertThat(follow(rules, trace, ConsumerKind.CONFIGURED, 99)).isNull();
        assertThat(follow(rules, trace, ConsumerKind.COMMITTED, 101))
                .isEqualTo("expected a position up to 100, was 101");
        assertThat(follow(rules, trace, ConsumerKind.CREATED, 3))
                .isEqualTo("expected no group before it is created, was one");
        assertThat(follow(rules, trace, ConsumerKind.DELETED, 0)).isNull();
        assertThat(follow(rules, trace, ConsumerKind.CREATED, 5)).isNull();
        rules.forget(trace);
        assertThat(follow(rules, trace, ConsumerKind.RESET, 9)).isNull();
        rules.forget(trace);
        assertThat(follow(rules, trace, ConsumerKind.CREATED, 9)).isNull();
        assertThat(follow(rules, trace, Recovered.TYPE, 0)).isNull();
        assertThat(follow(rules, trace, ConsumerKind.COMMITTED, 1)).isNull();
    }

    private static @Nullable String follow(ConsumerRecordRules rules, ByteSlab trace, byte type, long offset) {
        Event event = new Event();
        event.clear();
        event.type = type;
        event.offset = 100;
        ConsumerBody.putMove(event.payload, offset);
        return rules.follow(trace, event);
    }

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "consumer-events.csv",
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
        others(3);
        harness.accept(configure(2, "2", List.of("a"), List.of("b")));
        assertThat(HexFormat.of().formatHex(harness.lastEvent().payload.toByteArray()))
                .isEqualTo("01" + "0200000000000000" + "c0064e4648470600" + "0100" + "010061" + "0100" + "010062");
        harness.accept(commit(3));
        assertThat(HexFormat.of().formatHex(harness.lastEvent().payload.toByteArray()))
                .isEqualTo("01" + "0300000000000000");
    }
}
