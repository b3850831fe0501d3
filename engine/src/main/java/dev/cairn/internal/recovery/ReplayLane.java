package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.commit.CurrentState;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.segment.Segment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Applies the records of one part of the state, whose frames were found good, from where they lie.
 *
 * <p>Threading: one thread at a time.
 */
final class ReplayLane {
    private final Kinds kinds;
    private final EntityFold fold;
    private final Event event = new Event();
    private final FrameView frame = new FrameView();

    private @Nullable Segment segment;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    ReplayLane(Kinds kinds, CurrentState state) {
        this.kinds = kinds;
        this.fold = new EntityFold(state);
    }

    void apply(LaneBatch batch) {
        batch.forEach(this::apply);
        fold.install();
        batch.clear();
    }

    private void apply(Segment here, int position) {
        if (segment != here) {
            segment = here;
            bytes = here.view();
        }
        frame.wrap(bytes, position).copyTo(event);
        fold.step(kinds.byId(event.kind), event);
    }
}
