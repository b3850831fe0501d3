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

    /** Up to so many members are put in order one by one. */
    private static final int INSERTION_MAX = 24;

    private final byte[] json;
    private final ByteSlab out;
    private final ByteSlab scratch = new ByteSlab(1_024);
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
        int i = from;
        while (i < json.length && json[i] != ',' && json[i] != '}' && json[i] != ']') {
            i++;
        }
        at = i;
        out.putBytes(json, from, i - from);
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
                sorted &= marked == base + MARKS || compare(marked - 2 * MARKS, marked - MARKS) < 0;
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

    /** Compares the names of two members, whose marks begin at {@code one} and {@code other}. */
    private int compare(int one, int other) {
        byte[] bytes = out.array();
        // Without the quote at the end, so that a name sorts before one that goes on.
        return Arrays.compareUnsigned(bytes, marks[one], marks[one + 1] - 1, bytes, marks[other], marks[other + 1] - 1);
    }

    /** Writes the members marked from {@code base} on again, in order; {@code start} is where their object begins. */
    private void sort(int base, int start) {
        int[] order = order(base);
        scratch.clear();
        scratch.putBytes(out, start, out.length() - start);
        out.length(start + 1);
        for (int member : order) {
            if (out.length() > start + 1) {
                out.putByte(',');
            }
            out.putBytes(scratch, marks[member] - start, marks[member + 2] - marks[member]);
        }
    }

    /** The marks of the members from {@code base} on, by name. */
    private int[] order(int base) {
        int count = (marked - base) / MARKS;
        int[] order = new int[count];
        if (count > INSERTION_MAX) {
            Integer[] boxed = new Integer[count];
            Arrays.setAll(boxed, i -> base + i * MARKS);
            Arrays.sort(boxed, this::compare);
            Arrays.setAll(order, i -> boxed[i]);
            return order;
        }
        for (int i = 0; i < count; i++) {
            int member = base + i * MARKS;
            int place = i;
            while (place > 0 && compare(order[place - 1], member) > 0) {
                order[place] = order[place - 1];
                place--;
            }
            order[place] = member;
        }
        return order;
    }

    /** Steps over a text and writes it with the fewest escapes. */
    private void text() {
        byte[] bytes = json;
        int from = at;
        int i = from + 1;
        boolean respell = false;
        for (byte b = bytes[i]; b != '"'; b = bytes[i]) {
            if (b == '\\') {
                respell |= bytes[i + 1] == 'u' || bytes[i + 1] == '/';
                i++;
            }
            i++;
        }
        at = i + 1;
        if (respell) {
            respell(from, at);
        } else {
            out.putBytes(bytes, from, at - from);
        }
    }

    /** The escapes of one letter are the fewest already, but for that of the slash. */
    private void respell(int from, int to) {
        int copied = from;
        int i = from;
        while (i < to) {
            if (json[i] != '\\') {
                i++;
            } else if (json[i + 1] == 'u') {
                out.putBytes(json, copied, i - copied);
                i = unit(i);
                copied = i;
            } else {
                if (json[i + 1] == '/') {
                    out.putBytes(json, copied, i - copied);
                    copied = i + 1;
                }
                i += 2;
            }
        }
        out.putBytes(json, copied, to - copied);
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
