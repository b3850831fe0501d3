package dev.cairn.harness;

import dev.cairn.harness.Ledger.Loss;
import dev.cairn.harness.Told.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One child at work on a directory, and the ledger that is kept of it.
 *
 * <p>Threading: one thread.
 */
final class Session implements AutoCloseable {
    private static final int SEGMENT_BYTES_MAX = 1 << 20;

    private final ChildProcess child;
    private final Ledger ledger;
    private final Setup setup;

    /**
     * How a directory is used, from its first opening to its last.
     *
     * @param lie whether the child tells that accepted writes are durable
     */
    record Setup(Path directory, Workload workload, int forceIntervalMillis, int unforcedRecordsMax, boolean lie) {
        /** The first line of a child's input. */
        String opening(boolean useCheckpoint, boolean reopen) {
            return "open directory=" + directory + " seed=" + workload.seed() + " clients=" + workload.clients()
                    + " largeBytesMax=" + workload.largeBytesMax() + " durableEvery=" + workload.durableEvery()
                    + " allKinds=" + word(workload.allKinds()) + " segmentBytesMax=" + SEGMENT_BYTES_MAX
                    + " forceIntervalMillis=" + forceIntervalMillis
                    + " unforcedRecordsMax=" + unforcedRecordsMax + " checkpoint=" + word(useCheckpoint) + " reopen="
                    + word(reopen) + " lie=" + word(lie);
        }

        private static int word(boolean value) {
            return value ? 1 : 0;
        }
    }

    Session(ChildProcess child, Ledger ledger, Setup setup) {
        this.child = child;
        this.ledger = ledger;
        this.setup = setup;
    }

    ChildProcess child() {
        return child;
    }

    /**
     * Lets the child begin to open; returns as it begins.
     *
     * @param useCheckpoint whether from a checkpoint
     * @param reopen whether it is to close again, replay the whole log, and compare
     */
    void beginOpening(boolean useCheckpoint, boolean reopen) throws IOException {
        child.send(setup.opening(useCheckpoint, reopen));
        await(Place.OPENING);
    }

    /**
     * Takes in all that the child finds in the directory, and holds it against the ledger.
     *
     * @param loss what may be missing, null if nothing may
     * @return how long the child took to open, in milliseconds
     */
    long check(@Nullable Loss loss) throws IOException {
        long begun = System.nanoTime();
        await(Place.OPENED);
        final long openingMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        List<Told> log = new ArrayList<>();
        List<Told.TaskIs> tasks = new ArrayList<>();
        List<Told.Found> found = new ArrayList<>();
        Told told = child.next();
        for (; told != null && !(told instanceof Told.At); told = child.next()) {
            if (told instanceof Told.Seen || told instanceof Told.Gap) {
                log.add(told);
            } else if (told instanceof Told.TaskIs task) {
                tasks.add(task);
            } else if (told instanceof Told.Found one) {
                found.add(one);
            } else if (told instanceof Told.Roots roots) {
                Ledger.checkRoots(roots);
            }
        }
        if (told == null || tasks.size() != setup.workload().keys().size()) {
            throw new AssertionError("expected all of the directory, was " + told + "; " + child.errors());
        }
        ledger.checkLog(log, loss);
        tasks.forEach(ledger::checkTask);
        if (setup.workload().allKinds()) {
            ledger.checkFound(found);
        }
        return openingMillis;
    }

    /** Lets the clients begin to write. */
    void work() throws IOException {
        child.send("work" + ledger.progress());
    }

    /** Waits until so many more writes are acknowledged. */
    void awaitAcknowledgements(int count) throws IOException {
        long target = ledger.acknowledgements() + count;
        while (ledger.acknowledgements() < target) {
            take(nextOf(child));
        }
    }

    /** Waits until the child comes to {@code place}. */
    void await(Place place) throws IOException {
        Told told;
        do {
            told = nextOf(child);
            take(told);
        } while (!(told instanceof Told.At at && at.place() == place));
    }

    private static Told nextOf(ChildProcess child) throws IOException {
        Told told = child.next();
        if (told == null) {
            throw new AssertionError("expected a child that goes on, was its end; " + child.errors());
        }
        return told;
    }

    private void take(Told told) {
        if (told instanceof Told.Ended ended) {
            ledger.ended(ended);
        } else if (told instanceof Told.Outcome outcome) {
            ledger.outcome(outcome);
        }
    }

    /** Asks the child to close in good order, and waits until it has. */
    void closeInOrder() throws IOException, InterruptedException {
        child.send("close");
        await(Place.CLOSED);
        kill();
    }

    /** Kills the child and takes in what it told before. */
    void kill() throws IOException, InterruptedException {
        child.kill();
        drain();
    }

    private void drain() throws IOException, InterruptedException {
        for (Told told = child.next(); told != null; told = child.next()) {
            take(told);
        }
        child.awaitEnd();
    }

    @Override
    public void close() {
        child.close();
    }
}
