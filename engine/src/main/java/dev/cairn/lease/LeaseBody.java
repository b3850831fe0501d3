package dev.cairn.lease;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a lease's body in the state, and what reads and makes it. A lease that nobody holds or waits for has no body: it
 * is a tombstone.
 *
 * <pre>
 *  0    1           9           17          25          33          41          49
 *  +----+-----------+-----------+-----------+-----------+-----------+-----------+-----------------+-----------------+
 *  |vers| token     | granted at| renewed at| term      | ttl ms    | place     | holder: u16 + n | origin: u16 + n |
 *  +----+-----------+-----------+-----------+-----------+-----------+-----------+-----------------+-----------------+
 *  +-------------------+---------+---------------------------------------------------------------+
 *  | progress: u32 + n | places# | places: offset i64, ttl ms i64, wait ms i64, holder: u16 + n  |
 *  +-------------------+---------+---------------------------------------------------------------+
 * </pre>
 *
 * Times are microseconds since 1970. The token is −1 while nobody holds the lease though somebody waits, which is so only
 * between two events of one document, or where records were lost. {@code term} is the offset of the record with which the
 * time that runs began: the grant's, or that of the last renewal. {@code place} is the place in the queue that the holder
 * had, −1 for none. Progress is compact JSON; of no bytes, none. {@code places#} is a u16; the places are in the order in
 * which they are served.
 *
 * <p>Threading: stateless.
 */
final class LeaseBody {
    static final int V1 = 1;

    /** So many may wait for one lease. */
    static final int PLACES_MAX = 1_000;

    /** The largest queue: with the largest progress beside it, two whole leases fit into the smallest document there is. */
    static final int QUEUE_BYTES_MAX = 64 << 10;

    private static final long NOBODY = -1;
    private static final int MICROS_PER_MILLI = 1_000;

    // Indexes in an entity's slab.
    private static final int VERSION_AT = Entity.HEADER_BYTES;
    private static final int TOKEN_AT = VERSION_AT + 1;
    private static final int GRANTED_AT = TOKEN_AT + Long.BYTES;
    private static final int RENEWED_AT = GRANTED_AT + Long.BYTES;
    private static final int TERM_AT = RENEWED_AT + Long.BYTES;
    private static final int TTL_AT = TERM_AT + Long.BYTES;
    private static final int PLACE_AT = TTL_AT + Long.BYTES;
    private static final int HOLDER_AT = PLACE_AT + Long.BYTES;

    private LeaseBody() {}

    /** A place in the queue: the offset of the record that took it, and what its holder asked for. */
    record Place(long offset, long ttlMillis, long waitMillis, String holder) {}

    static boolean isHeld(Entity lease) {
        return token(lease) != NOBODY;
    }

    /** The token of the current grant, −1 for none. */
    static long token(Entity lease) {
        return lease.bodyLength() == 0 ? NOBODY : lease.value().longAt(TOKEN_AT);
    }

    static long grantedAt(Entity lease) {
        return lease.value().longAt(GRANTED_AT);
    }

    /** The log's time at which the lease ends unless it is renewed, if the log's clock went on evenly. */
    static long expiresAt(Entity lease) {
        return lease.value().longAt(RENEWED_AT) + ttlMillis(lease) * MICROS_PER_MILLI;
    }

    /** Offset of the record with which the time that runs began. */
    static long term(Entity lease) {
        return lease.value().longAt(TERM_AT);
    }

    static long ttlMillis(Entity lease) {
        return lease.value().longAt(TTL_AT);
    }

    /** The place that the holder had in the queue, −1 for none. */
    static long place(Entity lease) {
        return lease.value().longAt(PLACE_AT);
    }

    static String holder(Entity lease) {
        return text(lease.value(), HOLDER_AT);
    }

    static String origin(Entity lease) {
        return text(lease.value(), originAt(lease.value()));
    }

    /** The progress as JSON, or null. */
    static @Nullable String progress(Entity lease) {
        int at = progressAt(lease.value());
        int bytes = lease.value().intAt(at);
        return bytes == 0 ? null : lease.value().utf8At(at + Integer.BYTES, bytes);
    }

    static int places(Entity lease) {
        return lease.bodyLength() == 0 ? 0 : lease.value().shortAt(placesAt(lease.value()));
    }

    /** Bytes that the places take. */
    static int queueBytes(Entity lease) {
        return lease.bodyLength() == 0 ? 0 : lease.value().length() - placesAt(lease.value()) - Short.BYTES;
    }

    /** Bytes that a place of {@code holder} takes. */
    static int placeBytes(String holder) {
        return 3 * Long.BYTES + Short.BYTES + ByteSlab.ofUtf8(holder).length();
    }

    /** The queue, in the order in which it is served. */
    static List<Place> queue(Entity lease) {
        int count = places(lease);
        if (count == 0) {
            return List.of();
        }
        List<Place> queue = new ArrayList<>(count);
        SlabCursor cursor = new SlabCursor(lease.value(), placesAt(lease.value()) + Short.BYTES);
        for (int i = 0; i < count; i++) {
            queue.add(place(cursor));
        }
        return queue;
    }

    /** Who is next; there is somebody. */
    static Place first(Entity lease) {
        return place(new SlabCursor(lease.value(), placesAt(lease.value()) + Short.BYTES));
    }

    private static Place place(SlabCursor cursor) {
        return new Place(cursor.takeLong(), cursor.takeLong(), cursor.takeLong(), cursor.takeText());
    }

    private static String text(ByteSlab value, int at) {
        return value.utf8At(at + Short.BYTES, value.shortAt(at));
    }

    private static int originAt(ByteSlab value) {
        return HOLDER_AT + Short.BYTES + value.shortAt(HOLDER_AT);
    }

    private static int progressAt(ByteSlab value) {
        int at = originAt(value);
        return at + Short.BYTES + value.shortAt(at);
    }

    private static int placesAt(ByteSlab value) {
        int at = progressAt(value);
        return at + Integer.BYTES + value.intAt(at);
    }

    // What events make of it: each fills the empty body of `after`.

    static void granted(Entity before, Event event, Entity after) {
        SlabCursor granted = LeasePayload.open(event);
        ByteSlab body = after.value();
        body.putByte(V1);
        body.putLong(event.offset);
        body.putLong(event.at);
        body.putLong(event.at);
        body.putLong(event.offset);
        long place = granted.takeLong();
        body.putLong(granted.takeLong());
        body.putLong(place);
        body.putBytes(event.payload, granted.position(), granted.remaining()); // holder and origin
        body.putInt(0);
        copyPlaces(before, place, body);
    }

    static void queued(Entity before, Event event, Entity after) {
        SlabCursor queued = LeasePayload.open(event);
        ByteSlab body = after.value();
        putHolder(before, queued.takeLong(), body);
        int at = body.length();
        copyPlaces(before, NOBODY, body);
        count(body, at, body.shortAt(at) + 1);
        body.putLong(event.offset);
        body.putBytes(event.payload, queued.position(), queued.remaining()); // ttl, wait and holder
    }

    static void renewed(Entity before, Event event, Entity after) {
        SlabCursor renewed = LeasePayload.open(event);
        ByteSlab body = after.value();
        long token = renewed.takeLong();
        long ttl = renewed.takeLong();
        int progress = renewed.remaining();
        putHolder(before, token, body);
        if (body.longAt(TOKEN_AT) != NOBODY) {
            body.setLong(RENEWED_AT, event.at);
            body.setLong(TERM_AT, event.offset);
            body.setLong(TTL_AT, ttl);
            if (progress > 0) {
                body.length(progressAt(body));
                body.putInt(progress);
                body.putBytes(event.payload, renewed.position(), progress);
            }
        }
        copyPlaces(before, NOBODY, body);
        settle(after);
    }

    static void ended(Entity before, Entity after) {
        putNobody(after.value());
        copyPlaces(before, NOBODY, after.value());
        settle(after);
    }

    static void withdrawn(Entity before, Event event, Entity after) {
        SlabCursor withdrawn = LeasePayload.open(event);
        putHolder(before, withdrawn.takeLong(), after.value());
        copyPlaces(before, withdrawn.takeLong(), after.value());
        settle(after);
    }

    /** A lease that nobody holds or waits for, with a body. */
    static void empty(ByteSlab body) {
        putNobody(body);
        body.putShort(0);
    }

    /**
     * All before the places: whoever holds the lease, if that is the grant {@code token}. If it is another, records were lost,
     * and nobody is known to hold it: a token that may be stale is never taken for current.
     */
    private static void putHolder(Entity before, long token, ByteSlab body) {
        if (token == NOBODY || token(before) != token) {
            putNobody(body);
        } else {
            body.putBytes(before.value(), VERSION_AT, placesAt(before.value()) - VERSION_AT);
        }
    }

    private static void putNobody(ByteSlab body) {
        body.putByte(V1);
        body.putLong(NOBODY);
        body.putLong(0);
        body.putLong(0);
        body.putLong(NOBODY);
        body.putLong(0);
        body.putLong(NOBODY);
        body.putShort(0);
        body.putShort(0);
        body.putInt(0);
    }

    /** What nobody holds or waits for has no body. */
    private static void settle(Entity after) {
        if (token(after) == NOBODY && places(after) == 0) {
            after.clearBody();
            after.tombstone(true);
        }
    }

    /** Appends count and places of {@code before}, without the one at {@code left}. */
    private static void copyPlaces(Entity before, long left, ByteSlab body) {
        int countAt = body.length();
        body.putShort(0);
        int count = places(before);
        if (count == 0) {
            return;
        }
        ByteSlab old = before.value();
        SlabCursor cursor = new SlabCursor(old, placesAt(old) + Short.BYTES);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int from = cursor.position();
            long offset = cursor.takeLong();
            cursor.advance(Long.BYTES + Long.BYTES);
            cursor.advance(cursor.takeShort());
            if (offset != left) {
                body.putBytes(old, from, cursor.position() - from);
                kept++;
            }
        }
        count(body, countAt, kept);
    }

    private static void count(ByteSlab body, int at, int count) {
        body.setByte(at, count);
        body.setByte(at + 1, count >> 8);
    }

    /** What is the same in every log that tells the same story: no offsets and no times. */
    static void content(Entity lease, ByteSlab into) {
        if (lease.bodyLength() == 0) {
            return;
        }
        ByteSlab value = lease.value();
        into.putByte(isHeld(lease) ? 1 : 0);
        into.putLong(ttlMillis(lease));
        into.putBytes(value, HOLDER_AT, placesAt(value) - HOLDER_AT);
        for (Place place : queue(lease)) {
            into.putLong(place.ttlMillis());
            into.putLong(place.waitMillis());
            into.putText(place.holder());
        }
    }
}
