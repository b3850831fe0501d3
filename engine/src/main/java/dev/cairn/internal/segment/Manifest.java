package dev.cairn.internal.segment;

import dev.cairn.internal.codec.FileEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a sealed segment: its range, its bytes as a hash, and the hash of the manifest before it.
 *
 * <pre>
 *  0        4        8                       16                      24       28       32
 *  +--------+--------+-----------------------+-----------------------+--------+--------+
 *  | number | epoch  | first offset          | last offset           | start  | end    |
 *  +--------+--------+-----------------------+-----------------------+--------+--------+
 *  32                      40                      48                      56
 *  +-----------------------+-----------------------+-----------------------+
 *  | records               | bytes of frames       | first at (µs)         |
 *  +-----------------------+-----------------------+-----------------------+
 *  56                      64       68       72               104              136      140
 *  +-----------------------+--------+--------+----------------+----------------+--------+-----------------+
 *  | last at (µs)          | crc    | flags  | SHA-256 (32)   | before (32)    | count  | count × 8 bytes |
 *  +-----------------------+--------+--------+----------------+----------------+--------+-----------------+
 *  then, since format 2
 *  +---------------+--------+-----------------------------------+
 *  | replaces (32) | count  | count × (first, last), both i64   |
 *  +---------------+--------+-----------------------------------+
 * </pre>
 *
 * {@code start} is the position of the segment header's word, 0 when the segment has none; {@code end} the position behind
 * the last document: nothing after it is part of the log. {@code crc} is the checksum word of the last frame. The SHA-256
 * is over the bytes of all frames in order. {@code before} is the SHA-256 over the content of the manifest of the segment
 * before, zero for the first. {@code replaces} is the hash of the manifest in whose place a repair put this one, by which the next
 * manifest still names it; the ranges behind it are offsets that the segment lost. Format 2 is written where there is either. Each
 * entry of the index is an offset relative to the first and a position, both int.
 *
 * <p>Threading: immutable.
 *
 * @param torn whether the segment ended with a document that was cut off
 * @param index the sparse index; empty in a {@link #summary}
 * @param replaces hash of the manifest that a repair replaced with this one, zero for none
 * @param lost ranges of offsets that the segment's gaps stand for, ascending
 * @param hash SHA-256 over the content, by which the next manifest names this one
 */
record Manifest(
        int number,
        int epoch,
        long firstOffset,
        long lastOffset,
        int startPosition,
        int endPosition,
        long records,
        long frameBytes,
        long firstAt,
        long lastAt,
        int lastChecksum,
        boolean torn,
        byte[] frameHash,
        byte[] previousHash,
        SparseIndex index,
        byte[] replaces,
        List<OffsetRange> lost,
        byte[] hash) {
    static final String KIND = "MANI";
    static final int V1 = 1;
    static final int V2 = 2;
    static final int HASH_BYTES = 32;

    private static final int FLAG_TORN = 1;
    private static final int ENTRY_BYTES = 2 * Integer.BYTES;
    private static final int FIXED_BYTES = 140;
    private static final int RANGE_BYTES = 2 * Long.BYTES;

    Manifest {
        lost = List.copyOf(lost);
    }

    /** The hash that stands for "no manifest before". */
    static byte[] noHash() {
        return new byte[HASH_BYTES];
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-256 in every JDK", e);
        }
    }

    /** The same manifest with the hash of its content in place of whatever was there. */
    Manifest hashed() {
        return with(index, replaces, sha256().digest(encode()));
    }

    /** The same manifest, in the place of the one with this hash. */
    Manifest replacing(byte[] replacedHash) {
        return with(index, replacedHash, noHash()).hashed();
    }

    /** What is kept in memory for every segment: all but the index, which is read again when it is needed. */
    Manifest summary() {
        return with(new SparseIndex(firstOffset, new int[0], 0), replaces, hash);
    }

    private Manifest with(SparseIndex newIndex, byte[] newReplaces, byte[] newHash) {
        return new Manifest(
                number,
                epoch,
                firstOffset,
                lastOffset,
                startPosition,
                endPosition,
                records,
                frameBytes,
                firstAt,
                lastAt,
                lastChecksum,
                torn,
                frameHash,
                previousHash,
                newIndex,
                newReplaces,
                lost,
                newHash);
    }

    /** Whether this manifest continues the chain behind {@code before}, or behind the one that was repaired into it. */
    boolean follows(Manifest before) {
        return Arrays.equals(previousHash, before.hash)
                || (before.isRepaired() && Arrays.equals(previousHash, before.replaces));
    }

    /** Whether a repair put this manifest in the place of another. */
    boolean isRepaired() {
        return !Arrays.equals(replaces, noHash());
    }

    private int format() {
        return isRepaired() || !lost.isEmpty() ? V2 : V1;
    }

    void write(Path file, UUID installation) throws IOException {
        new FileEnvelope(KIND, format(), installation, encode()).write(file);
    }

    /** Reads a manifest of {@code installation}, or of any when that is null. */
    static Manifest read(Path file, @Nullable UUID installation) throws IOException {
        FileEnvelope envelope = FileEnvelope.read(file, KIND, V2);
        if (installation != null && !envelope.installation().equals(installation)) {
            throw new IOException(
                    file + ": expected installation " + installation + ", was " + envelope.installation());
        }
        return decode(file, envelope.format(), envelope.content());
    }

    private byte[] encode() {
        int repairBytes = format() == V1 ? 0 : HASH_BYTES + Integer.BYTES + lost.size() * RANGE_BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + index.count() * ENTRY_BYTES + repairBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(number).putInt(epoch).putLong(firstOffset).putLong(lastOffset);
        bytes.putInt(startPosition).putInt(endPosition).putLong(records).putLong(frameBytes);
        bytes.putLong(firstAt).putLong(lastAt).putInt(lastChecksum).putInt(torn ? FLAG_TORN : 0);
        bytes.put(frameHash).put(previousHash).putInt(index.count());
        for (int i = 0; i < index.count(); i++) {
            bytes.putInt(index.deltaAt(i)).putInt(index.positionAt(i));
        }
        if (repairBytes > 0) {
            bytes.put(replaces).putInt(lost.size());
            lost.forEach(range -> bytes.putLong(range.first()).putLong(range.last()));
        }
        return bytes.array();
    }

    private static Manifest decode(Path file, int format, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (content.length < FIXED_BYTES) {
            throw new IOException(file + ": expected at least " + FIXED_BYTES + " bytes, was " + content.length);
        }
        int number = bytes.getInt();
        int epoch = bytes.getInt();
        long first = bytes.getLong();
        long last = bytes.getLong();
        int start = bytes.getInt();
        int end = bytes.getInt();
        long records = bytes.getLong();
        long frameBytes = bytes.getLong();
        long firstAt = bytes.getLong();
        long lastAt = bytes.getLong();
        int checksum = bytes.getInt();
        boolean torn = (bytes.getInt() & FLAG_TORN) != 0;
        byte[] frameHash = take(bytes);
        byte[] previousHash = take(bytes);
        SparseIndex index = index(file, bytes, first);
        byte[] replaces = format >= V2 ? takeHash(file, bytes) : noHash();
        List<OffsetRange> lost = format >= V2 ? ranges(file, bytes) : List.of();
        if (bytes.hasRemaining()) {
            throw new IOException(file + ": expected no more bytes, was " + bytes.remaining());
        }
        return new Manifest(
                number,
                epoch,
                first,
                last,
                start,
                end,
                records,
                frameBytes,
                firstAt,
                lastAt,
                checksum,
                torn,
                frameHash,
                previousHash,
                index,
                replaces,
                lost,
                sha256().digest(content));
    }

    private static SparseIndex index(Path file, ByteBuffer bytes, long firstOffset) throws IOException {
        int count = bytes.getInt();
        if (count < 0 || bytes.remaining() < count * (long) ENTRY_BYTES) {
            throw new IOException(
                    file + ": expected " + count + " index entries, was " + bytes.remaining() + " bytes of them");
        }
        int[] entries = new int[2 * count];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = bytes.getInt();
        }
        return new SparseIndex(firstOffset, entries, count);
    }

    private static byte[] takeHash(Path file, ByteBuffer bytes) throws IOException {
        if (bytes.remaining() < HASH_BYTES + Integer.BYTES) {
            throw new IOException(file + ": expected a hash and a count, was " + bytes.remaining() + " bytes");
        }
        return take(bytes);
    }

    private static List<OffsetRange> ranges(Path file, ByteBuffer bytes) throws IOException {
        int count = bytes.getInt();
        if (count < 0 || bytes.remaining() != count * (long) RANGE_BYTES) {
            throw new IOException(
                    file + ": expected " + count + " ranges of offsets, was " + bytes.remaining() + " bytes of them");
        }
        List<OffsetRange> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long first = bytes.getLong();
            long last = bytes.getLong();
            if (first < 0 || last < first) {
                throw new IOException(file + ": expected a range of offsets, was " + first + " to " + last);
            }
            ranges.add(new OffsetRange(first, last));
        }
        return ranges;
    }

    private static byte[] take(ByteBuffer bytes) {
        byte[] hash = new byte[HASH_BYTES];
        bytes.get(hash);
        return hash;
    }
}
