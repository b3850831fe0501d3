package dev.cairn.internal.state;

/**
 * What an {@link OperationMemory} held at the moment the scan began, also if it drops a generation meanwhile.
 *
 * <p>Threading: begun with the commit lock held; used and closed by one other thread, without it.
 */
public final class OperationScan implements StateSource, AutoCloseable {
    private final StateScan older;
    private final StateScan newer;

    OperationScan(StateScan older, StateScan newer) {
        this.older = older;
        this.newer = newer;
    }

    /** How many operations there are to visit. */
    @Override
    public long size() {
        return older.size() + newer.size();
    }

    /** Visits every operation, the older generation first; may be called once. */
    @Override
    public <X extends Exception> void forEach(StateVisitor<X> visitor) throws X {
        older.forEach(visitor);
        newer.forEach(visitor);
    }

    @Override
    public void close() {
        older.close();
        newer.close();
    }
}
