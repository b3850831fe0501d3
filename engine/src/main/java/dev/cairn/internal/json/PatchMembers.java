package dev.cairn.internal.json;

import dev.cairn.internal.codec.ByteSlab;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object of a merge patch, found by name.
 *
 * <p>Threading: not safe for concurrent use.
 */
final class PatchMembers {
    /** Up to so many members are compared one by one; more are looked up by hash. */
    private static final int LINEAR_MAX = 8;

    private static final int NAME_FROM = 0;
    private static final int NAME_COUNT = 1;
    private static final int VALUE_FROM = 2;
    private static final int VALUE_COUNT = 3;
    private static final int TAKEN = 4;
    private static final int FIELDS = 5;

    private final byte[] json;
    private int[] fields = new int[4 * FIELDS];
    private int size;
    private @Nullable Map<String, Integer> byName;

    PatchMembers(ByteSlab patch, int from, int count) {
        Members members = new Members(patch, from, count);
        json = members.json();
        while (members.next()) {
            if ((size + 1) * FIELDS > fields.length) {
                fields = Arrays.copyOf(fields, fields.length * 2);
            }
            int at = size++ * FIELDS;
            fields[at + NAME_FROM] = members.nameFrom;
            fields[at + NAME_COUNT] = members.nameCount;
            fields[at + VALUE_FROM] = members.valueFrom;
            fields[at + VALUE_COUNT] = members.valueCount;
        }
    }

    int size() {
        return size;
    }

    /** The member of the same name as the current one of {@code target}, which is taken then; −1 if there is none. */
    int take(Members target) {
        int member = size <= LINEAR_MAX ? linear(target) : hashed(target);
        if (member >= 0) {
            fields[member * FIELDS + TAKEN] = 1;
        }
        return member;
    }

    boolean isTaken(int member) {
        return fields[member * FIELDS + TAKEN] != 0;
    }

    boolean isNull(int member) {
        return json[valueFrom(member)] == 'n';
    }

    boolean isObject(int member) {
        return json[valueFrom(member)] == '{';
    }

    int nameFrom(int member) {
        return fields[member * FIELDS + NAME_FROM];
    }

    int nameCount(int member) {
        return fields[member * FIELDS + NAME_COUNT];
    }

    int valueFrom(int member) {
        return fields[member * FIELDS + VALUE_FROM];
    }

    int valueCount(int member) {
        return fields[member * FIELDS + VALUE_COUNT];
    }

    private int linear(Members target) {
        boolean escaped = hasEscape(target.json(), target.nameFrom, target.nameCount);
        for (int i = 0; i < size; i++) {
            boolean same = escaped || hasEscape(json, nameFrom(i), nameCount(i))
                    ? name(target.json(), target.nameFrom, target.nameCount)
                            .equals(name(json, nameFrom(i), nameCount(i)))
                    : Arrays.equals(
                            json,
                            nameFrom(i),
                            nameFrom(i) + nameCount(i),
                            target.json(),
                            target.nameFrom,
                            target.nameFrom + target.nameCount);
            if (same) {
                return i;
            }
        }
        return -1;
    }

    private int hashed(Members target) {
        Map<String, Integer> index = byName;
        if (index == null) {
            index = new HashMap<>(size * 2);
            for (int i = 0; i < size; i++) {
                index.put(name(json, nameFrom(i), nameCount(i)), i);
            }
            byName = index;
        }
        return index.getOrDefault(name(target.json(), target.nameFrom, target.nameCount), -1);
    }

    /** The same name can be spelled with and without escapes. */
    private static String name(byte[] json, int from, int count) {
        return hasEscape(json, from, count)
                ? Json.text(json, from, count)
                : new String(json, from + 1, count - 2, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static boolean hasEscape(byte[] json, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (json[i] == '\\') {
                return true;
            }
        }
        return false;
    }
}
