package dev.cairn.internal.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A reusable, growable run of bytes on the heap: the currency between kinds, codec and state store.
 *
 * <p>Written at its end ({@code put…}), read and patched at an index ({@code …At}). Integers are little-endian.
 * A text is a length and that many bytes of UTF-8. Growing keeps the content; {@link #clear()} keeps the array, so that a
 * slab that is reused stops allocating.
 *
 * <p>Threading: not safe for concurrent use; the owner says which thread it belongs to.
 */
public final class ByteSlab {
    /** From here on the JDK's own encoder is faster, which takes many characters at a time, although it makes a copy. */
    private static final int LONG_TEXT_CHARS = 64;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] array;
    private int length;

    public ByteSlab() {
        this(256);
    }

    /** @param capacity initial number of bytes, at least 0 */
    public ByteSlab(int capacity) {
        array = new byte[capacity];
    }

    /** A slab that holds the UTF-8 bytes of {@code text}, without a length before them. */
    public static ByteSlab ofUtf8(String text) {
        ByteSlab slab = new ByteSlab(text.length() + 16);
        slab.putUtf8(text);
        return slab;
    }

    /** A slab that holds a copy of {@code bytes}. */
    public static ByteSlab copyOf(byte[] bytes) {
        ByteSlab slab = new ByteSlab(bytes.length);
        slab.putBytes(bytes, 0, bytes.length);
        return slab;
    }

    /** The backing array; valid up to {@link #length()} and only until the slab next grows. */
    public byte[] array() {
        return array;
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public ByteSlab clear() {
        length = 0;
        return this;
    }

    /**
     * Sets the length; bytes that come into view by growing have any value.
     *
     * @param newLength at least 0
     */
    public ByteSlab length(int newLength) {
        ensureCapacity(newLength);
        length = newLength;
        return this;
    }

    /** Makes room for {@code capacity} bytes in all and keeps the content. */
    public void ensureCapacity(int capacity) {
        if (capacity > array.length) {
            array = Arrays.copyOf(array, Math.max(capacity, (int)
                    Math.min(Integer.MAX_VALUE - 16L, array.length * 2L)));
        }
    }

    public void putByte(int value) {
        ensureCapacity(length + 1);
        array[length++] = (byte) value;
    }

    public void putShort(int value) {
        ensureCapacity(length + Short.BYTES);
        SHORT.set(array, length, (short) value);
        length += Short.BYTES;
    }

    public void putInt(int value) {
        ensureCapacity(length + Integer.BYTES);
        INT.set(array, length, value);
        length += Integer.BYTES;
    }

    public void putLong(long value) {
        ensureCapacity(length + Long.BYTES);
        LONG.set(array, length, value);
        length += Long.BYTES;
    }

    public void putBytes(byte[] source, int from, int count) {
        ensureCapacity(length + count);
        System.arraycopy(source, from, array, length, count);
        length += count;
    }

    public void putBytes(ByteSlab source) {
        putBytes(source.array, 0, source.length);
    }

    public void putBytes(ByteSlab source, int from, int count) {
        putBytes(source.array, from, count);
    }

    /** Appends {@code count} bytes of {@code source} from the absolute index {@code from}. */
    public void putBytes(ByteBuffer source, int from, int count) {
        ensureCapacity(length + count);
        source.get(from, array, length, count);
        length += count;
    }

    /**
     * Appends the UTF-8 bytes of {@code text} without a length.
     *
     * @return the number of bytes
     */
    public int putUtf8(String text) {
        int chars = text.length();
        if (chars >= LONG_TEXT_CHARS) {
            return putEncoded(text);
        }
        ensureCapacity(length + chars);
        byte[] to = array;
        int start = length;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return putEncoded(text);
            }
            to[start + i] = (byte) c;
        }
        length = start + chars;
        return chars;
    }

    private int putEncoded(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        putBytes(encoded, 0, encoded.length);
        return encoded.length;
    }

    /** Appends a text of at most 65,535 bytes: u16 length, UTF-8. */
    public void putText(String text) {
        int at = length;
        putShort(0);
        int bytes = putUtf8(text);
        if (bytes > 0xFFFF) {
            throw new IllegalArgumentException("expected a text of at most 65,535 bytes, was " + bytes);
        }
        SHORT.set(array, at, (short) bytes);
    }

    public int byteAt(int index) {
        return array[index] & 0xFF;
    }

    public int shortAt(int index) {
        return ((short) SHORT.get(array, index)) & 0xFFFF;
    }

    public int intAt(int index) {
        return (int) INT.get(array, index);
    }

    public long longAt(int index) {
        return (long) LONG.get(array, index);
    }

    public void setByte(int index, int value) {
        array[index] = (byte) value;
    }

    public void setInt(int index, int value) {
        INT.set(array, index, value);
    }

    public void setLong(int index, long value) {
        LONG.set(array, index, value);
    }

    /** The UTF-8 text of {@code count} bytes from {@code from}. */
    public String utf8At(int from, int count) {
        return new String(array, from, count, StandardCharsets.UTF_8);
    }

    /** The whole content as UTF-8 text. */
    public String utf8() {
        return utf8At(0, length);
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(array, length);
    }

    /** Whether {@code count} bytes at {@code from} equal those of {@code other} at {@code otherFrom}. */
    public boolean regionEquals(int from, ByteSlab other, int otherFrom, int count) {
        return Arrays.equals(array, from, from + count, other.array, otherFrom, otherFrom + count);
    }

    /** Whether the bytes at {@code from} are {@code expected}. */
    public boolean regionEquals(int from, byte[] expected) {
        return Arrays.equals(array, from, from + expected.length, expected, 0, expected.length);
    }

    public boolean contentEquals(ByteSlab other) {
        return length == other.length && regionEquals(0, other, 0, length);
    }

    /** Becomes a copy of {@code other}. */
    public void set(ByteSlab other) {
        length = 0;
        putBytes(other);
    }

    @Override
    public String toString() {
        return "ByteSlab[" + length + " bytes]";
    }
}
