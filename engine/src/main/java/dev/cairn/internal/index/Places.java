package dev.cairn.internal.index;

/**
 * By the number of a key, where its entry is: in a heap, and at which index there; or in a chain, and between which others.
 *
 * <pre>
 *  places:  bucket (32 bits)                 | index in its heap (32 bits)
 *           complement of bucket (32 bits)   | priority          (32 bits)    in a chain
 *  links:   creation offset                                                   in a chain, else of any value
 *           previous key + 1 (32 bits)       | next key + 1      (32 bits)    likewise
 * </pre>
 *
 * <p>Threading: commit lock held.
 */
final class Places {
    private static final int LINK_LONGS = 2;
    private static final long LOW = 0xFFFF_FFFFL;

    private final PagedLongs places = new PagedLongs();
    private final PagedLongs links = new PagedLongs();

    /** Makes room for exactly so many keys. */
    void length(int keys) {
        places.length(keys);
        links.length(LINK_LONGS * keys);
    }

    int bucket(int key) {
        long place = places.get(key);
        int high = (int) (place >>> Integer.SIZE);
        return place < 0 ? ~high : high;
    }

    /** Whether the entry is in a chain, and not in a heap. */
    boolean isChained(int key) {
        return places.get(key) < 0;
    }

    /** Where the entry is in its heap. */
    int index(int key) {
        return (int) places.get(key);
    }

    void heap(int key, int bucket, int index) {
        places.set(key, (long) bucket << Integer.SIZE | index);
    }

    /** The priority of an entry in a chain. */
    int priority(int key) {
        return (int) places.get(key);
    }

    /** The creation offset of an entry in a chain. */
    long created(int key) {
        return links.get(LINK_LONGS * key);
    }

    void chain(int key, int bucket, int priority, long createdOffset) {
        places.set(key, (long) ~bucket << Integer.SIZE | priority & LOW);
        links.set(LINK_LONGS * key, createdOffset);
    }

    /** The key before one in a chain, −1 for none. */
    int previous(int key) {
        return (int) (links.get(LINK_LONGS * key + 1) >>> Integer.SIZE) - 1;
    }

    void previous(int key, int previous) {
        int at = LINK_LONGS * key + 1;
        links.set(at, links.get(at) & LOW | (long) (previous + 1) << Integer.SIZE);
    }

    /** The key after one in a chain, −1 for none. */
    int next(int key) {
        return (int) links.get(LINK_LONGS * key + 1) - 1;
    }

    void next(int key, int next) {
        int at = LINK_LONGS * key + 1;
        links.set(at, links.get(at) & ~LOW | next + 1);
    }

    long bytes() {
        return places.bytes() + links.bytes();
    }
}
