package dev.cairn.internal.commit;

/**
 * What the commit path has done, for metrics.
 *
 * <p>Threading: written under the commit lock, read by any thread.
 */
public final class CommitCounters {
    private volatile long records;
    private volatile long bytes;
    private volatile long documents;
    private volatile long refusals;
    private volatile long conflicts;

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    void appended(int count, int frameBytes) {
        records = records + count;
        bytes = bytes + frameBytes;
        documents = documents + 1;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    void refused(boolean conflict) {
        refusals = refusals + 1;
        conflicts = conflicts + (conflict ? 1 : 0);
    }

    public long records() {
        return records;
    }

    public long bytes() {
        return bytes;
    }

    public long documents() {
        return documents;
    }

    public long refusals() {
        return refusals;
    }

    public long conflicts() {
        return conflicts;
    }
}
