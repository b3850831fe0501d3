package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.commit.SharedState;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.segment.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Applies records on several threads, in rounds: while the lanes apply one round, the next is read and sorted by lane.
 *
 * <p>Each entity belongs to one lane, so its records stay in order; entities do not know of each other. Only the kinds that keep
 * an index want to be told of their records in order of offset, whichever entity they are of: these are applied by the calling
 * thread between two rounds, while no lane touches the state.
 *
 * <p>Threading: one calling thread; its own threads have ended when {@link #close} returns.
 */
final class ReplayLanes implements AutoCloseable {
    private static final CompletableFuture<?> NOTHING = CompletableFuture.completedFuture(null);

    private final Kinds kinds;
    private final SharedState state;
    private final int roundRecords;
    private final Consumer<Event> indexed;
    private final ExecutorService threads;
    /** Those of the executor, which makes them on the thread that hands it work: the calling one. */
    private final List<Thread> workers = new ArrayList<>();

    private final List<ReplayLane> lanes = new ArrayList<>();
    private final ByteSlab key = new ByteSlab(64);
    private final Event event = new Event();
    private final FrameView frame = new FrameView();

    private Round next;
    private Round running;
    private CompletableFuture<?> run = NOTHING;

    /** The records of one round. Threading: the calling thread, except for the batches of a round that runs. */
    private static final class Round {
        private final LaneBatch[] batches;
        private final List<Place> indexed = new ArrayList<>();
        private int records;

        private record Place(Segment segment, int position) {}

        Round(int lanes, int recordsMax) {
            batches = new LaneBatch[lanes];
            for (int lane = 0; lane < lanes; lane++) {
                batches[lane] = new LaneBatch(recordsMax);
            }
        }
    }

    /**
     * @param roundRecords how many records make a round
     * @param indexed applies a record of a kind that keeps an index
     */
    ReplayLanes(Kinds kinds, SharedState state, int roundRecords, Consumer<Event> indexed) {
        this.kinds = kinds;
        this.state = state;
        this.roundRecords = roundRecords;
        this.indexed = indexed;
        next = new Round(state.count(), roundRecords);
        running = new Round(state.count(), roundRecords);
        for (int lane = 0; lane < state.count(); lane++) {
            lanes.add(new ReplayLane(kinds, state.part(lane)));
        }
        threads = Executors.newFixedThreadPool(state.count(), work -> {
            Thread thread = new Thread(work, "cairn-replay");
            thread.setDaemon(true);
            workers.add(thread);
            return thread;
        });
    }

    /** Adds the record that {@code read} shows, in {@code segment}. */
    void add(Segment segment, FrameView read) {
        if (kinds.byId(read.kind()).indexed()) {
            next.indexed.add(new Round.Place(segment, read.position()));
        } else {
            StateKey.write(key, read);
            long hash = state.hash(key);
            next.batches[state.partOf(hash)].add(hash, segment, read.position());
        }
        if (++next.records == roundRecords) {
            turn();
        }
    }

    /** Waits until all that was added is applied. */
    void finish() {
        turn();
        await();
    }

    private void turn() {
        await();
        for (Round.Place place : next.indexed) {
            frame.wrap(place.segment().view(), place.position()).copyTo(event);
            indexed.accept(event);
        }
        next.indexed.clear();
        next.records = 0;
        Round turned = next;
        next = running;
        running = turned;
        CompletableFuture<?>[] started = new CompletableFuture<?>[lanes.size()];
        for (int lane = 0; lane < started.length; lane++) {
            ReplayLane applying = lanes.get(lane);
            LaneBatch batch = turned.batches[lane];
            started[lane] = CompletableFuture.runAsync(() -> applying.apply(batch), threads);
        }
        run = CompletableFuture.allOf(started);
    }

    /** Waits for the lanes, through interrupts; throws what one of them threw. */
    private void await() {
        try {
            run.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failed) {
                throw failed;
            }
            if (e.getCause() instanceof Error failed) {
                throw failed;
            }
            throw e;
        }
    }

    /**
     * Lets the lanes end: as long as they run they may touch the memory of the store. Joins the threads themselves, as an executor
     * calls itself terminated a moment before the last of its threads has ended.
     */
    @Override
    public void close() {
        threads.shutdown();
        boolean interrupted = false;
        for (Thread thread : workers) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
