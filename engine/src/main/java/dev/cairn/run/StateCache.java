package dev.cairn.run;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest states of the runs that were saved to or loaded last, up to a number of bytes: what the next delta is made against.
 *
 * <p>Threading: any thread; the arrays are never written to.
 */
final class StateCache {
    private final long bytesMax;
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Entry(long offset, byte[] state) {}

    StateCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The state of the snapshot at {@code offset}, or null when it is not here. */
    synchronized byte @Nullable [] get(String run, long offset) {
        Entry entry = entries.get(run);
        return entry != null && entry.offset == offset ? entry.state : null;
    }

    /** Keeps the state unless a later one of the run is here. */
    synchronized void put(String run, long offset, byte[] state) {
        Entry old = entries.get(run);
        if (old != null && old.offset > offset || state.length > bytesMax) {
            return;
        }
        entries.put(run, new Entry(offset, state));
        bytes += state.length - (old == null ? 0 : old.state.length);
        Iterator<Entry> eldest = entries.values().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            bytes -= eldest.next().state.length;
            eldest.remove();
        }
    }

    synchronized long bytes() {
        return bytes;
    }
}
