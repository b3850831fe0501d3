package dev.cairn.internal.state;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which table holds which part of the hash space: one slot for each value of the first {@link #depth} bits.
 *
 * <p>A table whose keys share fewer bits stands in several neighbouring slots; an empty slot has no entries yet. This is
 * extendible hashing (Fagin, Nievergelt, Pippenger, Strong 1979), by the high bits.
 *
 * <p>Threading: written with the commit lock held, read by any thread.
 */
final class TableDirectory {
    private final int depth;
    private final AtomicReferenceArray<@Nullable StateTable> slots;

    TableDirectory(int depth) {
        this.depth = depth;
        slots = new AtomicReferenceArray<>(1 << depth);
    }

    int depth() {
        return depth;
    }

    int size() {
        return slots.length();
    }

    int slotOf(long hash) {
        return (int) (hash >>> Long.SIZE - depth);
    }

    @Nullable
    StateTable at(int slot) {
        return slots.get(slot);
    }

    /** The first hash beyond {@code slot} as an unsigned number; 0 after the last. */
    long endOf(int slot) {
        return (slot + 1L) << Long.SIZE - depth;
    }

    /** Puts {@code table} into every slot of its part, or clears them. */
    void fill(int tableDepth, long prefix, @Nullable StateTable table) {
        int width = 1 << depth - tableDepth;
        int first = (int) (prefix * width);
        for (int slot = first; slot < first + width; slot++) {
            slots.set(slot, table);
        }
    }

    /** A directory with two slots for each of this one. */
    TableDirectory doubled() {
        TableDirectory doubled = new TableDirectory(depth + 1);
        for (int slot = 0; slot < doubled.size(); slot++) {
            doubled.slots.set(slot, slots.get(slot >>> 1));
        }
        return doubled;
    }
}
