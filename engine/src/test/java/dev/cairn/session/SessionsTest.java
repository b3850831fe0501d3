package dev.cairn.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.OperationMismatchException;
import dev.cairn.Receipt;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions as an embedding program meets them. */
class SessionsTest extends OpenedSessions {
    @TempDir
    private Path other;

    @Test
    void shouldTakeEveryWriteInBothForms() throws Exception {
        Receipt first = sessions.append("s", NewMessage.of("user", "a"));
        Receipt second = sessions.appendAsync("s", NewMessage.of("assistant", "b"), DEFAULTS)
                .get(10, TimeUnit.SECONDS);
        List<Receipt> more = sessions.append("s", List.of(NewMessage.of("user", "c"), NewMessage.of("user", "d")));
        cairn.batch()
                .add(SessionWrites.append("s", NewMessage.of("tool", "e")))
                .add(SessionWrites.check("s"), DEFAULTS.withExpect(Expect.version(5)))
                .commitAtomic(Ack.DURABLE);
        assertThat(first.version()).isEqualTo(1);
        assertThat(second.durableOffset()).isGreaterThanOrEqualTo(second.offset());
        assertThat(more).extracting(Receipt::version).containsExactly(3L, 4L);
        assertThat(sessions.append("s", List.of())).isEmpty();
        assertThat(texts(sessions.messages("s", MessageQuery.all()))).containsExactly("a", "b", "c", "d", "e");
        assertThat(texts(sessions.messages("s", MessageQuery.newest()))).containsExactly("e", "d", "c", "b", "a");
        sessions.delete("s");
        assertThat(sessions.get("s")).isEmpty();
        sessions.append("s", NewMessage.of("user", "f"));
        assertThat(sessions.deleteAsync("s", DEFAULTS).get(10, TimeUnit.SECONDS).version())
                .isEqualTo(8);
    }

    @Test
    void shouldMeetExpectations() {
        Receipt first = sessions.append("s", NewMessage.of("user", "a"), DEFAULTS.withExpect(Expect.none()));
        List<NewMessage> two = List.of(NewMessage.of("user", "b"), NewMessage.of("user", "c"));
        List<Receipt> receipts = sessions.append("s", two, DEFAULTS.withExpect(Expect.revision(first.revision())));
        assertThat(receipts).extracting(Receipt::version).containsExactly(2L, 3L);
        assertThat(catchThrowableOfType(
                                BatchRefusedException.class,
                                () -> sessions.append("s", two, DEFAULTS.withExpect(Expect.version(1))))
                        .refusal())
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> sessions.delete("s", DEFAULTS.withExpect(Expect.version(1))))
                .isInstanceOf(ConflictException.class);
        assertThat(sessions.get("s").orElseThrow().messages()).isEqualTo(3);
    }

    @Test
    void shouldTakeAnOperationOnce() {
        List<NewMessage> two = List.of(NewMessage.of("user", "a"), NewMessage.of("user", "b"));
        WriteOptions keyed = DEFAULTS.withOperation("op");
        List<Receipt> first = sessions.append("s", two, keyed);
        List<Receipt> again = sessions.append("s", two, keyed);
        assertThat(again).extracting(Receipt::replayed).containsExactly(true, true);
        assertThat(again)
                .extracting(Receipt::offset)
                .isEqualTo(first.stream().map(Receipt::offset).toList());
        assertThat(sessions.get("s").orElseThrow().messages()).isEqualTo(2);
        assertThatThrownBy(() -> sessions.append("s", NewMessage.of("user", "c"), keyed))
                .isInstanceOf(OperationMismatchException.class);
        assertThat(sessions.append("s", NewMessage.of("user", "a"), keyed).replayed())
                .isTrue();
    }

    @Test
    void shouldListFromTheProjection() {
        for (int i = 0; i < 7; i++) {
            millis.incrementAndGet();
            sessions.append("s" + i, NewMessage.of("user", "a").task("t" + i % 2));
        }
        millis.incrementAndGet();
        fill("s2", 40);
        sessions.append("s3", NewMessage.of("user", "b").task("t0"));
        long last = sessions.delete("s6").offset();
        assertThat(listed(null, SessionQuery.Order.ID, false, last))
                .containsExactly("s0", "s1", "s2", "s3", "s4", "s5");
        assertThat(listed(null, SessionQuery.Order.UPDATED_AT, true, last))
                .containsExactly("s3", "s2", "s5", "s4", "s1", "s0");
        assertThat(listed(null, SessionQuery.Order.CREATED_AT, true, last))
                .containsExactly("s5", "s4", "s3", "s2", "s1", "s0");
        assertThat(listed("t0", SessionQuery.Order.ID, false, last)).containsExactly("s0", "s2", "s3", "s4");
        assertThatThrownBy(() -> new SessionQuery(null, SessionQuery.Order.ID, false, 0, null, -1, WAIT))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(SessionQuery.all().limit()).isEqualTo(100);
    }

    private List<String> listed(@Nullable String task, SessionQuery.Order order, boolean descending, long minOffset) {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            SessionPage page = sessions.list(new SessionQuery(task, order, descending, 2, cursor, minOffset, WAIT));
            assertThat(page.projectionOffset()).isGreaterThanOrEqualTo(minOffset);
            page.sessions().forEach(session -> {
                ids.add(session.id());
                assertThat(sessions.get(session.id())).contains(session);
            });
            cursor = page.next();
        } while (cursor != null);
        return ids;
    }

    /** n appenders at once: nothing is lost, nobody is overtaken by himself, and both directions agree. */
    @Test
    void shouldKeepTheOrderOfConcurrentAppenders() throws Exception {
        int appenders = 8;
        int rounds = 60;
        ExecutorService threads = Executors.newFixedThreadPool(appenders);
        List<Future<List<Receipt>>> running = new ArrayList<>();
        for (int t = 0; t < appenders; t++) {
            int appender = t;
            running.add(threads.submit(() -> appendInTurns(appender, rounds)));
        }
        Map<Long, Integer> appenderOf = new HashMap<>();
        for (int t = 0; t < appenders; t++) {
            List<Receipt> receipts = running.get(t).get(60, TimeUnit.SECONDS);
            assertThat(receipts).extracting(Receipt::offset).isSorted();
            for (Receipt receipt : receipts) {
                assertThat(appenderOf.put(receipt.offset(), t)).isNull();
            }
        }
        threads.shutdown();
        List<Message> oldestFirst = new ArrayList<>();
        sessions.read("s", MessageQuery.all().limit(37)).forEach(oldestFirst::add);
        List<Message> newestFirst = new ArrayList<>();
        sessions.read("s", MessageQuery.newest().limit(41)).forEach(newestFirst::add);
        Collections.reverse(newestFirst);
        assertThat(oldestFirst).isEqualTo(newestFirst).hasSize(appenders * rounds * 3);
        assertThat(sessions.get("s").orElseThrow().messages()).isEqualTo(appenders * rounds * 3L);
        int[] next = new int[appenders];
        for (int i = 0; i < oldestFirst.size(); i++) {
            Message message = oldestFirst.get(i);
            assertThat(message.number()).isEqualTo(i + 1);
            int appender = appenderOf.get(message.offset());
            assertThat(text(message)).isEqualTo(appender + "-" + next[appender]++);
        }
    }

    /** One alone, one in a batch, one in an atomic list, again and again. */
    private List<Receipt> appendInTurns(int appender, int rounds) {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < rounds * 3; i += 3) {
            receipts.add(sessions.append("s", NewMessage.of("a", appender + "-" + i)));
            Batch batch = cairn.batch().add(SessionWrites.append("s", NewMessage.of("a", appender + "-" + (i + 1))));
            batch.commit(Ack.ACCEPTED).forEach(outcome -> receipts.add(outcome.receipt()));
            receipts.addAll(sessions.append("s", List.of(NewMessage.of("a", appender + "-" + (i + 2)))));
        }
        return receipts;
    }

    @Test
    void shouldBeTheSameAfterReopeningReplayAndKill() {
        fill("s", 100);
        sessions.delete("s");
        fill("s", 90);
        sessions.append("s", NewMessage.of("user", "last").task("t"));
        cairn.sync();
        Session session = sessions.get("s").orElseThrow();
        List<String> texts = texts(sessions.messages("s", MessageQuery.all().limit(1_000)));
        var root = cairn.stateRoot();
        assertThat(cairn.projectionRoot(root.offset(), WAIT).kinds().get("session"))
                .isEqualTo(root.kinds().get("session"))
                .isNotNull();
        Path killed = TestDirectories.copyAsIfKilled(directory, other.resolve("killed"));
        cairn.close();
        for (Path each : List.of(directory, killed)) {
            open(each);
            assertThat(sessions.get("s")).contains(session);
            assertThat(texts(sessions.messages("s", MessageQuery.all().limit(1_000))))
                    .isEqualTo(texts);
            sessions.append("s", NewMessage.of("user", "more"));
            assertThat(texts(sessions.messages("s", MessageQuery.newest().limit(2))))
                    .containsExactly("more", "last");
            cairn.close();
        }
        cairn = Cairn.open(directory, options().readOnly(true).build());
        sessions = cairn.sessions();
        assertThat(sessions.get("s").orElseThrow().messages()).isEqualTo(92);
        assertThat(texts(sessions.messages("s", MessageQuery.all().limit(3)))).isEqualTo(texts.subList(0, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "count", "a\u0000b", "\ud800"})
    void shouldRefuseABadIdEverywhere(String id) {
        NewMessage message = NewMessage.of("user", "a");
        for (Runnable call : List.<Runnable>of(
                () -> sessions.append(id, message),
                () -> sessions.appendAsync(id, message, DEFAULTS),
                () -> sessions.append(id, List.of(message)),
                () -> sessions.delete(id),
                () -> sessions.deleteAsync(id, DEFAULTS),
                () -> sessions.get(id),
                () -> sessions.getAsOf(id, 0),
                () -> sessions.getAsOf(id, Instant.EPOCH),
                () -> sessions.messages(id, MessageQuery.all()),
                () -> sessions.read(id, MessageQuery.all()))) {
            assertThat(catchThrowableOfType(InvalidRequestException.class, call::run)
                            .where())
                    .isEqualTo("id");
        }
    }
}
