package dev.cairn.internal.assembly;

import dev.cairn.NotReadyException;
import dev.cairn.internal.commit.CommitLog.ForceTarget;
import dev.cairn.internal.commit.GroupCommit;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.Watermark;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the files that tell of the durable offset: the control file at once, the watermark when there is a pause.
 *
 * <p>Threading: force thread; {@link #writeMark} also by the closing thread after that one has ended.
 */
final class DurableMarks implements GroupCommit.Listener {
    private final Control control;
    private final Watermark watermark;
    private final int epoch;
    private final Consumer<NotReadyException> stop;
    private SegmentLog.@Nullable Target newest;
    private long marked;

    /** @param durable the offset that the watermark states already */
    DurableMarks(Control control, Watermark watermark, int epoch, long durable, Consumer<NotReadyException> stop) {
        this.control = control;
        this.watermark = watermark;
        this.epoch = epoch;
        this.marked = durable;
        this.stop = stop;
    }

    @Override
    public void durable(ForceTarget target) {
        SegmentLog.Target forced = (SegmentLog.Target) target;
        SegmentLog.Target before = newest;
        newest = forced;
        control.endOffset(forced.lastOffset() + 1);
        control.durableOffset(forced.lastOffset());
        if (before != null && before.segment() != forced.segment()) {
            idle();
        }
    }

    @Override
    public void idle() {
        try {
            writeMark();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Writes the newest durable offset to the watermark file and forces it. */
    void writeMark() throws IOException {
        SegmentLog.Target target = newest;
        if (target != null && target.lastOffset() > marked) {
            watermark.write(epoch, target.lastOffset(), target.segment(), target.position());
            marked = target.lastOffset();
        }
    }

    @Override
    public void failed(Throwable cause) {
        stop.accept(new NotReadyException(
                "the engine has stopped: a force failed, so nothing more is acknowledged; reopen it to recover ("
                        + cause.getMessage() + ")",
                cause));
    }
}
