package dev.cairn.internal.index;

import java.util.Arrays;

/**
 * A run of longs that grows and shrinks by pages of 16 KiB.
 *
 * <p>The first page is doubled until it is full, so that a run of a few longs is small. After that nothing that was
 * written is copied again: to grow by one long costs at most one new page, at any size. A page is small enough to be an
 * ordinary object of any collector, and holds no references to follow.
 *
 * <p>Threading: commit lock held.
 */
final class PagedLongs {
    static final int PAGE_LONGS = 2_048;

    private static final int SHIFT = Integer.numberOfTrailingZeros(PAGE_LONGS);
    private static final int MASK = PAGE_LONGS - 1;
    private static final int SMALLEST = 2;
    private static final int INITIAL_DIRECTORY = 4;
    /** A page is dropped when half of another one is free too, so that a run that goes up and down keeps its pages. */
    private static final int FREE_MAX = PAGE_LONGS + PAGE_LONGS / 2;

    private static final int ARRAY_HEADER_BYTES = 16;
    private static final int OBJECT_BYTES = 32;
    private static final long[][] NO_PAGES = {};
    private static final long[] NO_LONGS = {};

    private long[] first = new long[SMALLEST];
    /** The pages after the first. */
    private long[][] rest = NO_PAGES;

    private int restPages;
    private int capacity = SMALLEST;

    long get(int index) {
        return index < PAGE_LONGS ? first[index] : rest[(index >>> SHIFT) - 1][index & MASK];
    }

    void set(int index, long value) {
        if (index < PAGE_LONGS) {
            first[index] = value;
        } else {
            rest[(index >>> SHIFT) - 1][index & MASK] = value;
        }
    }

    /**
     * Makes room for exactly the first {@code longs}; what comes into view by growing has any value.
     *
     * @param longs at least 0
     */
    void length(int longs) {
        if (longs > capacity) {
            grow(longs);
            return;
        }
        while (restPages > 0 && capacity - longs >= FREE_MAX) {
            dropPage();
        }
        if (restPages == 0 && longs < capacity / 4) {
            capacity = Math.max(SMALLEST, 2 * Integer.highestOneBit(longs));
            first = Arrays.copyOf(first, capacity);
        }
    }

    /** Memory in bytes, by the sizes that a JVM of 64 bits gives to arrays. */
    long bytes() {
        return OBJECT_BYTES
                + ARRAY_HEADER_BYTES * (1L + restPages)
                + (long) Long.BYTES * capacity
                + (long) Long.BYTES * rest.length;
    }

    private void grow(int longs) {
        if (first.length < PAGE_LONGS) {
            int wanted = Integer.highestOneBit(Math.min(longs, PAGE_LONGS) - 1) << 1;
            first = Arrays.copyOf(first, wanted);
            capacity = wanted;
        }
        while (capacity < longs) {
            if (restPages == rest.length) {
                rest = Arrays.copyOf(rest, Math.max(INITIAL_DIRECTORY, restPages * 2));
            }
            rest[restPages++] = new long[PAGE_LONGS];
            capacity += PAGE_LONGS;
        }
    }

    private void dropPage() {
        capacity -= PAGE_LONGS;
        restPages--;
        if (restPages == 0) {
            rest = NO_PAGES;
        } else if (restPages <= rest.length / 4) {
            rest = Arrays.copyOf(rest, rest.length / 2);
        } else {
            rest[restPages] = NO_LONGS;
        }
    }
}
