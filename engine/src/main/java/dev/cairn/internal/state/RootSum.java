package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The sum modulo 2^128 of the hashes of a set of entries: equal sets give equal sums, in whatever order they were added.
 *
 * <p>A hash is the first 128 bits of a SHA-256. Adding and removing are inverse, so that a sum can follow changes (the
 * incremental hash AdHash of Bellare and Micciancio 1997). Two sums differ by chance once in 2^128; it is no defence against
 * somebody who makes up entries in order to collide.
 *
 * <p>Threading: not safe for concurrent use.
 */
public final class RootSum {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest sha256;
    private final byte[] hash = new byte[32];

    private long high;
    private long low;

    /** The sum of no entries. */
    public RootSum() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-256 in every JDK", e);
        }
    }

    /** Adds an entry. */
    public void add(ByteSlab content) {
        digest(content);
        plus(hashHigh(), hashLow());
    }

    /** Takes away an entry that was added. */
    public void remove(ByteSlab content) {
        digest(content);
        long takenLow = hashLow();
        long borrow = Long.compareUnsigned(low, takenLow) < 0 ? 1 : 0;
        low -= takenLow;
        high -= hashHigh() + borrow;
    }

    /** Adds every entry of another sum. */
    public void add(RootSum other) {
        plus(other.high, other.low);
    }

    /** 32 lower-case hexadecimal digits. */
    public String hex() {
        return String.format("%016x%016x", high, low);
    }

    private void plus(long addedHigh, long addedLow) {
        low += addedLow;
        long carry = Long.compareUnsigned(low, addedLow) < 0 ? 1 : 0;
        high += addedHigh + carry;
    }

    private void digest(ByteSlab content) {
        try {
            sha256.update(content.array(), 0, content.length());
            sha256.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("expected a hash of 32 bytes", e);
        }
    }

    private long hashHigh() {
        return (long) LONG.get(hash, 0);
    }

    private long hashLow() {
        return (long) LONG.get(hash, Long.BYTES);
    }
}
