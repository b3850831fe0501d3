package dev.cairn.consumer;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Micros;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layouts of a group's events and of its body in the state. The body of a deleted group is empty.
 *
 * <pre>
 *  0    1           9           17          25
 *  +----+-----------+-----------+-----------+------------------------+-----------------------+
 *  |vers| offset    | created at| updated at| topics: u16 × (u16 + n)| types: u16 × (u16 + n)|   body
 *  +----+-----------+-----------+-----------+------------------------+-----------------------+
 *  0    1           9           17
 *  +----+-----------+-----------+------------------------+-----------------------+
 *  |vers| offset    | created at| topics: u16 × (u16 + n)| types: u16 × (u16 + n)|   created, configured
 *  +----+-----------+-----------+------------------------+-----------------------+
 *  0    1           9
 *  +----+-----------+
 *  |vers| offset    |   committed, reset; deleted ends behind the version
 *  +----+-----------+
 * </pre>
 *
 * Times are microseconds since 1970.
 *
 * <p>Threading: stateless.
 */
final class ConsumerBody {
    static final int V1 = 1;

    private static final int OFFSET_AT = 1;
    private static final int CREATED_AT = OFFSET_AT + Long.BYTES;
    private static final int UPDATED_AT = CREATED_AT + Long.BYTES;
    private static final int FILTER_AT = UPDATED_AT + Long.BYTES;
    private static final int PAYLOAD_FILTER_AT = CREATED_AT + Long.BYTES;

    private ConsumerBody() {}

    /** The offset in a payload, or in a body that begins at {@code from}. */
    static long offset(ByteSlab slab, int from) {
        expectVersion(slab.byteAt(from));
        return slab.longAt(from + OFFSET_AT);
    }

    /** The committed offset of an entity that exists. */
    static long offset(Entity entity) {
        return offset(entity.value(), Entity.HEADER_BYTES);
    }

    static long createdAt(Entity entity) {
        return entity.value().longAt(Entity.HEADER_BYTES + CREATED_AT);
    }

    static void expectVersion(int version) {
        if (version != V1) {
            throw new IllegalStateException("expected a consumer of version up to " + V1 + ", was " + version);
        }
    }

    /** Fills the payload of an event that says all. */
    static void putWhole(ByteSlab payload, long offset, long createdAt, List<String> topics, List<String> types) {
        payload.putByte(V1);
        payload.putLong(offset);
        payload.putLong(createdAt);
        putNames(topics, payload);
        putNames(types, payload);
    }

    /** Fills the payload of an event that moves the position. */
    static void putMove(ByteSlab payload, long offset) {
        payload.putByte(V1);
        payload.putLong(offset);
    }

    /** Fills the empty body of {@code after} with what an event that says all says. */
    static void setWhole(Event event, Entity after) {
        expectVersion(event.payload.byteAt(0));
        ByteSlab body = after.value();
        body.putBytes(event.payload, 0, PAYLOAD_FILTER_AT);
        body.putLong(event.at);
        body.putBytes(event.payload, PAYLOAD_FILTER_AT, event.payload.length() - PAYLOAD_FILTER_AT);
    }

    /** Fills the empty body of {@code after} with that of {@code before} at another position. */
    static void setMoved(Entity before, Event event, Entity after) {
        ByteSlab body = after.value();
        body.putByte(V1);
        body.putLong(offset(event.payload, 0));
        body.putLong(createdAt(before));
        body.putLong(event.at);
        int filterAt = Entity.HEADER_BYTES + FILTER_AT;
        body.putBytes(before.value(), filterAt, before.value().length() - filterAt);
    }

    /** Fills the empty body of {@code into} for a group of which nothing is known before {@code event}. */
    static void assume(Event event, Entity into) {
        ByteSlab body = into.value();
        body.putByte(V1);
        body.putLong(0);
        body.putLong(event.at);
        body.putLong(event.at);
        body.putShort(0);
        body.putShort(0);
    }

    /** Appends the body without its times. */
    static void content(Entity entity, ByteSlab into) {
        if (entity.bodyLength() > 0) {
            into.putBytes(entity.value(), Entity.HEADER_BYTES, CREATED_AT);
            into.putBytes(entity.value(), Entity.HEADER_BYTES + FILTER_AT, entity.bodyLength() - FILTER_AT);
        }
    }

    /** A cursor before the topics of a payload that says all. */
    static SlabCursor filterOf(ByteSlab payload) {
        return new SlabCursor(payload, PAYLOAD_FILTER_AT);
    }

    /** A cursor before the topics of an entity that exists. */
    static SlabCursor filterOf(Entity entity) {
        return new SlabCursor(entity.value(), Entity.HEADER_BYTES + FILTER_AT);
    }

    static void putNames(List<String> names, ByteSlab into) {
        into.putShort(names.size());
        names.forEach(into::putText);
    }

    static List<String> takeNames(SlabCursor cursor) {
        int count = cursor.takeShort();
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(cursor.takeText());
        }
        return names;
    }

    /** The group that {@code entity}, which exists, holds. */
    static ConsumerGroup decode(String group, Entity entity, long lag, ConsumerGroup.@Nullable ActiveReader reader) {
        SlabCursor filter = filterOf(entity);
        return new ConsumerGroup(
                group,
                offset(entity),
                lag,
                takeNames(filter),
                takeNames(filter),
                entity.version(),
                entity.revision(),
                Micros.toInstant(createdAt(entity)),
                Micros.toInstant(entity.value().longAt(Entity.HEADER_BYTES + UPDATED_AT)),
                entity.incomplete(),
                reader);
    }
}
