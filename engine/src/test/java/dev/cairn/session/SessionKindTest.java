package dev.cairn.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.TooLargeException;
import dev.cairn.Write;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.TaskLinks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionKindTest {
    private static final int MESSAGE_BYTES_MAX = 200;

    private final SessionKind kind = new SessionKind(MESSAGE_BYTES_MAX, TaskLinks.NONE);
    private final KindHarness harness = new KindHarness(List.of(kind));

    @Test
    void shouldBeginWithTheFirstMessage() {
        append("s", NewMessage.of("user", "hello"));
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(session("s")).isEqualTo(new Session("s", 1, 33, null, 1, 0, at, at, false));
        assertThat(harness.lastPayload()).isEqualTo("{\"role\":\"user\",\"content\":\"hello\"}");
        assertThat(kind.typeName(harness.lastEvent())).isEqualTo("appended");
    }

    @Test
    void shouldCountMessagesAndBytesAndLeadBack() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            append("other", NewMessage.of("user", "x"));
            append("s", NewMessage.of("user", "m" + i));
            events.add(copy(harness.lastEvent()));
        }
        assertThat(session("s").messages()).isEqualTo(40);
        assertThat(session("s").bytes()).isEqualTo(10 * 30 + 30 * 31);
        for (int n = 1; n <= 40; n++) {
            Event event = events.get(n - 1);
            assertThat(SessionPayload.number(event)).isEqualTo(n);
            assertThat(SessionPayload.first(event)).isEqualTo(1);
            long target = n - SkipLinks.span(n);
            assertThat(SessionPayload.link(event)).isEqualTo(target == 0 ? -1 : events.get((int) target - 1).offset);
        }
    }

    @Test
    void shouldBelongToTheTaskNamedLast() {
        append("s", NewMessage.of("user", "a"));
        assertThat(session("s").task()).isNull();
        append("s", NewMessage.of("user", "b").task("t1"));
        append("s", NewMessage.of("user", "c"));
        assertThat(session("s").task()).isEqualTo("t1");
        append("s", NewMessage.parse("{\"task\":\"t2\",\"role\":\"user\",\"content\":null}"));
        append("s", NewMessage.parse("{\"task\":null,\"role\":\"user\",\"content\":null}"));
        assertThat(session("s").task()).isEqualTo("t2");
    }

    @Test
    void shouldBeginAnewBehindADeletion() {
        append("s", NewMessage.of("user", "a").task("t"));
        append("s", NewMessage.of("user", "b"));
        accept(SessionWrites.delete("s"));
        assertThat(harness.lastPayload()).isEqualTo("{}");
        assertThat(harness.entity(kind, null, "s").exists()).isFalse();
        append("s", NewMessage.of("user", "c"));
        assertThat(session("s"))
                .extracting(Session::messages, Session::version, Session::task)
                .containsExactly(1L, 4L, null);
        assertThat(SessionPayload.first(harness.lastEvent())).isEqualTo(3);
    }

    @Test
    void shouldDeleteOnlyWhatIsThere() {
        assertThat(harness.refuse((BoundCommand) SessionWrites.delete("s"))).isInstanceOf(NotFoundException.class);
        append("s", NewMessage.of("user", "a"));
        accept(SessionWrites.delete("s"));
        assertThat(harness.refuse((BoundCommand) SessionWrites.delete("s"))).isInstanceOf(NotFoundException.class);
    }

    @Test
    void shouldBoundAMessage() {
        int frame = NewMessage.of("user", "").json().length();
        append("s", NewMessage.of("user", "x".repeat(MESSAGE_BYTES_MAX - frame)));
        NewMessage tooLarge = NewMessage.of("user", "x".repeat(MESSAGE_BYTES_MAX - frame + 1));
        assertThat(harness.refuse((BoundCommand) SessionWrites.append("s", tooLarge)))
                .isInstanceOf(TooLargeException.class)
                .hasMessage("expected a message of at most 200 bytes, was 201");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ \"role\" : \"a\", \"content\" : [ 1.50, {\"x\":null} ] } | {\"role\":\"a\",\"content\":[1.50,{\"x\":null}]} | [1.50,{\"x\":null}]",
                "{\"content\":\"\",\"role\":\"tool\",\"tool_calls\":[{}]} | {\"content\":\"\",\"role\":\"tool\",\"tool_calls\":[{}]} | \"\"",
                "{\"r\\u006fle\":\"a\",\"content\":1} | {\"r\\u006fle\":\"a\",\"content\":1} | 1"
            })
    void shouldKeepAMessageAsGiven(String given, String kept, String content) {
        append("s", NewMessage.parse(given));
        assertThat(harness.lastPayload()).isEqualTo(kept);
        Message message = new Message(0, 1, Instant.EPOCH, null, null, "a", kept);
        assertThat(message.content()).isEqualTo(content);
    }

    @Test
    void shouldMakeTheSameMessageInEveryWay() {
        NewMessage parsed = NewMessage.parse("{\"role\":\"ü\",\"content\":\"a\\\"\\nb\",\"task\":\"t\"}");
        assertThat(NewMessage.of("ü", "a\"\nb").task("t")).isEqualTo(parsed).hasSameHashCodeAs(parsed);
        assertThat(NewMessage.ofContent("ü", " \"a\\\"\\nb\" ").task("t")).isEqualTo(parsed);
        assertThat(parsed.task()).isEqualTo("t");
        assertThat(parsed.role()).isEqualTo("ü");
        assertThat(parsed).hasToString("NewMessage[ü, 43 bytes]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|[]",
                "''|{",
                "/role|{\"content\":1}",
                "/role|{\"role\":1,\"content\":1}",
                "/role|{\"role\":null,\"content\":1}",
                "/role|{\"role\":\"\",\"content\":1}",
                "/role|{\"role\":\"a\\u0000\",\"content\":1}",
                "/content|{\"role\":\"a\"}",
                "/content|{\"role\":\"a\",\"content\":1,\"content\":2}",
                "/task|{\"role\":\"a\",\"content\":1,\"task\":7}",
                "/task|{\"role\":\"a\",\"content\":1,\"task\":\"\"}",
                "/task|{\"role\":\"a\",\"content\":1,\"task\":\"count\"}",
                "/offset|{\"role\":\"a\",\"content\":1,\"offset\":7}",
                "/at|{\"role\":\"a\",\"content\":1,\"at\":null}",
                "/occurredAt|{\"role\":\"a\",\"content\":1,\"occurredAt\":1}",
                "/actor|{\"role\":\"a\",\"content\":1,\"actor\":1}"
            })
    void shouldSayWhatIsNotWellFormed(String where, String json) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> NewMessage.parse(json));
        assertThat(refusal.where()).isEqualTo(where);
    }

    @Test
    void shouldCheckWhatIsGivenInParts() {
        assertThatThrownBy(() -> NewMessage.of("", "x")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> NewMessage.of("r".repeat(256), "x")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> NewMessage.of("r", "\ud800")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> NewMessage.ofContent("r", "{")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> NewMessage.of("r", "x").task("batch")).isInstanceOf(InvalidRequestException.class);
        NewMessage withTask = NewMessage.parse("{\"role\":\"a\",\"content\":1,\"task\":null}");
        assertThatThrownBy(() -> withTask.task("t")).isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "claim", "a\u0000b", "\ud800"})
    void shouldRefuseABadId(String id) {
        for (Runnable write : List.<Runnable>of(
                () -> SessionWrites.append(id, NewMessage.of("r", "x")),
                () -> SessionWrites.delete(id),
                () -> SessionWrites.check(id))) {
            InvalidRequestException refusal = catchThrowableOfType(InvalidRequestException.class, write::run);
            assertThat(refusal.where()).isEqualTo("/id");
        }
    }

    /** Where records between two messages were lost, the later one says where it belongs. */
    @Test
    void shouldGoOnBehindLostRecords() {
        List<Event> events = events(6);
        Entity third = fold(new Entity(), events.subList(0, 3));
        Entity after = fold(third, events.subList(4, 6));
        assertThat(after.incomplete()).isTrue();
        Session session = SessionBody.decode("s", after);
        assertThat(session)
                .extracting(Session::messages, Session::bytes, Session::task)
                .containsExactly(6L, 191L, "t");
        assertThat(session.createdAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(after.value().longAt(SessionBody.ROOTS_AT)).isEqualTo(SessionBody.UNKNOWN);
        Entity fromNothing = fold(new Entity(), events.subList(4, 6));
        assertThat(fromNothing.incomplete()).isTrue();
        assertThat(SessionBody.decode("s", fromNothing))
                .extracting(Session::messages, Session::bytes, Session::task)
                .containsExactly(6L, 191L, null);
    }

    /** A deletion may be among what was lost: then the messages before it are not those of today. */
    @Test
    void shouldNotMixWhatBeganAgainBehindLostRecords() {
        List<Event> events = events(3);
        accept(SessionWrites.delete("s"));
        for (int i = 0; i < 5; i++) {
            append("s", NewMessage.of("user", "n" + i));
        }
        Entity after = fold(fold(new Entity(), events), List.of(copy(harness.lastEvent())));
        assertThat(SessionBody.decode("s", after))
                .extracting(Session::messages, Session::task)
                .containsExactly(5L, null);
        assertThat(after.value().longAt(SessionBody.FIRST_AT)).isEqualTo(4);
    }

    private List<Event> events(int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            NewMessage message = NewMessage.of("user", "m" + i);
            append("s", i == 0 ? message.task("t") : message);
            events.add(copy(harness.lastEvent()));
        }
        return events;
    }

    private Entity fold(Entity before, List<Event> events) {
        Entity entity = before;
        for (Event event : events) {
            Entity after = new Entity();
            Evolution.step(kind, entity, event, after);
            entity = after;
        }
        return entity;
    }

    private static Event copy(Event event) {
        Event copy = new Event();
        copy.clear();
        copy.kind = event.kind;
        copy.type = event.type;
        copy.offset = event.offset;
        copy.at = event.at;
        copy.previous = event.previous;
        copy.version = event.version;
        copy.payload.set(event.payload);
        return copy;
    }

    @Test
    void shouldHoldRecordsAgainstTheirOrder() {
        RecordRules rules = kind.recordRules();
        List<Event> events = events(3);
        ByteSlab trace = new ByteSlab();
        events.forEach(event -> assertThat(rules.follow(trace, event)).isNull());
        assertThat(rules.follow(trace, events.get(1))).isEqualTo("expected message 4, was 2");
        accept(SessionWrites.delete("s"));
        Event deleted = copy(harness.lastEvent());
        assertThat(rules.follow(trace, deleted)).isNull();
        assertThat(rules.follow(trace, deleted)).isEqualTo("expected a session before it is deleted, was none");
        assertThat(rules.follow(trace, events.get(2))).isEqualTo("expected message 1, was 3");
        rules.forget(trace);
        assertThat(rules.follow(trace, events.get(0))).isNull();
        Event other = copy(events.get(1));
        other.payload.setLong(9, 77);
        assertThat(rules.follow(trace, other))
                .isEqualTo("expected a message of the session from 0, was of that from 77");
        assertThat(trace.length()).isLessThanOrEqualTo(RecordRules.TRACE_BYTES_MAX);
    }

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(resources = "session-events.csv", delimiter = '|', quoteCharacter = '\0', emptyValue = "")
    void shouldReadEveryEventEverWritten(
            int type, String payload, String name, String json, @Nullable String before, @Nullable String after) {
        new GoldenEvent(type, payload, name, json, before == null ? "" : before, after == null ? "" : after)
                .check(kind);
    }

    /** The bytes of each event as they were released: a change here is a new version, never an edit. */
    @Test
    void shouldKeepTheBytesOfEachEvent() {
        append("s", NewMessage.of("u", "a").task("t"));
        append("s", NewMessage.of("u", "b"));
        assertThat(hex(harness.lastEvent().payload))
                .isEqualTo("01" + "0200000000000000" + "0000000000000000" + "0000000000000000"
                        + "3f00000000000000" + "010075" + "0000"
                        + "7b22726f6c65223a2275222c22636f6e74656e74223a2262227d");
        accept(SessionWrites.delete("s"));
        assertThat(hex(harness.lastEvent().payload)).isEqualTo("01");
    }

    private static String hex(ByteSlab slab) {
        return HexFormat.of().formatHex(slab.toByteArray());
    }

    private Session session(String id) {
        return SessionBody.decode(id, harness.entity(kind, null, id));
    }

    private void append(String session, NewMessage message) {
        accept(SessionWrites.append(session, message));
    }

    private void accept(Write write) {
        harness.accept((BoundCommand) write);
    }
}
