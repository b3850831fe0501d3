package dev.cairn.lease;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.LeaseLedger.End;
import org.jspecify.annotations.Nullable;

/**
 * Payloads of the events of a lease, each behind a version byte:
 *
 * <pre>
 *  granted    | vers | place i64 | ttl ms i64 | holder: u16 + n | origin: u16 + n |
 *  queued     | vers | token i64 | ttl ms i64 | wait ms i64 | holder: u16 + n |
 *  renewed    | vers | token i64 | ttl ms i64 | progress: JSON to the end, none keeps what was |
 *  ended      | vers | token i64 | how: u8 |
 *  withdrawn  | vers | token i64 | place i64 |
 * </pre>
 *
 * {@code place} is the offset of the record that queued the holder, −1 for who did not wait. {@code origin} is empty for a
 * lease of its own. The token of a grant is the offset of its record; every other record names the one that is current, −1 for
 * none, so that a lost grant is seen.
 *
 * <p>Threading: stateless.
 */
final class LeasePayload {
    static final int V1 = 1;

    static final byte GRANTED = 1;
    static final byte QUEUED = 2;
    static final byte RENEWED = 3;
    static final byte ENDED = 4;
    static final byte WITHDRAWN = 5;

    private static final long MICROS_PER_MILLI = 1_000;

    private LeasePayload() {}

    static void granted(ByteSlab payload, long place, long ttlMillis, String holder, @Nullable String origin) {
        payload.putByte(V1);
        payload.putLong(place);
        payload.putLong(ttlMillis);
        payload.putText(holder);
        payload.putText(origin == null ? "" : origin);
    }

    static void queued(ByteSlab payload, long token, LeaseCommand.Acquire wish) {
        payload.putByte(V1);
        payload.putLong(token);
        payload.putLong(wish.ttlMillis());
        payload.putLong(wish.waitMillis());
        payload.putText(wish.holder());
    }

    static void renewed(ByteSlab payload, LeaseCommand.Renew wish) {
        payload.putByte(V1);
        payload.putLong(wish.token());
        payload.putLong(wish.ttlMillis());
        byte[] progress = wish.progress();
        if (progress != null) {
            payload.putBytes(progress, 0, progress.length);
        }
    }

    static void ended(ByteSlab payload, long token, End end) {
        payload.putByte(V1);
        payload.putLong(token);
        payload.putByte(end.code());
    }

    static void withdrawn(ByteSlab payload, long token, long place) {
        payload.putByte(V1);
        payload.putLong(token);
        payload.putLong(place);
    }

    /** A cursor behind the version byte. */
    static SlabCursor open(Event event) {
        SlabCursor cursor = new SlabCursor(event.payload, 0);
        int version = cursor.takeByte();
        if (version != V1) {
            throw new IllegalStateException("expected a lease payload of version up to " + V1 + ", was " + version);
        }
        return cursor;
    }

    /** How the lease ended of which {@code ended} tells. */
    static End how(Event ended) {
        SlabCursor cursor = open(ended);
        cursor.takeLong();
        return End.of(cursor.takeByte());
    }

    /** Whether who was granted the lease had waited for it, so that there was a queue before, and may be one behind. */
    static boolean fromQueue(Event granted) {
        return open(granted).takeLong() >= 0;
    }

    /** When what was granted or renewed at a time of the log is over, in microseconds since 1970. */
    static long expiresAt(long at, long ttlMillis) {
        return at + ttlMillis * MICROS_PER_MILLI;
    }

    /** The same of the record that granted or renewed. */
    static long expiresAt(Event event) {
        SlabCursor payload = open(event);
        payload.takeLong(); // the place or the token
        return expiresAt(event.at, payload.takeLong());
    }

    static String typeName(Event event) {
        return switch (event.type) {
            case GRANTED -> "granted";
            case QUEUED -> "queued";
            case RENEWED -> "renewed";
            case ENDED -> how(event).word();
            case WITHDRAWN -> "withdrawn";
            default -> throw unknown(event);
        };
    }

    static void render(Event event, ByteSlab out) {
        JsonWriter json = new JsonWriter(out).beginObject();
        SlabCursor cursor = open(event);
        switch (event.type) {
            case GRANTED -> {
                long place = cursor.takeLong();
                long ttl = cursor.takeLong();
                json.name("holder").string(cursor.takeText());
                json.name("token").number(event.offset);
                json.name("ttlMs").number(ttl);
                place(json, place);
                String origin = cursor.takeText();
                if (!origin.isEmpty()) {
                    json.name("origin").string(origin);
                }
            }
            case QUEUED -> {
                cursor.takeLong();
                long ttl = cursor.takeLong();
                long wait = cursor.takeLong();
                json.name("holder").string(cursor.takeText());
                json.name("ttlMs").number(ttl);
                json.name("waitMs").number(wait);
            }
            case RENEWED -> {
                json.name("token").number(cursor.takeLong());
                json.name("ttlMs").number(cursor.takeLong());
                if (cursor.remaining() > 0) {
                    json.name("progress").raw(event.payload, cursor.position(), cursor.remaining());
                }
            }
            case ENDED -> json.name("token").number(cursor.takeLong());
            case WITHDRAWN -> {
                cursor.takeLong();
                place(json, cursor.takeLong());
            }
            default -> throw unknown(event);
        }
        json.endObject();
    }

    private static void place(JsonWriter json, long place) {
        if (place >= 0) {
            json.name("queuedAt").number(place);
        }
    }

    static IllegalStateException unknown(Event event) {
        return new IllegalStateException("expected a lease event of type up to " + WITHDRAWN + ", was " + event.type);
    }
}
