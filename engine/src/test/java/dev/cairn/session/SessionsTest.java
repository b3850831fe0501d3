package dev.cairn.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.OperationMismatchException;
import dev.cairn.Receipt;
import dev.cairn.TestDirectories;
import dev.cairn.TooLargeException;
import dev.cairn.WriteOptions;
import dev.cairn.session.MessageQuery.Bound;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions as an embedding program meets them. */
class SessionsTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();
    private static final Duration WAIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @TempDir
    private Path other;

    /** Stands still unless a test moves it. */
    private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);

    private Cairn cairn;
    private Sessions sessions;

    @BeforeEach
    void open() {
        open(directory);
    }

    private void open(Path root) {
        cairn = Cairn.open(root, options().build());
        sessions = cairn.sessions();
    }

    private CairnOptions.Builder options() {
        return TestDirectories.smallSegments().clock(new Clock() {
            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis.get());
            }

            @Override
            public ZoneId getZone() {
                return ZoneId.of("UTC");
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
    }

    @AfterEach
    void close() {
        cairn.close();
    }

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
    void shouldShowAMessageWithWhoAndWhen() {
        Instant occurredAt = Instant.parse("2026-03-04T05:06:07.000008Z");
        Receipt receipt = sessions.append(
                "s", NewMessage.of("user", "a"), DEFAULTS.withActor("ada").withOccurredAt(occurredAt));
        Instant at = Instant.ofEpochMilli(millis.get());
        assertThat(sessions.messages("s", MessageQuery.all()).messages())
                .containsExactly(new Message(
                        receipt.offset(), 1, at, occurredAt, "ada", "user", "{\"role\":\"user\",\"content\":\"a\"}"));
    }

    /** Every page size, direction and bound over sessions that are mixed in the log, against the plain list. */
    @Test
    void shouldPageThroughAnyRangeInBothDirections() {
        Random random = new Random(17);
        Map<String, List<Message>> expected = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            millis.addAndGet(random.nextInt(3));
            String session = "s" + random.nextInt(3);
            Receipt receipt = sessions.append(session, NewMessage.of("user", "m" + i));
            Message newest = sessions.messages(session, MessageQuery.newest().limit(1))
                    .messages()
                    .get(0);
            assertThat(newest.offset()).isEqualTo(receipt.offset());
            expected.computeIfAbsent(session, s -> new ArrayList<>()).add(newest);
        }
        for (int i = 0; i < 400; i++) {
            String session = "s" + random.nextInt(3);
            MessageQuery query = MessageQuery.all()
                    .after(bound(random))
                    .before(bound(random))
                    .newestFirst(random.nextBoolean())
                    .limit(1 + random.nextInt(random.nextBoolean() ? 10 : 200));
            List<Message> wanted = new ArrayList<>(expected.get(session));
            wanted.removeIf(message -> !isIn(message, query));
            if (query.newestFirst()) {
                Collections.reverse(wanted);
            }
            assertThat(paged(session, query)).as("%s of %s", query, session).isEqualTo(wanted);
            assertThat(sessions.read(session, query)).containsExactlyElementsOf(wanted);
        }
    }

    private @Nullable Bound bound(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> null;
            case 1 -> Bound.offset(random.nextInt((int) cairn.watermarks().endOffset()));
            default -> Bound.time(Instant.ofEpochMilli(1_800_000_000_000L + random.nextInt(300)));
        };
    }

    private static boolean isIn(Message message, MessageQuery query) {
        return compare(message, query.after(), -1) > 0 && compare(message, query.before(), 1) < 0;
    }

    private static int compare(Message message, @Nullable Bound bound, int absent) {
        if (bound == null) {
            return -absent;
        }
        return bound instanceof Bound.Time time
                ? message.at().compareTo(time.time())
                : Long.compare(message.offset(), ((Bound.Offset) bound).offset());
    }

    private List<Message> paged(String session, MessageQuery query) {
        List<Message> messages = new ArrayList<>();
        String cursor = null;
        do {
            MessagePage page = sessions.messages(session, query.cursor(cursor));
            assertThat(page.messages()).hasSizeLessThanOrEqualTo(query.limit());
            assertThat(page.messages().isEmpty() && page.next() != null).isFalse();
            messages.addAll(page.messages());
            cursor = page.next();
        } while (cursor != null);
        return messages;
    }

    @Test
    void shouldGoOnWithWhatCameMeanwhile() {
        fill("s", 5);
        MessagePage page = sessions.messages("s", MessageQuery.all().limit(3));
        fill("s", 2);
        assertThat(texts(sessions.messages("s", MessageQuery.all().cursor(page.next()))))
                .containsExactly("3", "4", "0", "1");
        MessagePage newest = sessions.messages("s", MessageQuery.newest().limit(3));
        fill("s", 2);
        assertThat(texts(sessions.messages("s", MessageQuery.newest().cursor(newest.next()))))
                .containsExactly("3", "2", "1", "0");
        fill("other", 3);
        for (MessageQuery query : List.of(
                MessageQuery.newest(),
                MessageQuery.all().after(Bound.offset(1)),
                MessageQuery.all().before(Bound.offset(4)),
                MessageQuery.all().before(Bound.time(Instant.now())),
                MessageQuery.all().asOf(Bound.offset(4)))) {
            assertThatThrownBy(() -> sessions.messages("s", query.cursor(page.next())))
                    .as("%s", query)
                    .isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> sessions.messages("other", MessageQuery.all().cursor(page.next())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("of the same session");
        assertThatThrownBy(() -> sessions.messages("s", MessageQuery.newest().cursor(page.next())))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldShowThePresentSessionOnlyAndEarlierOnesAsTheyWere() {
        fill("s", 4);
        millis.addAndGet(1_000);
        long ended = sessions.delete("s").offset();
        millis.addAndGet(1_000);
        fill("other", 3);
        List<Receipt> anew = fill("s", 3);
        cairn.sync();
        assertThat(texts(sessions.messages("s", MessageQuery.all()))).containsExactly("0", "1", "2");
        assertThat(texts(sessions.messages("s", MessageQuery.newest()))).containsExactly("2", "1", "0");
        assertThat(sessions.get("s").orElseThrow())
                .extracting(Session::messages, Session::version)
                .containsExactly(3L, 8L);
        MessageQuery before = MessageQuery.all().asOf(Bound.offset(ended - 1));
        assertThat(texts(sessions.messages("s", before))).containsExactly("0", "1", "2", "3");
        assertThat(texts(sessions.messages("s", before.newestFirst(true)))).containsExactly("3", "2", "1", "0");
        assertThat(texts(sessions.messages(
                        "s", MessageQuery.all().asOf(Bound.time(Instant.ofEpochMilli(1_800_000_000_500L))))))
                .containsExactly("0", "1", "2", "3");
        assertThat(texts(sessions.messages(
                        "s", MessageQuery.all().asOf(Bound.offset(anew.get(1).offset())))))
                .containsExactly("0", "1");
        assertThatThrownBy(() -> sessions.messages("s", MessageQuery.all().asOf(Bound.offset(ended))))
                .isInstanceOf(NotFoundException.class);
        assertThat(sessions.getAsOf("s", ended - 1).orElseThrow().messages()).isEqualTo(4);
        assertThat(sessions.getAsOf("s", ended)).isEmpty();
        assertThat(sessions.getAsOf("s", Instant.ofEpochMilli(millis.get())).orElseThrow())
                .isEqualTo(sessions.get("s").orElseThrow());
        assertThat(sessions.getAsOf("s", Instant.EPOCH)).isEmpty();
    }

    /** What is read is the session as it was when the reading began, also when it is deleted and begun again. */
    @Test
    void shouldReadOnWhateverBecomesOfTheSession() {
        fill("s", 10);
        var messages = sessions.read("s", MessageQuery.all().limit(3)).iterator();
        assertThat(messages.next().content()).isEqualTo("\"0\"");
        sessions.delete("s");
        fill("s", 2);
        List<String> rest = new ArrayList<>();
        messages.forEachRemaining(message -> rest.add(text(message)));
        assertThat(rest).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @Test
    void shouldKeepAPageOfLargeMessagesSmall() {
        openForLargeMessages();
        int large = MessageQuery.PAGE_BYTES_MAX * 2 / 5;
        for (int size : new int[] {10, large, large, large, 10, MessageQuery.PAGE_BYTES_MAX + 1, 10}) {
            sessions.append("s", NewMessage.of("user", "x".repeat(size)));
        }
        assertThat(pageSizes(MessageQuery.all())).containsExactly(3, 2, 1, 1);
        assertThat(pageSizes(MessageQuery.newest())).containsExactly(1, 1, 3, 2);
    }

    /** What fits a document depends on the size of a segment. */
    private void openForLargeMessages() {
        cairn.close();
        cairn = Cairn.open(directory.resolve("large"));
        sessions = cairn.sessions();
    }

    private List<Integer> pageSizes(MessageQuery query) {
        List<Integer> sizes = new ArrayList<>();
        String cursor = null;
        do {
            MessagePage page = sessions.messages("s", query.cursor(cursor));
            sizes.add(page.messages().size());
            cursor = page.next();
        } while (cursor != null);
        return sizes;
    }

    @Test
    void shouldTakeTheLargestMessageThereIs() {
        openForLargeMessages();
        int frame = NewMessage.of("user", "").json().length();
        int largest = (16 << 20) - frame;
        sessions.append("s", NewMessage.of("user", "x".repeat(largest)));
        assertThat(sessions.messages("s", MessageQuery.all()).messages().get(0).json())
                .hasSize(16 << 20);
        assertThatThrownBy(() -> sessions.append("s", NewMessage.of("user", "x".repeat(largest + 1))))
                .isInstanceOf(TooLargeException.class);
        List<NewMessage> two = Collections.nCopies(2, NewMessage.of("user", "x".repeat(9 << 20)));
        assertThat(catchThrowableOfType(BatchRefusedException.class, () -> sessions.append("s", two))
                        .refusal())
                .isInstanceOf(TooLargeException.class);
        assertThat(sessions.get("s").orElseThrow().messages()).isEqualTo(1);
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

    @Test
    void shouldSayWhatIsWrongWithAQuestion() {
        fill("s", 3);
        long end = cairn.watermarks().endOffset();
        sessions.messages("s", MessageQuery.all().before(Bound.offset(end)));
        refuses("after", MessageQuery.all().after(Bound.offset(end + 1)));
        refuses("before", MessageQuery.all().before(Bound.offset(end + 1)));
        refuses("after", MessageQuery.all().after(Bound.offset(-1)));
        refuses("asOf", MessageQuery.all().asOf(Bound.offset(end + 1)));
        refuses("cursor", MessageQuery.all().cursor("no cursor"));
        assertThatThrownBy(() -> MessageQuery.all().limit(0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> MessageQuery.all().limit(1_001)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> sessions.messages("none", MessageQuery.all())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> sessions.read("none", MessageQuery.all())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> sessions.delete("none")).isInstanceOf(NotFoundException.class);
        assertThat(MessageQuery.all().limit()).isEqualTo(100);
    }

    private void refuses(String parameter, MessageQuery query) {
        assertThat(catchThrowableOfType(InvalidRequestException.class, () -> sessions.messages("s", query))
                        .where())
                .isEqualTo(parameter);
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

    private List<Receipt> fill(String session, int count) {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            receipts.add(sessions.append(session, NewMessage.of("user", "" + i)));
        }
        return receipts;
    }

    private static List<String> texts(MessagePage page) {
        return page.messages().stream().map(SessionsTest::text).toList();
    }

    private static String text(Message message) {
        String content = message.content();
        return content.substring(1, content.length() - 1);
    }
}
