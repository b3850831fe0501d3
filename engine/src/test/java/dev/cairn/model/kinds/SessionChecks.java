package dev.cairn.model.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.NotFoundException;
import dev.cairn.model.kinds.PlainLog.Entry;
import dev.cairn.session.Message;
import dev.cairn.session.MessagePage;
import dev.cairn.session.MessageQuery;
import dev.cairn.session.MessageQuery.Bound;
import dev.cairn.session.NewMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Messages of sessions, compared with what the model says.
 *
 * <p>Threading: one thread.
 */
final class SessionChecks {
    private final PlainLog log;
    private final Chance chance;

    SessionChecks(PlainLog log, Chance chance) {
        this.log = log;
        this.chance = chance;
    }

    /** All pages of some range of a session, in either direction. */
    void messages(Cairn cairn, String session, @Nullable Long asOf) {
        List<Message> all = messagesOf(session, asOf == null ? Long.MAX_VALUE : asOf);
        MessageQuery query = MessageQuery.all().newestFirst(chance.oneIn(2)).limit(1 + chance.upTo(6));
        query = asOf == null ? query : query.asOf(Bound.offset(asOf));
        long after = chance.oneIn(2) ? -1 : chance.anOffset();
        long before = chance.oneIn(2) ? Long.MAX_VALUE : chance.anOffset();
        query = after < 0 ? query : query.after(Bound.offset(after));
        query = before == Long.MAX_VALUE ? query : query.before(Bound.offset(before));
        List<Message> expected = new ArrayList<>(all.stream()
                .filter(message -> message.offset() > after && message.offset() < before)
                .toList());
        if (query.newestFirst()) {
            Collections.reverse(expected);
        }
        List<Message> found = new ArrayList<>();
        String cursor = null;
        try {
            do {
                MessagePage page = cairn.sessions().messages(session, query.cursor(cursor));
                assertThat(page.messages().size()).isLessThanOrEqualTo(query.limit());
                found.addAll(page.messages());
                cursor = page.next();
            } while (cursor != null);
        } catch (NotFoundException e) {
            assertThat(all).as("messages of %s by %s", session, query).isEmpty();
            return;
        }
        assertThat(all).as("messages of %s, which is not there", session).isNotEmpty();
        assertThat(found).as("messages of %s by %s", session, query).isEqualTo(expected);
    }

    List<Message> messagesOf(String session, long offset) {
        List<Message> messages = new ArrayList<>();
        for (Entry entry : log.life("session", session, offset)) {
            String json = Objects.requireNonNull(entry.payload());
            messages.add(new Message(
                    entry.offset(),
                    messages.size() + 1,
                    entry.at(),
                    entry.occurredAt(),
                    entry.actor(),
                    NewMessage.parse(json).role(),
                    json));
        }
        return messages;
    }
}
