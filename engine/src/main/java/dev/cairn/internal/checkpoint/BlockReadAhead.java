package dev.cairn.internal.checkpoint;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks the blocks of a checkpoint on a thread of its own, a few ahead of who uses them.
 *
 * <p>Threading: used by one thread; the blocks travel between the two through queues.
 */
final class BlockReadAhead implements AutoCloseable {
    private static final int BLOCKS_AHEAD = 4;

    private final CheckpointReader reader;
    private final BlockingQueue<CheckpointBlock> empty = new ArrayBlockingQueue<>(BLOCKS_AHEAD + 1);
    private final BlockingQueue<CheckpointBlock> filled = new ArrayBlockingQueue<>(BLOCKS_AHEAD + 1);
    private final CheckpointBlock end = new CheckpointBlock();
    private final Thread thread;

    private volatile @Nullable Exception failure;

    BlockReadAhead(CheckpointReader reader) {
        this.reader = reader;
        for (int i = 0; i < BLOCKS_AHEAD; i++) {
            empty.add(new CheckpointBlock());
        }
        thread = new Thread(this::readAll, "cairn-checkpoint-reader");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The next block, to be given back by {@link #release}; null after the last.
     *
     * @throws IOException when the file cannot be read or is damaged
     */
    @Nullable
    CheckpointBlock next() throws IOException, InterruptedException {
        CheckpointBlock block = filled.take();
        if (block != end) {
            return block;
        }
        Exception failed = failure;
        if (failed instanceof IOException io) {
            throw io;
        }
        if (failed != null) {
            throw new IllegalStateException("expected to read a checkpoint, was " + failed, failed);
        }
        return null;
    }

    void release(CheckpointBlock block) {
        empty.add(block);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void readAll() {
        try {
            CheckpointBlock block = empty.take();
            while (reader.next(block)) {
                filled.put(block);
                block = empty.take();
            }
        } catch (IOException | InterruptedException | RuntimeException failed) {
            failure = failed;
        }
        filled.add(end);
    }
}
