package dev.cairn.internal.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of a key: its high bits choose the table, the rest choose the place inside.
 *
 * <p>Folds eight bytes at a time by a 64 × 64 → 128 bit product, as wyhash does. Not cryptographic; the seed of an
 * installation keeps keys that collide elsewhere from colliding here.
 *
 * <p>Threading: stateless.
 */
public final class KeyHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long FIRST = 0xA0761D6478BD642FL;
    private static final long EACH = 0xE7037ED1A0B428DBL;
    private static final long LAST = 0x8EBC6AF09C88C6E3L;

    private KeyHash() {}

    /** The hash of the first {@code length} bytes of {@code key}. */
    public static long of(byte[] key, int length, long seed) {
        long hash = fold(seed ^ FIRST, length ^ LAST);
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            hash = fold(hash ^ (long) LONG.get(key, at), EACH);
        }
        long tail = 0;
        for (int shift = 0; at < length; at++, shift += Byte.SIZE) {
            tail |= (key[at] & 0xFFL) << shift;
        }
        return fold(fold(hash ^ tail, EACH) ^ FIRST, LAST);
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }
}
