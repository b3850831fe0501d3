package dev.cairn.internal.index;

import dev.cairn.internal.codec.ByteSlab;
import java.util.function.ToLongFunction;

/**
 * What can be claimed: for each pair of queue and status, which key of those on offer has the highest priority and, among
 * these, the lowest creation offset.
 *
 * <p>Each key is in one bucket, on offer or suspended. Every operation is O(log n) in the entries of a bucket, allocates
 * nothing but a page now and then, and touches nothing but memory. A million keys of 20 bytes cost 64 MB; a key that is
 * removed gives its memory back, a bucket of one entry costs another 145 bytes. Keys, queues and statuses are bytes: 512 of each always fit.
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
    /** By the number of a key: its bucket, and where in that it lies. */
    private PagedLongs places;

    private Buckets buckets;

    /**
     * @param hash of the content of a slab; spreads keys evenly over its low 32 bits, and by a seed that nobody outside
     *     knows: else somebody can choose keys that share a chain
     */
    public ClaimIndex(ToLongFunction<ByteSlab> hash) {
        this.hash = hash;
        keys = new KeyTable(hash);
        places = new PagedLongs();
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
        OfferHeap to = buckets.obtain(queue, status);
        int number = keys.find(key);
        if (number == KeyTable.NONE) {
            number = keys.add(key);
            places.length(keys.size());
            to.add(number, priority, createdOffset, true);
            return;
        }
        long place = places.get(number);
        int index = OfferHeap.indexOf(place);
        if (to.bucket == OfferHeap.bucketOf(place)) {
            to.update(index, priority, createdOffset);
            return;
        }
        OfferHeap from = heapAt(place);
        boolean offer = from.isOffered(index);
        from.remove(index);
        buckets.dropIfEmpty(from);
        to.add(number, priority, createdOffset, offer);
    }

    /** Forgets {@code key}; returns whether it was known. */
    public boolean remove(ByteSlab key) {
        int number = keys.find(key);
        if (number == KeyTable.NONE) {
            return false;
        }
        long place = places.get(number);
        OfferHeap heap = heapAt(place);
        heap.remove(OfferHeap.indexOf(place));
        buckets.dropIfEmpty(heap);
        int last = keys.remove(number);
        if (last != number) {
            long moved = places.get(last);
            heapAt(moved).renumber(OfferHeap.indexOf(moved), number);
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
        OfferHeap heap = buckets.find(queue, status);
        if (heap == null || heap.offered() == 0) {
            return false;
        }
        keys.read(heap.top(), into);
        return true;
    }

    /** Whether {@code key} is known, on offer or suspended. */
    public boolean knows(ByteSlab key) {
        return keys.find(key) != KeyTable.NONE;
    }

    /** The creation offset that {@code key} was put with; −1 when it is not known. */
    public long createdOffset(ByteSlab key) {
        int number = keys.find(key);
        if (number == KeyTable.NONE) {
            return -1;
        }
        long place = places.get(number);
        return heapAt(place).createdOffset(OfferHeap.indexOf(place));
    }

    /** How many keys are on offer. */
    public int size(ByteSlab queue, ByteSlab status) {
        OfferHeap heap = buckets.find(queue, status);
        return heap == null ? 0 : heap.offered();
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
        places = new PagedLongs();
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
        long place = places.get(number);
        OfferHeap heap = heapAt(place);
        int index = OfferHeap.indexOf(place);
        if (heap.isOffered(index) != offer) {
            if (offer) {
                heap.resume(index);
            } else {
                heap.suspend(index);
            }
        }
        return true;
    }

    private OfferHeap heapAt(long place) {
        return buckets.get(OfferHeap.bucketOf(place));
    }
}
