package dev.cairn.internal.index;

/**
 * The entries of one bucket that are in no chain. Those on offer come first and are a heap of four children a node: the higher
 * priority before the lower, then the lower creation offset before the higher. Those that are suspended lie behind the heap,
 * in no order.
 *
 * <pre>
 *  long 0: creation offset
 *  long 1: priority (32 bits) | number of the key (32 bits)
 * </pre>
 *
 * What is compared lies in the heap itself and the four children of a node side by side, so that a level costs one or two
 * lines of the processor's cache. Where an entry lies is written into the {@link Places}, under the number of its key.
 *
 * <p>Threading: commit lock held.
 */
final class OfferHeap {
    private static final int ENTRY_LONGS = 2;
    private static final int CHILDREN = 4;
    private static final long LOW = 0xFFFF_FFFFL;
    private static final int OBJECT_BYTES = 40;

    private final int bucket;
    private final Places places;
    private final PagedLongs entries = new PagedLongs();
    private int offered;
    private int size;

    /** @param bucket which one it is of, in {@link Buckets} and in the places */
    OfferHeap(int bucket, Places places) {
        this.bucket = bucket;
        this.places = places;
    }

    /** How many entries are on offer. */
    int offered() {
        return offered;
    }

    /** How many entries there are, suspended ones included. */
    int size() {
        return size;
    }

    /** The key of the entry that comes first of those on offer; there is one. */
    int top() {
        return (int) rank(0);
    }

    void add(int key, int priority, long createdOffset, boolean offer) {
        int index = size++;
        entries.length(ENTRY_LONGS * size);
        write(index, createdOffset, rank(priority, key));
        if (offer) {
            resume(index);
        }
    }

    /** Takes out the entry at {@code index}; its place is not written any more. */
    void remove(int index) {
        int hole = index;
        if (isOffered(index)) {
            suspend(index);
            hole = offered;
        }
        int last = --size;
        if (hole != last) {
            write(hole, created(last), rank(last));
        }
        entries.length(ENTRY_LONGS * size);
    }

    void suspend(int index) {
        int last = --offered;
        if (index != last) {
            swap(index, last);
            settle(index);
        }
    }

    void resume(int index) {
        int last = offered++;
        if (index != last) {
            swap(index, last);
        }
        settle(last);
    }

    boolean isOffered(int index) {
        return index < offered;
    }

    /** Gives the entry at {@code index} another place in the order. */
    void update(int index, int priority, long createdOffset) {
        long before = rank(index);
        long after = rank(priority, (int) before);
        if (before != after || created(index) != createdOffset) {
            write(index, createdOffset, after);
            if (isOffered(index)) {
                settle(index);
            }
        }
    }

    /** The key of the entry at {@code index} has another number now. */
    void renumber(int index, int key) {
        write(index, created(index), rank(index) & ~LOW | key);
    }

    long bytes() {
        return OBJECT_BYTES + entries.bytes();
    }

    /** Moves the entry at {@code index} up or down to where the order wants it. */
    private void settle(int index) {
        long created = created(index);
        long rank = rank(index);
        int to = rise(index, created, rank);
        if (to == index) {
            to = sink(index, created, rank);
        }
        if (to != index) {
            write(to, created, rank);
        }
    }

    private int rise(int from, long created, long rank) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) / CHILDREN;
            if (!isBefore(created, rank, created(parent), rank(parent))) {
                break;
            }
            write(hole, created(parent), rank(parent));
            hole = parent;
        }
        return hole;
    }

    private int sink(int from, long created, long rank) {
        int hole = from;
        for (int child = firstChild(hole); child < offered; child = firstChild(hole)) {
            int best = child;
            int end = Math.min(child + CHILDREN, offered);
            for (int other = child + 1; other < end; other++) {
                if (isBefore(created(other), rank(other), created(best), rank(best))) {
                    best = other;
                }
            }
            if (!isBefore(created(best), rank(best), created, rank)) {
                break;
            }
            write(hole, created(best), rank(best));
            hole = best;
        }
        return hole;
    }

    private void swap(int left, int right) {
        long created = created(left);
        long rank = rank(left);
        write(left, created(right), rank(right));
        write(right, created, rank);
    }

    private void write(int index, long created, long rank) {
        entries.set(ENTRY_LONGS * index, created);
        entries.set(ENTRY_LONGS * index + 1, rank);
        places.heap((int) rank, bucket, index);
    }

    int priority(int index) {
        return (int) (rank(index) >> Integer.SIZE);
    }

    long createdOffset(int index) {
        return created(index);
    }

    private long created(int index) {
        return entries.get(ENTRY_LONGS * index);
    }

    private long rank(int index) {
        return entries.get(ENTRY_LONGS * index + 1);
    }

    private static int firstChild(int index) {
        return CHILDREN * index + 1;
    }

    private static long rank(int priority, int key) {
        return (long) priority << Integer.SIZE | key;
    }

    private static boolean isBefore(long created, long rank, long otherCreated, long otherRank) {
        int priority = (int) (rank >> Integer.SIZE);
        int otherPriority = (int) (otherRank >> Integer.SIZE);
        return priority != otherPriority ? priority > otherPriority : created < otherCreated;
    }
}
