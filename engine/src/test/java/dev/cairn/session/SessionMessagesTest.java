package dev.cairn.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.TooLargeException;
import dev.cairn.session.MessageQuery.Bound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages of a session as they are read: any range of them, in both directions, a page at a time, now and in the past. */
class SessionMessagesTest extends OpenedSessions {
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
}
