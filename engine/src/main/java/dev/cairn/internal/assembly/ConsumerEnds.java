package dev.cairn.internal.assembly;

import dev.cairn.consumer.ConsumerModule;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.read.Positions;

/** How far the log of an engine reaches for its consumer groups. Threading: any thread. */
record ConsumerEnds(LogEnds ends, Positions positions) implements ConsumerModule.Ends {
    @Override
    public long durableOffset() {
        return ends.durableOffset();
    }

    @Override
    public boolean has(long offset) {
        return positions.count(Math.max(offset, positions.startOffset()), offset) == 1;
    }

    @Override
    public long count(long from, long through) {
        return positions.count(from, through);
    }
}
