package dev.cairn.internal.state;

import org.jspecify.annotations.Nullable;

/**
 * All tables of a store, and the directory that finds them.
 *
 * <p>A table that is replaced gives way in this order: its successors stand in the directory, then it is retired. So a
 * reader that finds it retired finds the successor when it looks again.
 *
 * <p>Threading: looked into by any thread; changed by the writers of the store. Changes of the directory itself are
 * serialised here, because loading has more than one writer.
 */
final class TableSpace {
    private volatile TableDirectory directory;
    private volatile boolean freed;

    TableSpace(int depth) {
        directory = new TableDirectory(depth);
    }

    /** The table that holds the keys of {@code hash}, or null when there are none yet. */
    @Nullable
    StateTable at(long hash) {
        TableDirectory all = directory;
        return all.at(all.slotOf(hash));
    }

    /** How many high bits of a hash the table of a part without any will have in common. */
    int depth() {
        return directory.depth();
    }

    /** Puts tables in place that together cover what {@code replaced} covered, or a part that had none. */
    synchronized void install(@Nullable StateTable replaced, StateTable... successors) {
        for (StateTable table : successors) {
            while (table.depth() > directory.depth()) {
                directory = directory.doubled();
            }
        }
        for (StateTable table : successors) {
            directory.fill(table.depth(), table.prefix(), table);
        }
        if (replaced != null) {
            replaced.retire();
        }
    }

    /** Lets go of every table. */
    synchronized void free() {
        freed = true;
        TableDirectory all = directory;
        for (int slot = 0; slot < all.size(); slot++) {
            StateTable table = all.at(slot);
            if (table != null) {
                all.fill(table.depth(), table.prefix(), null);
                table.retire();
            }
        }
    }

    boolean isFreed() {
        return freed;
    }

    /**
     * Copies the table that covers the hash {@code from} into {@code walk}.
     *
     * @return the first hash, as an unsigned number, beyond that table; 0 after the last
     */
    long copyTable(long from, StateWalk walk) {
        while (true) {
            TableDirectory all = directory;
            int slot = all.slotOf(from);
            StateTable table = all.at(slot);
            if (freed) {
                throw new StateStore.ClosedException();
            }
            if (table == null) {
                return all.endOf(slot);
            }
            if (table.enter()) {
                try {
                    walk.copy(table);
                    return table.prefix() + 1 << Long.SIZE - table.depth();
                } finally {
                    table.exit();
                }
            }
        }
    }

    /** Memory outside the heap in bytes, reserved rather than touched. */
    long offHeapBytes() {
        TableDirectory all = directory;
        long sum = 0;
        StateTable last = null;
        for (int slot = 0; slot < all.size(); slot++) {
            StateTable table = all.at(slot);
            if (table != null && table != last && table.enter()) {
                sum += table.offHeapBytes();
                table.exit();
            }
            last = table;
        }
        return sum;
    }
}
