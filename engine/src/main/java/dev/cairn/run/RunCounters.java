package dev.cairn.run;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what saving and loading comes to, without one thread waiting for another.
 *
 * <p>Threading: any thread.
 */
final class RunCounters {
    private final LongAdder saves = new LongAdder();
    private final LongAdder skips = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder storedBytes = new LongAdder();
    private final LongAdder saveNanos = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder loadNanos = new LongAdder();

    void saved(SnapshotInfo snapshot, long beginNanos) {
        saves.increment();
        bytes.add(snapshot.bytes());
        storedBytes.add(snapshot.storedBytes());
        saveNanos.add(System.nanoTime() - beginNanos);
    }

    void skipped(long beginNanos) {
        skips.increment();
        saveNanos.add(System.nanoTime() - beginNanos);
    }

    void retried() {
        retries.increment();
    }

    void failed() {
        errors.increment();
    }

    void loaded(long beginNanos) {
        loads.increment();
        loadNanos.add(System.nanoTime() - beginNanos);
    }

    RunMetrics metrics() {
        return new RunMetrics(
                saves.sum(),
                skips.sum(),
                errors.sum(),
                retries.sum(),
                bytes.sum(),
                storedBytes.sum(),
                saveNanos.sum(),
                loads.sum(),
                loadNanos.sum());
    }
}
