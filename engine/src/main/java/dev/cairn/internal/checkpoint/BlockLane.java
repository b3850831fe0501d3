package dev.cairn.internal.checkpoint;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Blocks on their way from the thread that reads a checkpoint to one that fills the stores, and back to be filled again.
 *
 * <p>Threading: one thread at each end.
 */
final class BlockLane {
    /** Long enough that the lanes, whose tables alternate in the file, both have work. */
    private static final int BLOCKS = 8;

    private final BlockingQueue<CheckpointBlock> empty = new ArrayBlockingQueue<>(BLOCKS);
    private final BlockingQueue<CheckpointBlock> filled = new ArrayBlockingQueue<>(BLOCKS + 1);
    private final CheckpointBlock end = new CheckpointBlock();

    BlockLane() {
        for (int i = 0; i < BLOCKS; i++) {
            empty.add(new CheckpointBlock());
        }
    }

    /** Reading end: a block to fill. */
    CheckpointBlock takeEmpty() throws InterruptedException {
        return empty.take();
    }

    /** Reading end: hands over a block. */
    void put(CheckpointBlock block) {
        filled.add(block);
    }

    /** Reading end: says that no more will come. */
    void putEnd() {
        filled.add(end);
    }

    /** Filling end: the next block, or null when no more will come. */
    @Nullable
    CheckpointBlock take() throws InterruptedException {
        CheckpointBlock block = filled.take();
        return block == end ? null : block;
    }

    /** Filling end: gives a block back. */
    void release(CheckpointBlock block) {
        empty.add(block);
    }
}
