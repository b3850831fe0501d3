package dev.cairn.internal.kind;

import dev.cairn.internal.codec.Event;

/**
 * One step of state: the kind's {@code evolve} and the entity's header. Live commits, replay, followers and {@code asOf} all
 * take this step, so that they cannot differ.
 *
 * <p>Each record names the one before it. Where that is not the one that was applied last, records of the entity were lost: what
 * can be known is folded all the same, and the entity is marked incomplete until it is deleted.
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
        if (Recovered.is(event)) {
            Recovered.evolve(event, after);
            after.incomplete(true);
        } else if (isNext(kind, before, event)) {
            if (before.tombstone()) {
                after.incomplete(false); // it begins anew, and with nothing of what was lost
            }
            kind.evolve(before, event, after);
        } else {
            after.incomplete(true);
            stepOverLoss(kind, before, event, after);
        }
        finish(event, after);
    }

    private static boolean isNext(Kind kind, Entity before, Event event) {
        return event.previous == before.head() && (before.bodyLength() > 0 || kind.isWhole(event));
    }

    private static void stepOverLoss(Kind kind, Entity before, Event event, Entity after) {
        if (event.hasImage) {
            after.value().putBytes(event.image);
        } else if (before.bodyLength() > 0 || kind.isWhole(event)) {
            kind.evolve(before, event, after);
        } else {
            Entity assumed = new Entity();
            kind.assume(event, assumed);
            kind.evolve(assumed, event, after);
        }
    }

    private static void finish(Event event, Entity after) {
        after.version(event.version);
        after.revision(event.offset);
        after.head(event.offset);
        after.lastImage(event.hasImage ? event.offset : event.previousImage);
    }

    /** Becomes what the image in {@code event} says, without knowing anything before it. */
    public static void fromImage(Event event, Entity after) {
        after.reset();
        after.value().putBytes(event.image);
        after.incomplete(event.incomplete || Recovered.is(event));
        after.version(event.version);
        after.revision(event.offset);
        after.head(event.offset);
        after.lastImage(event.offset);
    }
}
