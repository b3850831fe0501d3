package dev.cairn.lease;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import java.util.ArrayList;
import java.util.List;

/**
 * Layout of a lease's body in the state, and what reads and makes it. A lease that nobody holds or waits for has no body: it
 * is a tombstone.
 *
 * <pre>
 *  0    1           9           17          25          33          41
 *  +----+-----------+-----------+-----------+-----------+-----------+-----------------+-----------------+
 *  |vers| token     | granted at| renewed at| ttl ms    | place     | holder: u16 + n | origin: u16 + n |
 *  +----+-----------+-----------+-----------+-----------+-----------+-----------------+-----------------+
 *  +-------------------+---------+---------------------------------------------------------------+
 *  | progress: u32 + n | places# | places: offset i64, ttl ms i64, wait ms i64, holder: u16 + n  |
 *  +-------------------+---------+---------------------------------------------------------------+
 * </pre>
 *
 * Times are microseconds since 1970. The token is −1 while nobody holds the lease, which is so only between two events of one
 * document. {@code place} is the place in the queue that the holder had, −1 for none. Progress is compact JSON; of no bytes,
 * none. {@code places#} is a u16; the places are in the order in which they are served.
 *
 * <p>Threading: stateless.
 */
final class LeaseBody {
    static final int V1 = 1;

    /** So many may wait for one lease. */
    static final int PLACES_MAX = 10_000;

    private static final long NOBODY = -1;
    private static final int MICROS_PER_MILLI = 1_000;

    // Indexes in an entity's slab.
    private static final int VERSION_AT = Entity.HEADER_BYTES;
    private static final int TOKEN_AT = VERSION_AT + 1;
    private static final int GRANTED_AT = TOKEN_AT + Long.BYTES;
    private static final int RENEWED_AT = GRANTED_AT + Long.BYTES;
    private static final int TTL_AT = RENEWED_AT + Long.BYTES;
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
    static @org.jspecify.annotations.Nullable String progress(Entity lease) {
        int at = progressAt(lease.value());
        int bytes = lease.value().intAt(at);
        return bytes == 0 ? null : lease.value().utf8At(at + Integer.BYTES, bytes);
    }

    static int places(Entity lease) {
        return lease.bodyLength() == 0 ? 0 : lease.value().shortAt(placesAt(lease.value()));
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
        if (before.bodyLength() == 0) {
            empty(body);
        } else {
            body.putBytes(before.value(), VERSION_AT, before.bodyLength());
        }
        int at = placesAt(body);
        int count = body.shortAt(at) + 1;
        body.setByte(at, count);
        body.setByte(at + 1, count >> 8);
        body.putLong(event.offset);
        body.putBytes(event.payload, queued.position(), queued.remaining()); // ttl, wait and holder
    }

    static void renewed(Entity before, Event event, Entity after) {
        ByteSlab old = before.value();
        ByteSlab body = after.value();
        SlabCursor renewed = LeasePayload.open(event);
        long ttl = renewed.takeLong();
        int progress = renewed.remaining();
        if (before.bodyLength() == 0) {
            empty(body);
            return;
        }
        int oldProgress = progressAt(old);
        body.putBytes(old, VERSION_AT, oldProgress - VERSION_AT);
        body.setLong(RENEWED_AT, event.at);
        body.setLong(TTL_AT, ttl);
        int places = placesAt(old);
        if (progress > 0) {
            body.putInt(progress);
            body.putBytes(event.payload, renewed.position(), progress);
        } else {
            body.putBytes(old, oldProgress, places - oldProgress);
        }
        body.putBytes(old, places, old.length() - places);
    }

    static void ended(Entity before, Entity after) {
        if (places(before) == 0) {
            after.tombstone(true);
            return;
        }
        empty(after.value());
        after.value().length(after.value().length() - Short.BYTES);
        copyPlaces(before, NOBODY, after.value());
    }

    static void withdrawn(Entity before, Event event, Entity after) {
        ByteSlab old = before.value();
        ByteSlab body = after.value();
        if (before.bodyLength() == 0) {
            after.tombstone(true);
            return;
        }
        body.putBytes(old, VERSION_AT, placesAt(old) - VERSION_AT);
        copyPlaces(before, LeasePayload.open(event).takeLong(), body);
        if (token(before) == NOBODY && places(after) == 0) {
            after.clearBody();
            after.tombstone(true);
        }
    }

    /** A lease that nobody holds or waits for, with a body. */
    static void empty(ByteSlab body) {
        body.putByte(V1);
        body.putLong(NOBODY);
        body.putLong(0);
        body.putLong(0);
        body.putLong(0);
        body.putLong(NOBODY);
        body.putShort(0);
        body.putShort(0);
        body.putInt(0);
        body.putShort(0);
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
        body.setByte(countAt, kept);
        body.setByte(countAt + 1, kept >> 8);
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
