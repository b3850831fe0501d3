package dev.cairn.session;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Micros;
import java.nio.file.Path;

/**
 * The messages of one session as it was when its entity was loaded, linked from the newest back to the first: finds one in
 * some dozens of hops, and walks back from there. Never holds more than two records.
 *
 * <p>The link that leads far is a short cut and never more: where it does not lead to a message of the session, since that was
 * lost, the way goes on message by message; and where a record on that way was lost, behind it. What is left is found, or a
 * {@link DamagedLogException} says that it cannot be read.
 *
 * <p>Threading: one thread at a time.
 */
final class MessageChain {
    private static final Path LOG = Path.of("log");

    private final KindHost host;
    private final SessionKind kind;
    private final String id;
    private final ByteSlab key;
    private final long head;
    private final long first;

    /** The message that the chain stands at, and where the one before it is read to. */
    private Event current = new Event();

    private Event other = new Event();

    /** @param entity the session, which exists */
    MessageChain(KindHost host, SessionKind kind, String id, Entity entity) {
        this.host = host;
        this.kind = kind;
        this.id = id;
        this.key = ByteSlab.ofUtf8(id);
        this.head = entity.head();
        this.first = entity.value().longAt(SessionBody.FIRST_AT);
    }

    /** The session's id. */
    String session() {
        return id;
    }

    long offset() {
        return current.offset;
    }

    long number() {
        return SessionPayload.number(current);
    }

    /** Size of the message as JSON. */
    int bytes() {
        return SessionPayload.jsonBytes(current);
    }

    /** Size of all messages up to this one. */
    long bytesThrough() {
        return SessionPayload.bytes(current);
    }

    boolean isWithin(MessageLimit limit) {
        return limit.within(current);
    }

    Message message() {
        return new Message(
                current.offset,
                number(),
                Micros.toInstant(current.at),
                current.occurredAt == Event.NO_TIME ? null : Micros.toInstant(current.occurredAt),
                current.actor.isEmpty() ? null : current.actor.utf8(),
                SessionPayload.role(current),
                current.payload.utf8At(SessionPayload.jsonAt(current), bytes()));
    }

    /** Goes to the newest message; false when there is none. */
    boolean newest() {
        return follow(head);
    }

    /** Goes to the message before this one; false, and nowhere, when there is none. */
    boolean previous() {
        return number() > 1 && follow(current.previous);
    }

    /** Goes to the newest message within {@code limit}; false when there is none. */
    boolean newestWithin(MessageLimit limit) {
        return newest() && (isWithin(limit) || (oldestBeyond(limit) && previous()));
    }

    /** Goes to the oldest message that is not within {@code limit}; false when there is none. */
    boolean oldestBeyond(MessageLimit limit) {
        if (!newest() || isWithin(limit)) {
            return false;
        }
        while (skip(limit) || step(limit)) {
            // Each goes to an older message that is still beyond.
        }
        return true;
    }

    /** Goes to the oldest message. */
    boolean oldest() {
        if (isMessage(first, other)) {
            swap();
            return true;
        }
        return oldestBeyond(MessageLimit.through(-1));
    }

    private boolean skip(MessageLimit limit) {
        long number = number();
        long link = SessionPayload.link(current);
        if (link < first || limit.certainlyWithin(link, number - SkipLinks.span(number))) {
            return false;
        }
        boolean beyond = isMessage(link, other) && !limit.within(other);
        if (beyond) {
            swap();
        }
        return beyond;
    }

    private boolean step(MessageLimit limit) {
        if (number() == 1) {
            return false;
        }
        Event here = current;
        if (follow(current.previous) && !isWithin(limit)) {
            return true;
        }
        if (current != here) {
            swap(); // it was within: back
        }
        return false;
    }

    /** Whether there is a message of this session at {@code offset}, which then is in {@code into}. */
    private boolean isMessage(long offset, Event into) {
        try {
            host.event(offset, into);
        } catch (GoneException | DamagedLogException e) {
            return false;
        }
        return isOwn(into) && into.type == SessionKind.APPENDED && SessionPayload.first(into) == first;
    }

    private boolean isOwn(Event event) {
        return event.kind == KindIds.SESSION && event.key.contentEquals(key);
    }

    /** Goes to the message at {@code offset}, or the newest before it if that is none. */
    private boolean follow(long offset) {
        long at = offset;
        while (at >= first) {
            try {
                host.event(at, other);
            } catch (GoneException e) {
                at = host.leftBefore(kind, null, id, at, e);
                continue;
            }
            if (!isOwn(other)) {
                throw new DamagedLogException(
                        LOG, -1, at, "expected a record of session " + id + " at offset " + at + ", was " + other);
            }
            if (other.type == SessionKind.APPENDED) {
                boolean same = SessionPayload.first(other) == first;
                if (same) {
                    swap();
                }
                return same;
            }
            if (other.type == SessionKind.DELETED) {
                return false;
            }
            at = other.previous; // what a repair says of the session
        }
        return false;
    }

    private void swap() {
        Event swapped = current;
        current = other;
        other = swapped;
    }
}
