package dev.cairn.internal.state;

/**
 * How much one table holds: entries, and chunks of {@link #CHUNK_BYTES} for their keys and values.
 *
 * <p>A table that is full grows to the shape its content asks for, until it is {@link #isLargest largest}; then it is split
 * instead. So the work of one growth is bounded, whatever the size of the store.
 *
 * @param entries most entries
 * @param chunks most chunks
 */
record TableShape(int entries, int chunks) {
    /** Unit of allocation inside a table. */
    static final int CHUNK_BYTES = 64;

    /** About 32 KiB: what the first entry of a part of the key space costs. */
    static final TableShape SMALLEST = new TableShape(64, 512);

    private static final int ENTRIES_MAX = 4_096;
    private static final int CHUNKS_MAX = 4 * 1024 * 1024 / CHUNK_BYTES;

    /** Upper bound of what the table writes before a key and before a value. */
    private static final int LENGTH_BYTES = 4;

    /** Growing by fours costs a third of a copy for each entry; by twos it would be a whole one. */
    private static final int GROWTH = 4;

    static int chunksOf(long keyBytes, long valueBytes) {
        return (int) ((keyBytes + valueBytes + 2 * LENGTH_BYTES + CHUNK_BYTES - 1) / CHUNK_BYTES);
    }

    /** How many entries a largest table holds on average before it is split. */
    static long entriesFilled() {
        return ENTRIES_MAX * 3 / 4;
    }

    /** A shape that takes {@code entries} of a mean length without growing, with some room for chance. */
    static TableShape holding(long entries, double entryBytesMean) {
        int room = (int) Math.min(ENTRIES_MAX, Math.max(SMALLEST.entries, entries * 5 / 4));
        return new TableShape(room, chunksFor(room, entryBytesMean / CHUNK_BYTES + 0.5));
    }

    /** Whether {@code chunksMore} fit beside what is used; an eighth stays free, so that long runs of chunks are found. */
    boolean hasRoom(int entriesUsed, long chunksUsed, int chunksMore) {
        return entriesUsed < entries && chunksUsed + chunksMore <= chunks - chunks / 8;
    }

    /** Whether a table of this shape that is full with {@code entriesUsed} is split rather than made larger. */
    boolean isLargest(int entriesUsed) {
        return entriesUsed >= entries ? entries >= ENTRIES_MAX : chunks >= CHUNKS_MAX;
    }

    /** The next larger shape for a table that holds so much, and is to take one more entry of {@code chunksMore}. */
    TableShape grown(int entriesUsed, long chunksUsed, int chunksMore) {
        double chunksEach = (double) (chunksUsed + chunksMore) / (entriesUsed + 1);
        if (entriesUsed >= entries) {
            int grownEntries = Math.min(entries * GROWTH, Math.max(ENTRIES_MAX, entries * 2));
            return new TableShape(grownEntries, Math.max(chunks, chunksFor(grownEntries, chunksEach)));
        }
        int asked = (int) Math.min(Integer.MAX_VALUE / 4, chunksUsed + chunksMore);
        return new TableShape(entries, 2 * Math.max(chunks, asked));
    }

    private static int chunksFor(int entries, double chunksEach) {
        return (int) Math.min(CHUNKS_MAX, Math.max(SMALLEST.chunks, entries * chunksEach * 1.3));
    }
}
