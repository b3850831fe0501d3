package dev.cairn.internal.checkpoint;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.state.OperationMemory;
import dev.cairn.internal.state.StateLanes;
import dev.cairn.internal.state.StateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fills a state store and an operation memory from a checkpoint: one thread reads, checks and sorts the entries by lane of
 * the store, one for each lane puts them in. The first lane is the caller's thread and also takes the operations.
 *
 * <p>Threading: one use by one thread; its own threads have ended when {@link #load} returns or throws.
 */
final class CheckpointLoader {
    private static final int OWN_LANE = 0;

    private final CheckpointReader reader;
    private final OperationMemory operations;
    private final Consumer<ByteSlab> stateKeys;
    private final StateLanes load;
    private final BlockLane[] lanes;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** @param stateKeys is shown the key of each entry of the state, by the thread that reads */
    CheckpointLoader(
            CheckpointReader reader, StateStore state, OperationMemory operations, Consumer<ByteSlab> stateKeys) {
        this.reader = reader;
        this.operations = operations;
        this.stateKeys = stateKeys;
        load = state.beginLoad();
        lanes = new BlockLane[load.count()];
        for (int lane = 0; lane < lanes.length; lane++) {
            lanes[lane] = new BlockLane();
        }
    }

    /**
     * Loads everything.
     *
     * @throws IOException when the file cannot be read or is damaged
     * @throws IllegalArgumentException when an entry is longer than the store allows
     */
    void load() throws IOException, InterruptedException {
        List<Thread> others = new ArrayList<>();
        others.add(start("reader", this::sortAll));
        for (int lane = OWN_LANE + 1; lane < lanes.length; lane++) {
            int number = lane;
            others.add(start("lane", () -> fillAll(number)));
        }
        try {
            fillAll(OWN_LANE);
        } finally {
            others.forEach(this::end);
        }
        rethrow();
        load.finish();
    }

    /** Waits until {@code other} has ended: while it runs it may touch the memory of the stores. */
    private void end(Thread other) {
        boolean interrupted = false;
        while (other.isAlive()) {
            if (failure.get() != null) {
                other.interrupt();
            }
            try {
                other.join();
            } catch (InterruptedException meanwhile) {
                failure.compareAndSet(null, meanwhile);
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void rethrow() throws IOException, InterruptedException {
        Throwable failed = failure.get();
        if (failed instanceof InterruptedException) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while loading a checkpoint");
        }
        if (failed instanceof IOException io) {
            throw io;
        }
        if (failed instanceof IllegalArgumentException beyondLimits) {
            throw beyondLimits;
        }
        if (failed != null) {
            throw new IllegalStateException("expected to load a checkpoint, was " + failed, failed);
        }
    }

    /** Reads every block and distributes its entries. */
    private void sortAll() {
        try {
            CheckpointBlock read = new CheckpointBlock();
            LaneBlocks sorted = new LaneBlocks();
            while (failure.get() == null && reader.next(read)) {
                sorted.add(read);
            }
            sorted.flush();
        } catch (IOException | InterruptedException | RuntimeException | Error failed) {
            failure.compareAndSet(null, failed);
        }
        for (BlockLane lane : lanes) {
            lane.putEnd();
        }
    }

    /** Puts in what the lane brings; after a failure only gives the blocks back, so that the reader comes to its end. */
    private void fillAll(int number) {
        BlockLane lane = lanes[number];
        ByteSlab key = new ByteSlab();
        ByteSlab value = new ByteSlab();
        try {
            for (CheckpointBlock block = lane.take(); block != null; block = lane.take()) {
                try {
                    if (failure.get() == null) {
                        fill(number, block, key, value);
                    }
                } catch (RuntimeException | Error failed) {
                    failure.compareAndSet(null, failed);
                }
                lane.release(block);
            }
        } catch (InterruptedException interrupted) {
            failure.compareAndSet(null, interrupted);
        }
    }

    private void fill(int lane, CheckpointBlock block, ByteSlab key, ByteSlab value) {
        if (block.store() == CheckpointBlock.OPERATIONS) {
            block.forEach(key, value, operations::restore);
        } else {
            block.forEach(key, value, load.lane(lane)::put);
        }
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, "cairn-checkpoint-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /**
     * The blocks that are being filled for the lanes.
     *
     * <p>Threading: the reading thread.
     */
    private final class LaneBlocks {
        private final ByteSlab key = new ByteSlab();
        private final ByteSlab value = new ByteSlab();
        private final @Nullable CheckpointBlock[] open = new @Nullable CheckpointBlock[lanes.length];

        void add(CheckpointBlock read) throws InterruptedException {
            int store = read.store();
            read.<InterruptedException>forEach(key, value, (k, v) -> add(store, k, v));
        }

        private void add(int store, ByteSlab k, ByteSlab v) throws InterruptedException {
            int lane = OWN_LANE;
            if (store != CheckpointBlock.OPERATIONS) {
                stateKeys.accept(k);
                lane = load.laneOf(load.hash(k));
            }
            CheckpointBlock block = open[lane];
            if (block != null && (block.isFull() || block.store() != store)) {
                hand(lane, block);
                block = null;
            }
            if (block == null) {
                block = lanes[lane].takeEmpty();
                block.begin(store);
                open[lane] = block;
            }
            block.add(k, v);
        }

        void flush() {
            for (int lane = 0; lane < open.length; lane++) {
                CheckpointBlock block = open[lane];
                if (block != null) {
                    hand(lane, block);
                }
            }
        }

        private void hand(int lane, CheckpointBlock block) {
            block.close();
            lanes[lane].put(block);
        }
    }
}
