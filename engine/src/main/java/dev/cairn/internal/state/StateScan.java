package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;

/**
 * The content of a store at the moment the scan began, read table by table while writing goes on.
 *
 * <p>A writer that is about to change an entry of a part not yet copied saves the old value here first. Copying a part and
 * saving meet at one lock, held for a moment: a part counts as copied once its end is published, and entries that were
 * saved before are taken from here instead of from the copy.
 *
 * <p>Threading: begun with the commit lock held; {@link #forEach} and {@link #close} by one other thread, without it.
 */
public final class StateScan implements StateSource, AutoCloseable {
    /** By how much a saved value is longer than the value. */
    static final int SAVED_EXTRA_BYTES = 1;

    private static final int WAS_ABSENT = 0;
    private static final int WAS_PRESENT = 1;

    private final StateStore store;
    private final long size;

    /** Old values, each followed by one byte that says whether there was one. */
    private final StateStore saved;

    private final ByteSlab oldValue = new ByteSlab();
    private final StoredValue oldStored = new StoredValue(oldValue);
    private final ByteSlab ignored = new ByteSlab();

    private long uncopiedFrom;
    private boolean copied;
    private boolean ended;
    private boolean freesStore;

    StateScan(StateStore store, StateStore saved) {
        this.store = store;
        this.saved = saved;
        size = store.size();
    }

    /** How many entries there are to visit. */
    @Override
    public long size() {
        return size;
    }

    /** Visits every entry as it was when the scan began; may be called once. */
    @Override
    public <X extends Exception> void forEach(StateVisitor<X> visitor) throws X {
        StateWalk walk = new StateWalk(store.space());
        while (walk.advance()) {
            publishCopied(walk.end());
            walk.forEach((key, value) -> {
                if (saved.size() == 0 || !saved.get(key, ignored)) {
                    visitor.entry(key, value);
                }
            });
        }
        saved.forEach((key, value) -> {
            int last = value.length() - 1;
            if (value.byteAt(last) == WAS_PRESENT) {
                visitor.entry(key, value.length(last));
            }
        });
    }

    /** Ends the scan; writers save nothing any more. */
    @Override
    public void close() {
        boolean free;
        synchronized (this) {
            free = freesStore && !ended;
            copied = true;
            ended = true;
            store.endScan(this);
        }
        saved.close();
        if (free) {
            store.space().free();
        }
    }

    /** Asks the scan to free the store, which was closed, when it ends; false when it has ended already. */
    synchronized boolean freesStoreAtEnd() {
        freesStore = !ended;
        return freesStore;
    }

    /** Saves what the store holds under {@code key} unless that part was copied; commit lock held. */
    synchronized void beforeChange(StoredKey key) {
        if (copied || Long.compareUnsigned(key.hash(), uncopiedFrom) < 0 || saved.get(key.slab(), ignored)) {
            return;
        }
        boolean present = store.getOwned(key, oldStored);
        if (!present) {
            oldValue.clear();
        }
        oldValue.putByte(present ? WAS_PRESENT : WAS_ABSENT);
        saved.put(key.slab(), oldValue);
    }

    private synchronized void publishCopied(long end) {
        uncopiedFrom = end;
        copied = end == 0;
    }
}
