package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;

/**
 * A walk through the hash space of a store, one table at a time: copies the entries of a table while its writers wait, and
 * hands them out afterwards.
 *
 * <p>Each entry that stays unchanged during the walk is met exactly once, also when tables grow and split meanwhile.
 *
 * <p>Threading: one instance per walking thread.
 */
public final class StateWalk {
    private final TableSpace space;
    private final ByteSlab copied = new ByteSlab(64 * 1024);
    private final ByteSlab key = new ByteSlab();
    private final ByteSlab value = new ByteSlab();
    private final StoredKey keyStored = new StoredKey(key);
    private final StoredValue valueStored = new StoredValue(value);

    private long end;
    private boolean finished;

    StateWalk(TableSpace space) {
        this.space = space;
    }

    /** Copies the next table; false when there was none left. */
    public boolean advance() {
        if (finished) {
            return false;
        }
        copied.clear();
        end = space.copyTable(end, this);
        finished = end == 0;
        return true;
    }

    /** The first hash, as an unsigned number, that was not yet copied; 0 when all were. */
    long end() {
        return end;
    }

    /** Called by the space with the table that covers the next part; the table does not go away meanwhile. */
    void copy(StateTable table) {
        table.forEach(keyStored, valueStored, (keyIn, valueIn) -> {
            copied.putInt(key.length());
            copied.putInt(value.length());
            copied.putBytes(key);
            copied.putBytes(value);
        });
    }

    /** Hands out the entries of the last copied table. */
    public <X extends Exception> void forEach(StateVisitor<X> visitor) throws X {
        int at = 0;
        while (at < copied.length()) {
            int keyBytes = copied.intAt(at);
            int valueBytes = copied.intAt(at + Integer.BYTES);
            at += 2 * Integer.BYTES;
            key.clear().putBytes(copied, at, keyBytes);
            value.clear().putBytes(copied, at + keyBytes, valueBytes);
            at += keyBytes + valueBytes;
            visitor.entry(key, value);
        }
    }
}
