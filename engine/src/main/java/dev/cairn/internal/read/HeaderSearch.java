package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.segment.LogCursor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Finds single entities without building the state: looks through a checkpoint, then through the records behind it.
 *
 * <p>Threading: one thread at a time.
 */
public final class HeaderSearch implements EntityHeaders {
    private final Checkpointed checkpoint;
    private final LogCursor cursor;
    private final LongSupplier end;
    private final Consumer<Hole> passedOver;
    private final ByteSlab topic = new ByteSlab(64);
    private final ByteSlab key = new ByteSlab(64);
    private final Entity found = new Entity();

    /** The entities of a checkpoint. */
    public interface Checkpointed {
        /** The last offset that it includes, −1 for none. */
        long offset();

        /** Copies the value under a state key; false when the checkpoint has none. */
        boolean get(ByteSlab stateKey, ByteSlab into);
    }

    /**
     * @param end the last offset to look at
     * @param passedOver is told of damage behind the checkpoint, which may hide newer records of what is searched for
     */
    public HeaderSearch(Checkpointed checkpoint, LogCursor cursor, LongSupplier end, Consumer<Hole> passedOver) {
        this.passedOver = passedOver;
        this.checkpoint = checkpoint;
        this.cursor = cursor;
        this.end = end;
    }

    @Override
    public boolean get(ByteSlab stateKey, ByteSlab into) {
        boolean known = checkpoint.get(stateKey, into);
        split(stateKey);
        byte kind = (byte) stateKey.byteAt(0);
        long through = end.getAsLong();
        cursor.seek(checkpoint.offset() + 1);
        while (next(through)) {
            FrameView frame = cursor.frame();
            if (frame.kind() == kind && frame.keyEquals(key) && frame.topicEquals(topic)) {
                refer(frame);
                into.set(found.value());
                known = true;
            }
        }
        return known;
    }

    /** Moves on, over damage if need be: what is searched for may stand behind it. */
    private boolean next(long through) {
        while (true) {
            try {
                return cursor.next(through);
            } catch (DamagedLogException e) {
                Hole hole = Hole.passOver(cursor, e, through);
                passedOver.accept(hole);
                if (hole.offsets().last() >= through) {
                    return false;
                }
            }
        }
    }

    /** The header after the record; the body is folded from the log. */
    private void refer(FrameView frame) {
        found.reset();
        found.version(frame.version());
        found.revision(frame.offset());
        found.head(frame.offset());
        found.lastImage(frame.hasImage() ? frame.offset() : frame.previousImage());
        found.byReference(true);
    }

    private void split(ByteSlab stateKey) {
        int from = 1;
        topic.clear();
        for (int i = 1; i < stateKey.length(); i++) {
            if (stateKey.byteAt(i) == 0) {
                topic.putBytes(stateKey, 1, i - 1);
                from = i + 1;
                break;
            }
        }
        key.clear();
        key.putBytes(stateKey, from, stateKey.length() - from);
    }
}
