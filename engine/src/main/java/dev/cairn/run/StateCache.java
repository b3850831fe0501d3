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
    /** What an entry costs beside the state and the name of its run: else the smallest states would be kept without a limit. */
    private static final int ENTRY_BYTES = 160;

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
        if (old != null && old.offset > offset || bytes(run, state) > bytesMax) {
            return;
        }
        entries.put(run, new Entry(offset, state));
        bytes += bytes(run, state) - (old == null ? 0 : bytes(run, old.state));
        Iterator<Map.Entry<String, Entry>> eldest = entries.entrySet().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            Map.Entry<String, Entry> gone = eldest.next();
            bytes -= bytes(gone.getKey(), gone.getValue().state);
            eldest.remove();
        }
    }

    private static long bytes(String run, byte[] state) {
        return ENTRY_BYTES + (long) Character.BYTES * run.length() + state.length;
    }

    synchronized long bytes() {
        return bytes;
    }
}
