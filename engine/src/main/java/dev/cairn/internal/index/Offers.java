package dev.cairn.internal.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one bucket, in the order in which they are claimed: the higher priority before the lower, then the lower
 * creation offset before the higher.
 *
 * <p>What comes and goes in the order of its creation, as nearly everything does, is in a chain for each priority: it is added
 * at one end and taken from the other at the cost of a few writes, whatever waits. What comes in between, what is of a
 * priority beyond the first {@value #CHAINS_MAX}, and what is suspended is in an {@link OfferHeap}. What comes first is the
 * first of the one or of the other.
 *
 * <p>Each chain is two longs, those of the highest priority first:
 *
 * <pre>
 *  long 0: priority (32 bits) | number of the first key (32 bits)
 *  long 1: 0        (32 bits) | number of the last key  (32 bits)
 * </pre>
 *
 * <p>Threading: commit lock held.
 */
final class Offers {
    static final int CHAINS_MAX = 32;

    private static final int CHAIN_LONGS = 2;
    private static final int NONE = -1;
    private static final long LOW = 0xFFFF_FFFFL;
    private static final int ARRAY_HEADER_BYTES = 16;
    private static final int OBJECT_BYTES = 48;

    /** Which bucket this is, in {@link Buckets} and in the places. */
    final int bucket;
    /** Number of the bucket's name, which changes. */
    int name;

    private final Places places;
    private long[] chains = new long[CHAIN_LONGS];
    private int chainCount;
    private int chained;
    private @Nullable OfferHeap heap;

    Offers(int bucket, Places places) {
        this.bucket = bucket;
        this.places = places;
    }

    /** How many entries are on offer. */
    int offered() {
        return chained + (heap == null ? 0 : heap.offered());
    }

    /** How many entries there are, suspended ones included. */
    int size() {
        return chained + (heap == null ? 0 : heap.size());
    }

    /** The key of the entry that comes first of those on offer; there is one. */
    int top() {
        OfferHeap others = heap;
        if (others == null || others.offered() == 0) {
            return first(0);
        }
        if (chainCount == 0) {
            return others.top();
        }
        int chain = first(0);
        int priority = others.priority(0);
        boolean chainFirst =
                priority(0) != priority ? priority(0) > priority : places.created(chain) < others.createdOffset(0);
        return chainFirst ? chain : others.top();
    }

    void add(int key, int priority, long createdOffset, boolean offer) {
        if (!offer || !chain(key, priority, createdOffset)) {
            heap().add(key, priority, createdOffset, offer);
        }
    }

    /** Takes out the entry of {@code key}; its place is not written any more. */
    void remove(int key) {
        if (places.isChained(key)) {
            unchain(key);
        } else {
            heap().remove(places.index(key));
        }
    }

    void suspend(int key) {
        if (places.isChained(key)) {
            int priority = places.priority(key);
            long createdOffset = places.created(key);
            unchain(key);
            heap().add(key, priority, createdOffset, false);
        } else if (isOffered(key)) {
            heap().suspend(places.index(key));
        }
    }

    void resume(int key) {
        if (isOffered(key)) {
            return;
        }
        OfferHeap others = heap();
        int index = places.index(key);
        int priority = others.priority(index);
        long createdOffset = others.createdOffset(index);
        others.remove(index);
        add(key, priority, createdOffset, true);
    }

    boolean isOffered(int key) {
        return places.isChained(key) || heap().isOffered(places.index(key));
    }

    /** Gives the entry of {@code key} another place in the order. */
    void update(int key, int priority, long createdOffset) {
        if (!places.isChained(key)) {
            heap().update(places.index(key), priority, createdOffset);
        } else if (places.priority(key) != priority || places.created(key) != createdOffset) {
            unchain(key);
            add(key, priority, createdOffset, true);
        }
    }

    /** The key with the number {@code from} has the number {@code to} from now on. */
    void renumber(int from, int to) {
        if (!places.isChained(from)) {
            heap().renumber(places.index(from), to);
            return;
        }
        int at = find(places.priority(from));
        int previous = places.previous(from);
        int next = places.next(from);
        places.chain(to, bucket, places.priority(from), places.created(from));
        join(at, previous, to);
        join(at, to, next);
    }

    long createdOffset(int key) {
        return places.isChained(key) ? places.created(key) : heap().createdOffset(places.index(key));
    }

    long bytes() {
        return OBJECT_BYTES
                + ARRAY_HEADER_BYTES
                + (long) Long.BYTES * chains.length
                + (heap == null ? 0 : heap.bytes());
    }

    private OfferHeap heap() {
        OfferHeap made = heap;
        if (made == null) {
            made = new OfferHeap(bucket, places);
            heap = made;
        }
        return made;
    }

    // Chains

    /** Puts the entry at one of the ends of its chain, if that is where it belongs. */
    private boolean chain(int key, int priority, long createdOffset) {
        int at = find(priority);
        if (at < 0) {
            if (chainCount == CHAINS_MAX) {
                return false;
            }
            insert(~at, priority);
            places.chain(key, bucket, priority, createdOffset);
            join(~at, NONE, key);
            join(~at, key, NONE);
        } else if (createdOffset > places.created(last(at))) {
            int last = last(at);
            places.chain(key, bucket, priority, createdOffset);
            join(at, last, key);
            join(at, key, NONE);
        } else if (createdOffset < places.created(first(at))) {
            int first = first(at);
            places.chain(key, bucket, priority, createdOffset);
            join(at, NONE, key);
            join(at, key, first);
        } else {
            return false;
        }
        chained++;
        return true;
    }

    private void unchain(int key) {
        int at = find(places.priority(key));
        int previous = places.previous(key);
        int next = places.next(key);
        chained--;
        if (previous == NONE && next == NONE) {
            drop(at);
        } else {
            join(at, previous, next);
        }
    }

    /** Lets two keys follow each other; {@link #NONE} stands for the ends of the chain at {@code at}. */
    private void join(int at, int previous, int next) {
        if (previous == NONE) {
            first(at, next);
        } else {
            places.next(previous, next);
        }
        if (next == NONE) {
            last(at, previous);
        } else {
            places.previous(next, previous);
        }
    }

    /** Where the chain of {@code priority} is; the complement of where it would be when there is none. */
    private int find(int priority) {
        int low = 0;
        int high = chainCount - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int there = priority(middle);
            if (there == priority) {
                return middle;
            }
            if (there > priority) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return ~low;
    }

    private void insert(int at, int priority) {
        int longs = CHAIN_LONGS * chainCount;
        if (longs == chains.length) {
            chains = Arrays.copyOf(chains, 2 * longs);
        }
        System.arraycopy(chains, CHAIN_LONGS * at, chains, CHAIN_LONGS * (at + 1), longs - CHAIN_LONGS * at);
        chainCount++;
        chains[CHAIN_LONGS * at] = (long) priority << Integer.SIZE;
    }

    private void drop(int at) {
        chainCount--;
        int from = CHAIN_LONGS * (at + 1);
        System.arraycopy(chains, from, chains, CHAIN_LONGS * at, CHAIN_LONGS * (chainCount - at));
    }

    private int priority(int at) {
        return (int) (chains[CHAIN_LONGS * at] >>> Integer.SIZE);
    }

    private int first(int at) {
        return (int) chains[CHAIN_LONGS * at];
    }

    private void first(int at, int key) {
        chains[CHAIN_LONGS * at] = chains[CHAIN_LONGS * at] & ~LOW | key & LOW;
    }

    private int last(int at) {
        return (int) chains[CHAIN_LONGS * at + 1];
    }

    private void last(int at, int key) {
        chains[CHAIN_LONGS * at + 1] = key & LOW;
    }
}
