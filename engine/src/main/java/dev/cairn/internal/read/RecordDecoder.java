package dev.cairn.internal.read;

import dev.cairn.LogRecord;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames into what users see.
 *
 * <p>Threading: one thread at a time.
 */
public final class RecordDecoder {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private static final long SECONDS_MAX = Long.MAX_VALUE / MICROS_PER_SECOND - 1;

    private final Kinds kinds;
    private final ByteSlab json = new ByteSlab(512);

    public RecordDecoder(Kinds kinds) {
        this.kinds = kinds;
    }

    public LogRecord decode(Event event) {
        Kind kind = kinds.byId(event.kind);
        json.clear();
        kind.renderPayload(event, json);
        return new DecodedRecord(
                event.offset,
                event.epoch,
                instant(event.at),
                event.occurredAt == Event.NO_TIME ? null : instant(event.occurredAt),
                kinds.topic(event),
                event.key.utf8(),
                kind.typeName(event),
                textOrNull(event.actor),
                textOrNull(event.operation),
                event.previous,
                event.version,
                json.utf8());
    }

    private static @Nullable String textOrNull(ByteSlab slab) {
        return slab.isEmpty() ? null : slab.utf8();
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
    }

    /** Microseconds since 1970; times out of range become the first or last that can be told. */
    static long micros(Instant time) {
        long seconds = Math.max(-SECONDS_MAX, Math.min(SECONDS_MAX, time.getEpochSecond()));
        return seconds * MICROS_PER_SECOND + time.getNano() / 1_000;
    }
}
