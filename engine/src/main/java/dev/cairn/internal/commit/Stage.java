package dev.cairn.internal.commit;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The change set of one document: entities as they will be when it is installed, by state key. Slots are reused; a table of
 * slot numbers, probed linearly, finds them.
 *
 * <p>Threading: commit lock held.
 */
final class Stage {
    /** One staged entity. */
    static final class Slot {
        final ByteSlab key = new ByteSlab(64);
        final Entity entity = new Entity();
        /** Wire id of the entity's kind. */
        byte kind;

        private int hash;
    }

    private static final int INITIAL_TABLE = 16;
    private static final int KEPT_SLOTS = 4_096;

    /** Of this process: nobody can choose the keys of a batch so that they all fall into one place. */
    private final long seed = ThreadLocalRandom.current().nextLong();

    private final List<Slot> slots = new ArrayList<>();
    private final BitSet kinds = new BitSet();
    private int used;
    private int[] table = new int[INITIAL_TABLE];

    /** Whether an entity of {@code kind} is staged. */
    boolean holds(Kind kind) {
        return kinds.get(kind.id());
    }

    int size() {
        return used;
    }

    Slot slot(int index) {
        return slots.get(index);
    }

    /** The staged entity under {@code key}, or null. */
    @Nullable
    Slot find(ByteSlab key) {
        if (used == 0) {
            return null;
        }
        int mask = table.length - 1;
        int hash = hash(key);
        for (int i = hash & mask; table[i] != 0; i = (i + 1) & mask) {
            Slot slot = slots.get(table[i] - 1);
            if (slot.hash == hash && slot.key.contentEquals(key)) {
                return slot;
            }
        }
        return null;
    }

    /** A slot for {@code key}, which is not staged yet. */
    Slot add(ByteSlab key, byte kind) {
        if (used == slots.size()) {
            slots.add(new Slot());
        }
        Slot slot = slots.get(used++);
        slot.key.set(key);
        slot.kind = kind;
        kinds.set(kind);
        slot.hash = hash(key);
        if (used * 2 > table.length) {
            table = new int[table.length * 2];
            for (int i = 0; i < used; i++) {
                insert(i);
            }
        } else {
            insert(used - 1);
        }
        return slot;
    }

    void clear() {
        if (used == 0) {
            return;
        }
        if (slots.size() > KEPT_SLOTS) {
            slots.subList(KEPT_SLOTS, slots.size()).clear();
            table = new int[INITIAL_TABLE];
        } else {
            Arrays.fill(table, 0);
        }
        used = 0;
        kinds.clear();
    }

    private void insert(int index) {
        int mask = table.length - 1;
        int i = slots.get(index).hash & mask;
        while (table[i] != 0) {
            i = (i + 1) & mask;
        }
        table[i] = index + 1;
    }

    private int hash(ByteSlab key) {
        return (int) KeyHash.of(key.array(), key.length(), seed);
    }
}
