package dev.cairn.internal.assembly;

import dev.cairn.internal.commit.AppendSignal;
import dev.cairn.internal.commit.GroupCommit;
import dev.cairn.internal.read.LogEnds;
import java.util.concurrent.TimeUnit;

/** How far the log of a writing engine reaches. Threading: any thread. */
final class WriterEnds implements LogEnds {
    private final GroupCommit groupCommit;
    private final AppendSignal signal;
    private final long firstOffset;

    /** @param firstOffset the offset that the epoch's first record gets */
    WriterEnds(GroupCommit groupCommit, AppendSignal signal, long firstOffset) {
        this.groupCommit = groupCommit;
        this.signal = signal;
        this.firstOffset = firstOffset;
    }

    @Override
    public long durableOffset() {
        return groupCommit.durableOffset();
    }

    @Override
    public long appendedOffset() {
        return groupCommit.appendedOffset();
    }

    @Override
    public long endOffset() {
        return Math.max(groupCommit.appendedOffset() + 1, firstOffset);
    }

    @Override
    public boolean await(long offset, boolean accepted, long time, TimeUnit unit) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + unit.toNanos(time);
        return accepted
                ? signal.await(() -> groupCommit.appendedOffset() >= offset, deadlineNanos)
                : groupCommit.awaitToRead(offset, deadlineNanos);
    }
}
