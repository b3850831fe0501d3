package dev.cairn.internal.assembly;

import dev.cairn.internal.commit.AppendSignal;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.ReadOnlyLog;
import dev.cairn.internal.segment.Segment;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How far a read-only engine sees: as far as its state has followed. Threading: any thread. */
final class ReaderEnds implements LogEnds {
    private final StateFollower follower;
    private final AppendSignal signal;
    private final ReadOnlyLog log;

    ReaderEnds(StateFollower follower, AppendSignal signal, ReadOnlyLog log) {
        this.follower = follower;
        this.signal = signal;
        this.log = log;
    }

    @Override
    public long durableOffset() {
        return follower.position();
    }

    @Override
    public long appendedOffset() {
        return follower.position();
    }

    @Override
    public long endOffset() {
        @Nullable Control control = log.control();
        long end = follower.position() + 1;
        return control != null && log.isLive() ? Math.max(end, control.endOffset()) : end;
    }

    @Override
    public boolean await(long offset, boolean accepted, long time, TimeUnit unit) throws InterruptedException {
        return signal.await(() -> follower.position() >= offset, System.nanoTime() + unit.toNanos(time));
    }

    /** The epoch of the newest segment, 0 for none. */
    int epoch() {
        @Nullable Segment last = log.catalog().last();
        return last == null ? 0 : last.epoch();
    }
}
