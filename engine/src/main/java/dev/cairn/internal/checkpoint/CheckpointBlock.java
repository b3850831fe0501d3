package dev.cairn.internal.checkpoint;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.state.StateVisitor;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one store, as they stand in a state checkpoint, with a checksum of their own.
 *
 * <pre>
 *  0        4        8        12       16
 *  +--------+--------+--------+--------+----------------------------------------------------+
 *  | crc32c | length | entries| store  | entries: key length (u16), value length (i32), both |
 *  +--------+--------+--------+--------+----------------------------------------------------+
 * </pre>
 *
 * {@code length} counts the bytes behind the header; {@code crc32c} covers everything from {@code length} to the end.
 *
 * <p>Threading: one owner at a time.
 */
final class CheckpointBlock {
    static final int HEADER_BYTES = 16;

    /** Entries are added until a block is so long. */
    static final int FULL_BYTES = 256 * 1024;

    /** No block is longer: a full one and one more entry. */
    static final int BYTES_MAX = 2 * FULL_BYTES;

    /** Store number of the state. */
    static final int STATE = 1;

    /** Store number of the remembered operations. */
    static final int OPERATIONS = 2;

    private static final int CRC_AT = 0;
    private static final int LENGTH_AT = 4;
    private static final int ENTRIES_AT = 8;
    private static final int STORE_AT = 12;
    private static final int ENTRY_HEADER_BYTES = Short.BYTES + Integer.BYTES;

    private final ByteSlab bytes = new ByteSlab();
    private final CRC32C crc = new CRC32C();
    private int entries;

    /** Header and entries, as in the file. */
    ByteSlab bytes() {
        return bytes;
    }

    int entries() {
        return entries;
    }

    void begin(int store) {
        entries = 0;
        bytes.length(HEADER_BYTES);
        bytes.setInt(STORE_AT, store);
    }

    void add(ByteSlab key, ByteSlab value) {
        bytes.putShort(key.length());
        bytes.putInt(value.length());
        bytes.putBytes(key);
        bytes.putBytes(value);
        entries++;
    }

    boolean isFull() {
        return bytes.length() >= FULL_BYTES;
    }

    /** Completes the header but for the checksum: enough inside the process. */
    void close() {
        bytes.setInt(LENGTH_AT, bytes.length() - HEADER_BYTES);
        bytes.setInt(ENTRIES_AT, entries);
    }

    /** Completes the header and returns the checksum. */
    int seal() {
        close();
        int sum = checksum();
        bytes.setInt(CRC_AT, sum);
        return sum;
    }

    /** How many bytes follow the header that {@link #bytes} begins with; negative or more than the maximum if damaged. */
    int lengthStated() {
        return bytes.intAt(LENGTH_AT);
    }

    int checksumStated() {
        return bytes.intAt(CRC_AT);
    }

    int checksum() {
        crc.reset();
        crc.update(bytes.array(), LENGTH_AT, bytes.length() - LENGTH_AT);
        return (int) crc.getValue();
    }

    int store() {
        return bytes.intAt(STORE_AT);
    }

    /** Says what is wrong with the layout of a block whose checksum is right, or null when it can be handed out. */
    @Nullable
    String problem() {
        if (store() != STATE && store() != OPERATIONS) {
            return "expected entries of store " + STATE + " or " + OPERATIONS + ", was " + store();
        }
        int stated = bytes.intAt(ENTRIES_AT);
        long at = HEADER_BYTES;
        for (int entry = 0; entry < stated; entry++) {
            long head = at + ENTRY_HEADER_BYTES;
            int valueBytes = head > bytes.length() ? -1 : bytes.intAt((int) at + Short.BYTES);
            at = head + (valueBytes < 0 ? 0 : bytes.shortAt((int) at) + (long) valueBytes);
            if (valueBytes < 0 || at > bytes.length()) {
                return "expected " + stated + " entries within " + bytes.length() + " bytes, was entry " + entry
                        + " beyond them";
            }
        }
        return stated >= 0 && at == bytes.length()
                ? null
                : "expected " + stated + " entries of " + bytes.length() + " bytes in all, was " + at;
    }

    /** Hands out the entries of a block that has no {@link #problem}; both slabs are reused. */
    <X extends Exception> void forEach(ByteSlab key, ByteSlab value, StateVisitor<X> visitor) throws X {
        int at = HEADER_BYTES;
        for (int left = bytes.intAt(ENTRIES_AT); left > 0; left--) {
            int keyBytes = bytes.shortAt(at);
            int valueBytes = bytes.intAt(at + Short.BYTES);
            at += ENTRY_HEADER_BYTES;
            key.clear().putBytes(bytes, at, keyBytes);
            value.clear().putBytes(bytes, at + keyBytes, valueBytes);
            at += keyBytes + valueBytes;
            visitor.entry(key, value);
        }
    }
}
