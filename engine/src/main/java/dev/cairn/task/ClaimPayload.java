package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.LeaseLedger.End;

/**
 * Payloads of the events that claims make of tasks:
 *
 * <pre>
 *  claimed   | vers | status: u16 + n | owner: u16 + n |
 *  returned  | vers | status: u16 + n | how: u8 | attempts i32 |
 * </pre>
 *
 * {@code status} is the one that the task has from then on; {@code how} is how the lease ended, {@code attempts} how many have
 * failed or expired, with this one. A returned task has no owner.
 *
 * <p>Threading: stateless.
 */
final class ClaimPayload {
    static final int V1 = 1;

    /** Index of the status's length. */
    static final int STATUS_AT = 1;

    private ClaimPayload() {}

    static void claimed(ByteSlab payload, String status, String agent) {
        payload.putByte(V1);
        payload.putText(status);
        payload.putText(agent);
    }

    static void returned(ByteSlab payload, String status, End end, int attempts) {
        payload.putByte(V1);
        payload.putText(status);
        payload.putByte(end.code());
        payload.putInt(attempts);
    }

    /** Index behind the status. */
    static int restAt(ByteSlab payload) {
        int version = payload.byteAt(0);
        if (version != V1) {
            throw new IllegalStateException("expected a claim payload of version up to " + V1 + ", was " + version);
        }
        return TaskPayload.textEnd(payload, STATUS_AT);
    }

    static int attempts(ByteSlab payload) {
        return payload.intAt(restAt(payload) + 1);
    }

    static void render(Event event, JsonWriter json) {
        ByteSlab payload = event.payload;
        int rest = restAt(payload);
        json.beginObject();
        json.name("status").string(TaskBody.text(payload, STATUS_AT));
        if (event.type == TaskKind.CLAIMED) {
            json.name("owner").string(TaskBody.text(payload, rest));
        } else {
            json.name("owner").string(null);
            json.name("because").string(End.of(payload.byteAt(rest)).word());
            json.name("attempts").number(attempts(payload));
        }
        json.endObject();
    }
}
