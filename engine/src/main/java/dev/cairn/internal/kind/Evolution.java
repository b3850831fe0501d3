package dev.cairn.internal.kind;

import dev.cairn.internal.codec.Event;

/**
 * One step of state: the kind's {@code evolve} and the entity's header. Live commits, replay, followers and {@code asOf} all
 * take this step, so that they cannot differ.
 *
 * <p>Threading: stateless.
 */
public final class Evolution {
    private Evolution() {}

    /** Computes {@code after} from {@code before} and {@code event}, whose offset and version are set. */
    public static void step(Kind kind, Entity before, Event event, Entity after) {
        after.value().clear().putBytes(before.value(), 0, Entity.HEADER_BYTES);
        after.tombstone(false);
        after.byReference(false);
        kind.evolve(before, event, after);
        after.version(event.version);
        after.revision(event.offset);
        after.head(event.offset);
        after.lastImage(event.hasImage ? event.offset : event.previousImage);
    }

    /** Becomes what the image in {@code event} says, without knowing anything before it. */
    public static void fromImage(Event event, Entity after) {
        after.reset();
        after.value().putBytes(event.image);
        after.version(event.version);
        after.revision(event.offset);
        after.head(event.offset);
        after.lastImage(event.offset);
    }
}
