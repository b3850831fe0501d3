package dev.cairn.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import java.util.HexFormat;

/**
 * An event as some version of Cairn wrote it, kept as bytes: every later version must read it, show it, and make the same
 * state of it.
 *
 * @param type wire id of the event
 * @param payload hexadecimal
 * @param name the event's type in the audit trail
 * @param json the payload in the audit trail
 * @param before body before the event, hexadecimal, empty for none
 * @param after body after it, which has the layout of today
 */
public record GoldenEvent(int type, String payload, String name, String json, String before, String after) {
    /** The time of the event: 2026-01-02T03:04:05.000006Z. */
    public static final long AT = 1_767_323_045_000_006L;

    private static final HexFormat HEX = HexFormat.of();

    /** Reads the event with {@code kind}. */
    public void check(Kind kind) {
        Event event = new Event();
        event.clear();
        event.kind = kind.id();
        event.type = (byte) type;
        event.offset = 7;
        event.at = AT;
        event.version = before.isEmpty() ? 1 : 2;
        put(payload, event.payload);
        assertThat(kind.typeName(event)).isEqualTo(name);
        ByteSlab rendered = new ByteSlab();
        kind.renderPayload(event, rendered);
        assertThat(rendered.utf8()).isEqualTo(json);
        Entity old = new Entity();
        if (!before.isEmpty()) {
            old.version(1);
            put(before, old.value());
        }
        Entity evolved = new Entity();
        Evolution.step(kind, old, event, evolved);
        assertThat(HEX.formatHex(
                        evolved.value().array(),
                        Entity.HEADER_BYTES,
                        evolved.value().length()))
                .as("body after %s of %s", name, kind.name())
                .isEqualTo(after);
    }

    private static void put(String hex, ByteSlab into) {
        byte[] bytes = HEX.parseHex(hex);
        into.putBytes(bytes, 0, bytes.length);
    }
}
