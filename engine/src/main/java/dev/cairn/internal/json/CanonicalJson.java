package dev.cairn.internal.json;

import dev.cairn.internal.codec.ByteSlab;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * JSON in one spelling: members sorted, texts with the fewest escapes, numbers as they were written, and without the parts that
 * {@link JsonPointers} point at. Two values with the same canonical form mean the same. The converse does not hold for
 * numbers: {@code 1.0} and {@code 1} stay two, because reading either as a double would take digits away from others.
 *
 * <p>One pass over the bytes, no tree: each object is written as it comes, and put in order afterwards if it was not. Members
 * are sorted by the bytes of their names as they are written here; any fixed order would do.
 *
 * <p>Threading: one use, one thread.
 */
public final class CanonicalJson {
    private static final byte[] HEX = Utf8.bytes("0123456789abcdef");

    /** Ints that say where a member lies in the output: its start, the end of its name, its end. */
    private static final int MARKS = 3;

    private final byte[] json;
    private final ByteSlab out;
    private int at;
    private int[] marks = new int[MARKS * 32];
    private int marked;

    private CanonicalJson(byte[] json, ByteSlab out) {
        this.json = json;
        this.out = out;
    }

    /**
     * Appends the canonical form.
     *
     * @param compact what {@link Json#value} returned
     */
    public static void append(byte[] compact, JsonPointers ignored, ByteSlab out) {
        out.ensureCapacity(out.length() + compact.length + 16);
        new CanonicalJson(compact, out).value(ignored.root());
    }

    private void value(JsonPointers.@Nullable Node ignored) {
        switch (json[at]) {
            case '{' -> object(ignored);
            case '[' -> array(ignored);
            case '"' -> text();
            default -> plain();
        }
    }

    private void plain() {
        int from = at;
        while (at < json.length && json[at] != ',' && json[at] != '}' && json[at] != ']') {
            at++;
        }
        out.putBytes(json, from, at - from);
    }

    private void array(JsonPointers.@Nullable Node ignored) {
        out.putByte('[');
        at++;
        boolean any = false;
        for (int index = 0; json[at] != ']'; index++) {
            if (json[at] == ',') {
                at++;
            }
            JsonPointers.Node inside = ignored == null ? null : ignored.child(Integer.toString(index));
            int mark = out.length();
            if (any) {
                out.putByte(',');
            }
            value(inside);
            if (inside != null && inside.isEnd()) {
                out.length(mark);
            } else {
                any = true;
            }
        }
        at++;
        out.putByte(']');
    }

    private void object(JsonPointers.@Nullable Node ignored) {
        int base = marked;
        int start = out.length();
        out.putByte('{');
        at++;
        boolean sorted = true;
        while (json[at] != '}') {
            if (json[at] == ',') {
                at++;
            }
            int before = out.length();
            if (marked > base) {
                out.putByte(',');
            }
            int from = out.length();
            int nameFrom = at;
            text();
            JsonPointers.Node inside = ignored == null ? null : ignored.child(name(nameFrom, at));
            int nameTo = out.length();
            out.putByte(':');
            at++;
            value(inside);
            if (inside != null && inside.isEnd()) {
                out.length(before);
            } else {
                mark(from, nameTo, out.length());
                sorted &= marked == base + MARKS || compare(out.array(), 0, marked - 2 * MARKS, marked - MARKS) < 0;
            }
        }
        at++;
        if (!sorted) {
            sort(base, start);
        }
        marked = base;
        out.putByte('}');
    }

    private void mark(int from, int nameTo, int to) {
        if (marked + MARKS > marks.length) {
            marks = Arrays.copyOf(marks, marks.length * 2);
        }
        marks[marked] = from;
        marks[marked + 1] = nameTo;
        marks[marked + 2] = to;
        marked += MARKS;
    }

    /** Compares the names of two members; {@code bytes} holds the output from {@code start} on. */
    private int compare(byte[] bytes, int start, int one, int other) {
        return Arrays.compareUnsigned(
                bytes,
                marks[one] - start,
                marks[one + 1] - start - 1, // without the quote, so that a name sorts before one that goes on
                bytes,
                marks[other] - start,
                marks[other + 1] - start - 1);
    }

    /** Writes the members marked from {@code base} on again, in order; {@code start} is where their object begins. */
    private void sort(int base, int start) {
        byte[] copy = Arrays.copyOfRange(out.array(), start, out.length());
        Integer[] order = new Integer[(marked - base) / MARKS];
        Arrays.setAll(order, i -> base + i * MARKS);
        Arrays.sort(order, (one, other) -> compare(copy, start, one, other));
        out.length(start + 1);
        for (Integer member : order) {
            if (out.length() > start + 1) {
                out.putByte(',');
            }
            out.putBytes(copy, marks[member] - start, marks[member + 2] - marks[member]);
        }
    }

    /** Steps over a text and writes it with the fewest escapes. */
    private void text() {
        int from = at++;
        boolean escaped = false;
        while (json[at] != '"') {
            if (json[at] == '\\') {
                escaped = true;
                at++;
            }
            at++;
        }
        at++;
        if (escaped) {
            respell(from, at);
        } else {
            out.putBytes(json, from, at - from);
        }
    }

    private void respell(int from, int to) {
        int i = from;
        while (i < to) {
            byte b = json[i];
            if (b != '\\') {
                out.putByte(b);
                i++;
            } else if (json[i + 1] == 'u') {
                i = unit(i);
            } else {
                if (json[i + 1] != '/') {
                    out.putByte('\\');
                }
                out.putByte(json[i + 1]);
                i += 2;
            }
        }
    }

    /** Writes the character that is spelled by its number at {@code i}; returns where the text goes on. */
    private int unit(int i) {
        char unit = (char) Integer.parseInt(new String(json, i + 2, 4, StandardCharsets.US_ASCII), 16);
        if (Character.isHighSurrogate(unit)) {
            char low = (char) Integer.parseInt(new String(json, i + 8, 4, StandardCharsets.US_ASCII), 16);
            out.putUtf8(new String(new char[] {unit, low}));
            return i + 12;
        }
        int letter = "\b\t\n\f\r".indexOf(unit);
        if (unit == '"' || unit == '\\') {
            out.putByte('\\');
            out.putByte(unit);
        } else if (letter >= 0) {
            out.putByte('\\');
            out.putByte("btnfr".charAt(letter));
        } else if (unit < 0x20) {
            out.putUtf8("\\u00");
            out.putByte(HEX[unit >> 4]);
            out.putByte(HEX[unit & 0xF]);
        } else {
            out.putUtf8(String.valueOf(unit));
        }
        return i + 6;
    }

    private String name(int from, int to) {
        for (int i = from; i < to; i++) {
            if (json[i] == '\\') {
                return Json.text(json, from, to - from);
            }
        }
        return new String(json, from + 1, to - from - 2, StandardCharsets.UTF_8);
    }
}
