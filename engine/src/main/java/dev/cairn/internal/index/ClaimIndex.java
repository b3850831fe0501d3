package dev.cairn.internal.index;

import dev.cairn.internal.codec.ByteSlab;
import java.util.function.ToLongFunction;

/**
 * What can be claimed: for each pair of queue and status, which key of those on offer has the highest priority and, among
 * these, the lowest creation offset.
 *
 * <p>Each key is in one bucket, on offer or suspended. Every operation is O(log n) in the entries of a bucket, and O(1) for those that
 * come and go in the order of their creation; it allocates nothing but a page now and then, and touches nothing but memory. A million keys of 20 bytes cost 64 MB; a key that is
 * removed gives its memory back, a bucket of one entry costs another 137 bytes. Keys, queues and statuses are bytes: 512 of each always fit.
 *
 * <p>The index is derived from current state and never asked for anything else: it can be thrown away and filled again at any
 * time, in any order.
 *
 * <p>Threading: commit lock held. A claim looks and moves under the same hold of the lock, so claims are linearizable as
 * writes are.
 */
public final class ClaimIndex {
    /** Takes the buckets that have entries, in no order. */
    @FunctionalInterface
    public interface BucketVisitor {
        /** The slabs are valid until the method returns. */
        void bucket(ByteSlab queue, ByteSlab status, int offered, int suspended);
    }

    private final ToLongFunction<ByteSlab> hash;
    private KeyTable keys;
    private Places places;

    private Buckets buckets;

    /**
     * @param hash of the content of a slab; spreads keys evenly over its low 32 bits, and by a seed that nobody outside
     *     knows: else somebody can choose keys that share a chain
     */
    public ClaimIndex(ToLongFunction<ByteSlab> hash) {
        this.hash = hash;
        keys = new KeyTable(hash);
        places = new Places();
        buckets = new Buckets(hash, places);
    }

    /**
     * Says where {@code key} waits now. A key that is new is on offer; one that is known moves, and stays suspended if it
     * was.
     *
     * @throws IllegalArgumentException when a name is too long; nothing has changed then
     */
    public void put(ByteSlab key, ByteSlab queue, ByteSlab status, int priority, long createdOffset) {
        KeyArena.checkLength(key.length());
        Buckets.checkLength(queue, status);
        Offers to = buckets.obtain(queue, status);
        int number = keys.find(key);
        if (number == KeyTable.NONE) {
            number = keys.add(key);
            places.length(keys.size());
            to.add(number, priority, createdOffset, true);
            return;
        }
        Offers from = offers(number);
        if (to == from) {
            to.update(number, priority, createdOffset);
            return;
        }
        boolean offer = from.isOffered(number);
        from.remove(number);
        buckets.dropIfEmpty(from);
        to.add(number, priority, createdOffset, offer);
    }

    /** Forgets {@code key}; returns whether it was known. */
    public boolean remove(ByteSlab key) {
        int number = keys.find(key);
        if (number == KeyTable.NONE) {
            return false;
        }
        Offers offers = offers(number);
        offers.remove(number);
        buckets.dropIfEmpty(offers);
        int last = keys.remove(number);
        if (last != number) {
            offers(last).renumber(last, number);
        }
        places.length(keys.size());
        return true;
    }

    /** Offers {@code key} no more, until it is resumed or removed; returns whether it is known. */
    public boolean suspend(ByteSlab key) {
        return offer(key, false);
    }

    /** Offers {@code key} again; returns whether it is known. */
    public boolean resume(ByteSlab key) {
        return offer(key, true);
    }

    /**
     * Replaces the content of {@code into} with the key that comes first of those on offer.
     *
     * @return false when none is on offer; {@code into} is unchanged then
     */
    public boolean peek(ByteSlab queue, ByteSlab status, ByteSlab into) {
        Offers offers = buckets.find(queue, status);
        if (offers == null || offers.offered() == 0) {
            return false;
        }
        keys.read(offers.top(), into);
        return true;
    }

    /** Whether {@code key} is known, on offer or suspended. */
    public boolean knows(ByteSlab key) {
        return keys.find(key) != KeyTable.NONE;
    }

    /** The creation offset that {@code key} was put with; −1 when it is not known. */
    public long createdOffset(ByteSlab key) {
        int number = keys.find(key);
        return number == KeyTable.NONE ? -1 : offers(number).createdOffset(number);
    }

    /** How many keys are on offer. */
    public int size(ByteSlab queue, ByteSlab status) {
        Offers offers = buckets.find(queue, status);
        return offers == null ? 0 : offers.offered();
    }

    /** How many keys are known, suspended ones included. */
    public int size() {
        return keys.size();
    }

    /** Hands out all buckets. The visitor does not change the index. */
    public void forEachBucket(BucketVisitor visitor) {
        buckets.forEach(visitor);
    }

    /** Forgets everything and gives all memory back. */
    public void clear() {
        keys = new KeyTable(hash);
        places = new Places();
        buckets = new Buckets(hash, places);
    }

    /** Memory in bytes, computed from the sizes of all arrays; O(buckets). */
    public long bytes() {
        return keys.bytes() + places.bytes() + buckets.bytes();
    }

    private boolean offer(ByteSlab key, boolean offer) {
        int number = keys.find(key);
        if (number == KeyTable.NONE) {
            return false;
        }
        if (offer) {
            offers(number).resume(number);
        } else {
            offers(number).suspend(number);
        }
        return true;
    }

    private Offers offers(int number) {
        return buckets.get(places.bucket(number));
    }
}
