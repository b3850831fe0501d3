package dev.cairn.internal.json;

import dev.cairn.internal.codec.ByteSlab;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON in one spelling: members sorted, texts with the fewest escapes, numbers as they were written, and without the parts that
 * {@link JsonPointers} point at. Two values with the same canonical form mean the same. The converse does not hold for
 * numbers: {@code 1.0} and {@code 1} stay two, because reading either as a double would take digits away from others.
 *
 * <p>One pass over the bytes, no tree. What is written is copied in runs: up to where something is left out, respelled, or has
 * to change places. An object is put in order when its end is reached, if it was not. Members
 * are sorted by the bytes of their names as they are written here; any fixed order would do.
 *
 * <p>Threading: one use, one thread.
 */
public final class CanonicalJson {
    private static final byte[] HEX = Utf8.bytes("0123456789abcdef");

    // Ints that say where a member lies in the output, from its name to its end, and where its name does.
    private static final int FROM = 0;
    private static final int TO = 1;
    /** In the JSON that is read; for a name that is spelled otherwise, in the output and as the complement. */
    private static final int NAME_FROM = 2;

    private static final int NAME_TO = 3;
    private static final int MARKS = 4;

    /** Up to so many members are put in order one by one. */
    private static final int INSERTION_MAX = 24;

    private final byte[] json;
    private final ByteSlab out;
    private final ByteSlab scratch = new ByteSlab(1_024);
    private int at;
    /** Up to here the JSON is in the output. */
    private int copied;

    private int[] marks = new int[MARKS * 32];
    private int marked;
    private boolean isRepeated;

    private CanonicalJson(byte[] json, ByteSlab out) {
        this.json = json;
        this.out = out;
    }

    /**
     * Appends the canonical form.
     *
     * @param compact what {@link Json#value} or {@link Json#valueOfAnyNames} returned
     * @return whether each object has each of its members once; if not, what was appended means nothing
     */
    public static boolean append(byte[] compact, JsonPointers ignored, ByteSlab out) {
        out.ensureCapacity(out.length() + compact.length + 16);
        CanonicalJson canonical = new CanonicalJson(compact, out);
        canonical.value(ignored.root());
        canonical.copyTo(compact.length);
        return !canonical.isRepeated;
    }

    private void value(JsonPointers.@Nullable Node ignored) {
        switch (json[at]) {
            case '{' -> object(ignored);
            case '[' -> array(ignored);
            case '"' -> text();
            default -> plain();
        }
    }

    private void copyTo(int end) {
        out.putBytes(json, copied, end - copied);
        copied = end;
    }

    /** Where in the output lies what was read up to now. */
    private int here() {
        return out.length() + at - copied;
    }

    private void plain() {
        int i = at;
        while (i < json.length && json[i] != ',' && json[i] != '}' && json[i] != ']') {
            i++;
        }
        at = i;
    }

    /** Steps over the comma, if there is one; returns where the part begins that goes if the next element does. */
    private int comma(boolean any) {
        int from = at;
        if (json[at] != ',') {
            return from;
        }
        at++;
        if (!any) { // all before it was left out
            copyTo(from);
            copied = at;
            return at;
        }
        return from;
    }

    /** Steps over a value that is to be left out, as is what was read from {@code from} on. */
    private void leaveOut(int from, JsonPointers.Node ignored) {
        copyTo(from);
        int length = out.length();
        copied = at;
        value(ignored);
        out.length(length);
        copied = at;
    }

    private void array(JsonPointers.@Nullable Node ignored) {
        at++;
        boolean any = false;
        for (int index = 0; json[at] != ']'; index++) {
            int from = comma(any);
            JsonPointers.Node inside = ignored == null ? null : ignored.child(Integer.toString(index));
            if (inside != null && inside.isEnd()) {
                leaveOut(from, inside);
            } else {
                value(inside);
                any = true;
            }
        }
        at++;
    }

    private void object(JsonPointers.@Nullable Node ignored) {
        int base = marked;
        int start = here();
        at++;
        boolean sorted = true;
        Set<JsonPointers.Node> left = Set.of();
        while (json[at] != '}') {
            int from = comma(marked > base);
            int nameFrom = at;
            boolean respell = passText();
            JsonPointers.Node inside = ignored == null ? null : ignored.child(name(nameFrom, at));
            if (inside != null && inside.isEnd()) {
                left = left.isEmpty() ? new HashSet<>() : left;
                isRepeated |= !left.add(inside);
                at++;
                leaveOut(from, inside);
                continue;
            }
            member(nameFrom, respell, inside);
            sorted &= marked == base + MARKS || isInOrder(marked - 2 * MARKS, marked - MARKS);
        }
        if (!sorted) {
            copyTo(at);
            sort(base, start);
        }
        at++;
        marked = base;
    }

    /** Goes on behind the name of a member that stays. */
    private void member(int nameFrom, boolean respell, JsonPointers.@Nullable Node inside) {
        int name = nameFrom;
        int nameTo = at;
        int from = out.length() + nameFrom - copied;
        if (respell) {
            respell(nameFrom, at);
            name = ~from;
            nameTo = out.length();
        }
        at++;
        value(inside);
        if (marked + MARKS > marks.length) {
            marks = Arrays.copyOf(marks, marks.length * 2);
        }
        marks[marked + FROM] = from;
        marks[marked + TO] = here();
        marks[marked + NAME_FROM] = name;
        marks[marked + NAME_TO] = nameTo;
        marked += MARKS;
    }

    private boolean isInOrder(int one, int next) {
        int order = compare(one, next);
        isRepeated |= order == 0;
        return order < 0;
    }

    /** Compares the names of two members, whose marks begin at {@code one} and {@code other}. */
    private int compare(int one, int other) {
        int from = marks[one + NAME_FROM];
        int otherFrom = marks[other + NAME_FROM];
        // Without the quote at the end, so that a name sorts before one that goes on.
        return Arrays.compareUnsigned(
                from < 0 ? out.array() : json,
                from < 0 ? ~from : from,
                marks[one + NAME_TO] - 1,
                otherFrom < 0 ? out.array() : json,
                otherFrom < 0 ? ~otherFrom : otherFrom,
                marks[other + NAME_TO] - 1);
    }

    /** Writes the members marked from {@code base} on again, in order; {@code start} is where their object begins. */
    private void sort(int base, int start) {
        int[] order = order(base);
        for (int i = 1; i < order.length; i++) {
            isRepeated |= compare(order[i - 1], order[i]) == 0;
        }
        scratch.clear();
        scratch.putBytes(out, start, out.length() - start);
        out.length(start + 1);
        for (int member : order) {
            if (out.length() > start + 1) {
                out.putByte(',');
            }
            int from = marks[member + FROM];
            out.putBytes(scratch, from - start, marks[member + TO] - from);
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

    /** Writes a text with the fewest escapes. */
    private void text() {
        int from = at;
        if (passText()) {
            respell(from, at);
        }
    }

    /** Steps over a text; returns whether it has more escapes than it needs. */
    private boolean passText() {
        byte[] bytes = json;
        int i = at + 1;
        boolean respell = false;
        for (byte b = bytes[i]; b != '"'; b = bytes[i]) {
            if (b == '\\') {
                respell |= bytes[i + 1] == 'u' || bytes[i + 1] == '/';
                i++;
            }
            i++;
        }
        at = i + 1;
        return respell;
    }

    /** The escapes of one letter are the fewest already, but for that of the slash. */
    private void respell(int from, int to) {
        int i = from;
        while (i < to) {
            if (json[i] != '\\') {
                i++;
            } else if (json[i + 1] == 'u') {
                copyTo(i);
                i = unit(i);
                copied = i;
            } else {
                if (json[i + 1] == '/') {
                    copyTo(i);
                    copied = i + 1;
                }
                i += 2;
            }
        }
        copyTo(to);
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
