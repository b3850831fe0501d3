package dev.cairn.internal.read;

import dev.cairn.Fence;
import dev.cairn.LogRecord;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.Recovered;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames into what users see.
 *
 * <p>Threading: one thread at a time.
 */
public final class RecordDecoder {
    private final Kinds kinds;
    private final ByteSlab json = new ByteSlab(512);

    public RecordDecoder(Kinds kinds) {
        this.kinds = kinds;
    }

    public LogRecord decode(Event event) {
        Kind kind = kinds.byId(event.kind);
        json.clear();
        Recovered.renderPayload(kind, event, json);
        return new DecodedRecord(
                event.offset,
                event.epoch,
                Micros.toInstant(event.at),
                event.occurredAt == Event.NO_TIME ? null : Micros.toInstant(event.occurredAt),
                kinds.topic(event),
                event.key.utf8(),
                Recovered.typeName(kind, event),
                textOrNull(event.actor),
                textOrNull(event.operation),
                event.previous,
                event.version,
                fences(event.fences),
                json.utf8());
    }

    private static List<Fence> fences(ByteSlab bytes) {
        if (bytes.isEmpty()) {
            return List.of();
        }
        List<Fence> fences = new ArrayList<>();
        SlabCursor cursor = new SlabCursor(bytes, 0);
        while (cursor.remaining() > 0) {
            fences.add(new Fence(cursor.takeText(), cursor.takeLong()));
        }
        return List.copyOf(fences);
    }

    private static @Nullable String textOrNull(ByteSlab slab) {
        return slab.isEmpty() ? null : slab.utf8();
    }
}
