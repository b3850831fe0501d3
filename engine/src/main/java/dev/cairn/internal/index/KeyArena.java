package dev.cairn.internal.index;

import dev.cairn.internal.codec.ByteSlab;
import java.util.Arrays;

/**
 * The bytes of keys, end to end in chunks of 16 KiB, each found by a handle of 32 bits.
 *
 * <pre>
 *   0      2          2 + n
 *  +------+----------+---------------------+
 *  | n    | key      | 0–3 bytes of padding|
 *  +------+----------+---------------------+
 *
 *  handle: number of the chunk (20 bits), place in the chunk in units of 4 bytes (12 bits)
 * </pre>
 *
 * A freed key stays where it lies; what lies free is counted for each chunk. A chunk in which nothing lives is dropped at
 * once. When more than half of all lies free, the owner moves what lives in the emptiest chunk elsewhere, one chunk at a
 * time ({@link #wantsCompaction}, {@link #emptiest}). The arena cannot do that alone, since it does not know who holds a handle.
 *
 * <p>The chunks are arrays on the heap: the collector copies them once or twice and follows nothing in them, keys are
 * compared where they lie, and a chunk is given back by being let go, without a cleaner and outside of the limit for direct
 * memory that the log and the state share.
 *
 * <p>Threading: commit lock held.
 */
final class KeyArena {
    static final int CHUNK_BYTES = 16 * 1024;
    /** The longest key: room for two names of 512 bytes and what joins them. */
    static final int KEY_BYTES_MAX = 2_048;

    private static final int LENGTH_BYTES = Short.BYTES;
    private static final int UNIT_BYTES = 4;
    private static final int PLACE_BITS = Integer.numberOfTrailingZeros(CHUNK_BYTES / UNIT_BYTES);
    private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;
    private static final int CHUNKS_MAX = 1 << Integer.SIZE - PLACE_BITS;
    private static final int INITIAL_CHUNKS = 4;
    /** Chunks that may lie free however little lives: else a small arena would move its keys all the time. */
    private static final int FREE_CHUNKS = 4;

    private static final int ARRAY_HEADER_BYTES = 16;
    private static final byte[] NO_CHUNK = {};

    private byte[][] chunks = new byte[INITIAL_CHUNKS][];
    /** Bytes written into each chunk; for a number without a chunk, the next such number. */
    private int[] ends = new int[INITIAL_CHUNKS];
    /** Bytes of each chunk that belong to keys that live. */
    private int[] lives = new int[INITIAL_CHUNKS];

    /** Numbers given out so far. */
    private int numbers;
    /** A number that has no chunk now, −1 for none. */
    private int spare = -1;
    /** The chunk that is being filled, −1 for none. */
    private int filling = -1;

    private int held;
    private long lifeBytes;

    /** @throws IllegalArgumentException when no key can be of {@code bytes} */
    static void checkLength(int bytes) {
        if (bytes > KEY_BYTES_MAX) {
            throw new IllegalArgumentException("expected a key of at most " + KEY_BYTES_MAX + " bytes, was " + bytes);
        }
    }

    /** Copies {@code key} and returns its handle. */
    int add(ByteSlab key) {
        checkLength(key.length());
        int bytes = entryBytes(key.length());
        if (filling < 0 || ends[filling] + bytes > CHUNK_BYTES) {
            begin();
        }
        byte[] chunk = chunks[filling];
        int at = ends[filling];
        chunk[at] = (byte) key.length();
        chunk[at + 1] = (byte) (key.length() >>> Byte.SIZE);
        System.arraycopy(key.array(), 0, chunk, at + LENGTH_BYTES, key.length());
        ends[filling] += bytes;
        lives[filling] += bytes;
        lifeBytes += bytes;
        return handle(filling, at);
    }

    boolean equals(int handle, ByteSlab key) {
        byte[] chunk = chunks[chunk(handle)];
        int at = place(handle);
        int from = at + LENGTH_BYTES;
        int length = keyBytes(chunk, at);
        return length == key.length() && Arrays.equals(chunk, from, from + length, key.array(), 0, length);
    }

    /** Replaces the content of {@code into} with the key. */
    void read(int handle, ByteSlab into) {
        byte[] chunk = chunks[chunk(handle)];
        int at = place(handle);
        into.clear().putBytes(chunk, at + LENGTH_BYTES, keyBytes(chunk, at));
    }

    void free(int handle) {
        int number = chunk(handle);
        int bytes = entryBytes(keyBytes(chunks[number], place(handle)));
        lives[number] -= bytes;
        lifeBytes -= bytes;
        if (lives[number] == 0 && number != filling) {
            drop(number);
        }
    }

    /** Whether so much lies free that {@link #emptiest} should be emptied. */
    boolean wantsCompaction() {
        return (long) CHUNK_BYTES * (held - FREE_CHUNKS) > 2 * lifeBytes;
    }

    /** The chunk with the fewest bytes that live, except the one that is being filled; −1 for none. */
    int emptiest() {
        int emptiest = -1;
        for (int i = 0; i < numbers; i++) {
            if (holds(i) && i != filling && (emptiest < 0 || lives[i] < lives[emptiest])) {
                emptiest = i;
            }
        }
        return emptiest;
    }

    /** Whether a chunk has that number: until nothing in it lives. */
    boolean holds(int number) {
        return chunks[number] != NO_CHUNK;
    }

    /** Handle of the first key that was ever written into a chunk, whether it lives or not. */
    int firstIn(int number) {
        return handle(number, 0);
    }

    /** Handle of the key written after that of {@code handle}; −1 when it was the last of its chunk. */
    int nextIn(int number, int handle) {
        int at = place(handle);
        int next = at + entryBytes(keyBytes(chunks[number], at));
        return next < ends[number] ? handle(number, next) : -1;
    }

    /** Memory in bytes, by the sizes that a JVM of 64 bits gives to arrays. */
    long bytes() {
        return (long) held * (CHUNK_BYTES + ARRAY_HEADER_BYTES)
                + (long) chunks.length * (Long.BYTES + 2 * Integer.BYTES);
    }

    private void begin() {
        int left = filling;
        int number = spare;
        if (number >= 0) {
            spare = ends[number];
        } else {
            if (numbers == CHUNKS_MAX) {
                throw new IllegalStateException("expected at most " + CHUNKS_MAX + " chunks of keys, was one more");
            }
            if (numbers == chunks.length) {
                chunks = Arrays.copyOf(chunks, numbers * 2);
                ends = Arrays.copyOf(ends, numbers * 2);
                lives = Arrays.copyOf(lives, numbers * 2);
            }
            number = numbers++;
        }
        chunks[number] = new byte[CHUNK_BYTES];
        ends[number] = 0;
        lives[number] = 0;
        held++;
        filling = number;
        if (left >= 0 && lives[left] == 0) {
            drop(left);
        }
    }

    private void drop(int number) {
        chunks[number] = NO_CHUNK;
        ends[number] = spare;
        spare = number;
        held--;
    }

    private static int keyBytes(byte[] chunk, int at) {
        return chunk[at] & 0xFF | (chunk[at + 1] & 0xFF) << Byte.SIZE;
    }

    private static int entryBytes(int keyBytes) {
        return LENGTH_BYTES + keyBytes + UNIT_BYTES - 1 & -UNIT_BYTES;
    }

    private static int handle(int number, int at) {
        return number << PLACE_BITS | at / UNIT_BYTES;
    }

    private static int chunk(int handle) {
        return handle >>> PLACE_BITS;
    }

    private static int place(int handle) {
        return (handle & PLACE_MASK) * UNIT_BYTES;
    }
}
