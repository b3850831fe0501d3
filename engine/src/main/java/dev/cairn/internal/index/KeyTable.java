package dev.cairn.internal.index;

import dev.cairn.internal.codec.ByteSlab;
import java.util.function.ToLongFunction;

/**
 * A set of keys that numbers its members: n keys have the numbers 0 to n − 1. When one is removed, the one with the
 * last number takes its place.
 *
 * <p>A linear hash table (Litwin, 1980) with as many chains as keys: adding a key splits one chain in two, removing one joins
 * two again. So it never has to be built anew, and no operation waits for the rest of the table. Chain c begins in record c:
 *
 * <pre>
 *  long 0: first number of chain c + 1 (32 bits) | number after this key in its own chain + 1 (32 bits)
 *  long 1: hash of the key             (32 bits) | handle of the key in the arena            (32 bits)
 * </pre>
 *
 * <p>Threading: commit lock held.
 */
final class KeyTable {
    static final int NONE = -1;

    private static final int RECORD_LONGS = 2;
    private static final long LOW = 0xFFFF_FFFFL;

    private final ToLongFunction<ByteSlab> hash;
    private final KeyArena arena = new KeyArena();
    private final PagedLongs records = new PagedLongs();
    private final ByteSlab moving = new ByteSlab(KeyArena.KEY_BYTES_MAX);
    private int size;
    /** Number of the key that was read or found last: what is claimed is looked up by its key several times more. */
    private int latest = NONE;

    /** @param hash spreads keys evenly over its low 32 bits, and by a seed that nobody outside knows */
    KeyTable(ToLongFunction<ByteSlab> hash) {
        this.hash = hash;
    }

    int size() {
        return size;
    }

    /** The number of {@code key}, or {@link #NONE}. */
    int find(ByteSlab key) {
        if (latest >= 0 && latest < size && arena.equals(handleAt(latest), key)) {
            return latest;
        }
        if (size == 0) {
            return NONE;
        }
        int wanted = hash(key);
        int at = first(chainOf(wanted));
        while (at != NONE && !(hashAt(at) == wanted && arena.equals(handleAt(at), key))) {
            at = next(at);
        }
        latest = at;
        return at;
    }

    /** Replaces the content of {@code into} with the key numbered {@code number}. */
    void read(int number, ByteSlab into) {
        latest = number;
        arena.read(handleAt(number), into);
    }

    /**
     * Adds {@code key}, which is no member yet.
     *
     * @return its number, the last
     */
    int add(ByteSlab key) {
        int handle = arena.add(key);
        int keyHash = hash(key);
        int number = size;
        records.length(RECORD_LONGS * (number + 1));
        records.set(RECORD_LONGS * number, 0);
        records.set(RECORD_LONGS * number + 1, (long) keyHash << Integer.SIZE | handle & LOW);
        size++;
        if (number > 0) {
            splitInto(number);
        }
        int chain = chainOf(keyHash);
        next(number, first(chain));
        first(chain, number);
        return number;
    }

    /**
     * Removes the key numbered {@code number}.
     *
     * @return the number that was the last: whoever had it has {@code number} now
     */
    int remove(int number) {
        arena.free(handleAt(number));
        relink(number, next(number));
        int last = --size;
        if (last > 0) {
            joinBack(last);
        }
        if (number != last) {
            relink(last, number);
            next(number, next(last));
            records.set(RECORD_LONGS * number + 1, records.get(RECORD_LONGS * last + 1));
        }
        records.length(RECORD_LONGS * last);
        if (arena.wantsCompaction()) {
            compact(arena.emptiest());
        }
        return last;
    }

    long bytes() {
        return arena.bytes() + records.bytes() + moving.array().length;
    }

    /** Moves the keys of one chunk that live, those whose handle the table knows; with the last one the chunk is gone. */
    private void compact(int chunk) {
        if (chunk == NONE) {
            return;
        }
        int handle = arena.firstIn(chunk);
        while (arena.holds(chunk)) {
            int following = arena.nextIn(chunk, handle);
            arena.read(handle, moving);
            int number = numberOf(handle, hash(moving));
            if (number != NONE) {
                handle(number, arena.add(moving));
                arena.free(handle);
            }
            handle = following;
        }
    }

    private int numberOf(int handle, int keyHash) {
        if (size == 0) {
            return NONE;
        }
        int at = first(chainOf(keyHash));
        while (at != NONE && handleAt(at) != handle) {
            at = next(at);
        }
        return at;
    }

    /** The chains below {@code size}'s highest power of two take one more bit of the hash where they were split already. */
    private int chainOf(int keyHash) {
        int half = Integer.highestOneBit(size);
        int chain = keyHash & (2 * half - 1);
        return chain < size ? chain : keyHash & (half - 1);
    }

    /** Begins chain {@code chain} with what belongs to it of the chain that differs from it in the highest bit. */
    private void splitInto(int chain) {
        int bit = Integer.highestOneBit(chain);
        int staying = NONE;
        int going = NONE;
        int at = first(chain - bit);
        while (at != NONE) {
            int following = next(at);
            if ((hashAt(at) & bit) != 0) {
                next(at, going);
                going = at;
            } else {
                next(at, staying);
                staying = at;
            }
            at = following;
        }
        first(chain - bit, staying);
        first(chain, going);
    }

    private void joinBack(int chain) {
        int tail = first(chain);
        if (tail == NONE) {
            return;
        }
        int into = chain - Integer.highestOneBit(chain);
        while (next(tail) != NONE) {
            tail = next(tail);
        }
        next(tail, first(into));
        first(into, first(chain));
    }

    /** Lets whatever points to {@code number} in its chain point to {@code to}. */
    private void relink(int number, int to) {
        int chain = chainOf(hashAt(number));
        int at = first(chain);
        if (at == number) {
            first(chain, to);
            return;
        }
        while (next(at) != number) {
            at = next(at);
        }
        next(at, to);
    }

    private int hash(ByteSlab key) {
        return (int) hash.applyAsLong(key);
    }

    private int first(int chain) {
        return (int) (records.get(RECORD_LONGS * chain) >>> Integer.SIZE) - 1;
    }

    private void first(int chain, int number) {
        int index = RECORD_LONGS * chain;
        records.set(index, records.get(index) & LOW | (long) (number + 1) << Integer.SIZE);
    }

    private int next(int number) {
        return (int) records.get(RECORD_LONGS * number) - 1;
    }

    private void next(int number, int following) {
        int index = RECORD_LONGS * number;
        records.set(index, records.get(index) & ~LOW | following + 1);
    }

    private int hashAt(int number) {
        return (int) (records.get(RECORD_LONGS * number + 1) >>> Integer.SIZE);
    }

    private int handleAt(int number) {
        return (int) records.get(RECORD_LONGS * number + 1);
    }

    private void handle(int number, int handle) {
        int index = RECORD_LONGS * number + 1;
        records.set(index, records.get(index) & ~LOW | handle & LOW);
    }
}
