package dev.cairn.internal.json;

import dev.cairn.internal.codec.ByteSlab;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Appends compact JSON to a slab: commas are put where they belong, texts are escaped, nothing else is checked.
 *
 * <p>Threading: as the slab it writes to.
 */
public final class JsonWriter {
    private static final byte[] HEX = Utf8.bytes("0123456789abcdef");
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final int TEXT_OF_LONG_MAX = 20;

    private final ByteSlab out;
    private final int start;

    /** @param out is appended to */
    public JsonWriter(ByteSlab out) {
        this.out = out;
        this.start = out.length();
    }

    /** The slab that is written to. */
    public ByteSlab out() {
        return out;
    }

    public JsonWriter beginObject() {
        return open('{');
    }

    public JsonWriter endObject() {
        out.putByte('}');
        return this;
    }

    public JsonWriter beginArray() {
        return open('[');
    }

    public JsonWriter endArray() {
        out.putByte(']');
        return this;
    }

    /** The name of a member; its value comes next. */
    public JsonWriter name(String name) {
        separate();
        quoted(name);
        out.putByte(':');
        return this;
    }

    /** A text, or null. */
    public JsonWriter string(@Nullable String value) {
        separate();
        if (value == null) {
            out.putUtf8("null");
        } else {
            quoted(value);
        }
        return this;
    }

    /** A text from its UTF-8 bytes. */
    public JsonWriter string(ByteSlab source, int from, int count) {
        separate();
        quoted(source.array(), from, count);
        return this;
    }

    public JsonWriter number(long value) {
        separate();
        digits(value);
        return this;
    }

    public JsonWriter bool(boolean value) {
        separate();
        out.putUtf8(value ? "true" : "false");
        return this;
    }

    /** A value that is JSON already. */
    public JsonWriter raw(ByteSlab source, int from, int count) {
        separate();
        out.putBytes(source, from, count);
        return this;
    }

    /** A value that is JSON already. */
    public JsonWriter raw(byte[] json) {
        separate();
        out.putBytes(json, 0, json.length);
        return this;
    }

    /** A time in microseconds since 1970, as text: {@code "2026-01-01T00:00:00.000000Z"}. */
    public JsonWriter time(long micros) {
        separate();
        out.putByte('"');
        putTime(micros);
        out.putByte('"');
        return this;
    }

    /** The same text, without quotes. */
    public static String timeText(long micros) {
        JsonWriter writer = new JsonWriter(new ByteSlab(32));
        writer.putTime(micros);
        return writer.out.utf8();
    }

    private void putTime(long micros) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(micros, MICROS_PER_SECOND), 0, ZoneOffset.UTC);
        int year = time.getYear();
        if (year < 0 || year > 9_999) {
            // RFC 3339 ends here; ISO 8601 goes on with a sign.
            out.putByte(year < 0 ? '-' : '+');
            digits(Math.abs(year));
        } else {
            padded(year, 4);
        }
        padded('-', time.getMonthValue());
        padded('-', time.getDayOfMonth());
        padded('T', time.getHour());
        padded(':', time.getMinute());
        padded(':', time.getSecond());
        out.putByte('.');
        padded((int) Math.floorMod(micros, (long) MICROS_PER_SECOND), 6);
        out.putByte('Z');
    }

    private void padded(char before, int value) {
        out.putByte(before);
        padded(value, 2);
    }

    private void padded(int value, int width) {
        int at = out.length();
        out.length(at + width);
        int rest = value;
        for (int i = at + width - 1; i >= at; i--) {
            out.setByte(i, '0' + rest % 10);
            rest /= 10;
        }
    }

    private void digits(long value) {
        if (value == Long.MIN_VALUE) {
            out.putUtf8(Long.toString(value));
            return;
        }
        int at = out.length();
        out.ensureCapacity(at + TEXT_OF_LONG_MAX);
        if (value < 0) {
            out.putByte('-');
        }
        long rest = Math.abs(value);
        int width = 1;
        for (long bound = 10; width < 19 && rest >= bound; bound *= 10) {
            width++;
        }
        int end = out.length() + width;
        out.length(end);
        for (int i = end - 1; i >= end - width; i--) {
            out.setByte(i, (int) ('0' + rest % 10));
            rest /= 10;
        }
    }

    private JsonWriter open(char bracket) {
        separate();
        out.putByte(bracket);
        return this;
    }

    /** A value never ends in one of these three, so the byte before says whether a comma is due. */
    private void separate() {
        int length = out.length();
        if (length > start) {
            int last = out.byteAt(length - 1);
            if (last != '{' && last != '[' && last != ':') {
                out.putByte(',');
            }
        }
    }

    private void quoted(String text) {
        out.putByte('"');
        int at = out.length();
        int count = out.putUtf8(text);
        if (needsEscape(out.array(), at, count)) {
            byte[] plain = Utf8.bytes(text);
            out.length(at);
            escaped(plain, 0, plain.length);
        }
        out.putByte('"');
    }

    private void quoted(byte[] utf8, int from, int count) {
        out.putByte('"');
        if (needsEscape(utf8, from, count)) {
            escaped(utf8, from, count);
        } else {
            out.putBytes(utf8, from, count);
        }
        out.putByte('"');
    }

    private static boolean needsEscape(byte[] utf8, int from, int count) {
        int end = from + count;
        int at = from;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            if (needsEscape((long) WORD.get(utf8, at))) {
                return true;
            }
        }
        for (int i = at; i < end; i++) {
            byte b = utf8[i];
            if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether any of eight bytes is a quote, a backslash or a control character: {@code (x - n) & ~x} has the high bit of the
     * lowest byte set that is below n, and what equals a byte is zero once the two are combined.
     */
    private static boolean needsEscape(long eight) {
        long quote = eight ^ EACH * '"';
        long backslash = eight ^ EACH * '\\';
        long found = (quote - EACH) & ~quote | (backslash - EACH) & ~backslash | (eight - EACH * ' ') & ~eight;
        return (found & HIGH_BITS) != 0;
    }

    private void escaped(byte[] utf8, int from, int count) {
        for (int i = from; i < from + count; i++) {
            byte b = utf8[i];
            if (b == '"' || b == '\\') {
                out.putByte('\\');
                out.putByte(b);
            } else if (b >= 0 && b < 0x20) {
                control(b);
            } else {
                out.putByte(b);
            }
        }
    }

    private void control(byte b) {
        int letter = "\b\t\n\f\r".indexOf(b);
        out.putByte('\\');
        if (letter >= 0) {
            out.putByte("btnfr".charAt(letter));
        } else {
            out.putUtf8("u00");
            out.putByte(HEX[b >> 4]);
            out.putByte(HEX[b & 0xF]);
        }
    }
}
