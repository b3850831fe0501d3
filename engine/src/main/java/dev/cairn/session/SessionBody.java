package dev.cairn.session;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Micros;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a session's body in the state, and what reads, makes and changes it. The body of a deleted session is empty.
 *
 * <pre>
 *  0    1           9           17          25          33          41
 *  +----+-----------+-----------+-----------+-----------+-----------+----------------------+---------------+
 *  |vers| created at| updated at| messages  | bytes     | first     | roots: i64 for each  | task: u16 + n |
 *  +----+-----------+-----------+-----------+-----------+-----------+----------------------+---------------+
 * </pre>
 *
 * Times are microseconds since 1970. {@code first} is the offset of the first message since the session last began. The roots
 * are the offsets of those of its trees (see {@link SkipLinks}), the oldest first, as many as {@code messages} has; −1 where the
 * record was lost. A task of no bytes is none.
 *
 * <p>Threading: stateless.
 */
final class SessionBody {
    /** The first layout: all of the above. */
    static final int V1 = 1;

    /** What stands for the offset of a root that is not known. */
    static final long UNKNOWN = -1;

    // Indexes in an entity's slab.
    static final int VERSION_AT = Entity.HEADER_BYTES;
    static final int CREATED_AT = VERSION_AT + 1;
    static final int UPDATED_AT = CREATED_AT + Long.BYTES;
    static final int MESSAGES_AT = UPDATED_AT + Long.BYTES;
    static final int BYTES_AT = MESSAGES_AT + Long.BYTES;
    static final int FIRST_AT = BYTES_AT + Long.BYTES;
    static final int ROOTS_AT = FIRST_AT + Long.BYTES;

    private SessionBody() {}

    /** The session that {@code entity}, which exists, holds. */
    static Session decode(String id, Entity entity) {
        ByteSlab value = entity.value();
        return new Session(
                id,
                value.longAt(MESSAGES_AT),
                value.longAt(BYTES_AT),
                task(value),
                entity.version(),
                entity.revision(),
                Micros.toInstant(value.longAt(CREATED_AT)),
                Micros.toInstant(value.longAt(UPDATED_AT)),
                entity.incomplete());
    }

    static @Nullable String task(ByteSlab value) {
        int at = taskAt(value);
        return value.shortAt(at) == 0 ? null : value.utf8At(at + Short.BYTES, value.shortAt(at));
    }

    static int taskAt(ByteSlab value) {
        return ROOTS_AT + Long.BYTES * SkipLinks.roots(value.longAt(MESSAGES_AT));
    }

    /** The link of message {@code number} when {@code value} is the body before it. */
    static long link(ByteSlab value, long number) {
        int roots = SkipLinks.roots(number);
        return roots < 2 ? UNKNOWN : value.longAt(ROOTS_AT + Long.BYTES * (roots - 2));
    }

    /**
     * Fills the empty body of {@code after} with that of {@code before} and the message {@code appended}. The message says
     * itself where it belongs, so that the body is right also where records between the two were lost.
     */
    static void append(Entity before, Event appended, Entity after) {
        long number = SessionPayload.number(appended);
        long first = SessionPayload.first(appended);
        ByteSlab old = before.value();
        boolean goesOn = number > 1 && before.bodyLength() > 0 && old.longAt(FIRST_AT) == first;
        ByteSlab body = after.value();
        body.putByte(V1);
        body.putLong(goesOn ? old.longAt(CREATED_AT) : appended.at);
        body.putLong(appended.at);
        body.putLong(number);
        body.putLong(SessionPayload.bytes(appended));
        body.putLong(first);
        int kept = SkipLinks.roots(number) - 1;
        if (goesOn && old.longAt(MESSAGES_AT) == number - 1) {
            body.putBytes(old, ROOTS_AT, kept * Long.BYTES);
        } else {
            for (int i = 0; i < kept; i++) {
                body.putLong(UNKNOWN);
            }
        }
        body.putLong(appended.offset);
        putTask(goesOn ? old : null, appended, body);
    }

    /** The session belongs to the task that its newest message with a task names. */
    private static void putTask(@Nullable ByteSlab old, Event appended, ByteSlab body) {
        ByteSlab source = appended.payload;
        int at = SessionPayload.taskAt(appended);
        if (source.shortAt(at) == 0 && old != null) {
            source = old;
            at = taskAt(old);
        }
        body.putBytes(source, at, Short.BYTES + source.shortAt(at));
    }
}
