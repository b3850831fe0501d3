package dev.cairn.internal.json;

import dev.cairn.internal.codec.ByteSlab;

/**
 * Steps over the members of one object in compact, valid JSON, and says where name and value of each lie.
 *
 * <p>Threading: not safe for concurrent use.
 */
final class Members {
    private final byte[] json;
    private final int end;
    private int next;

    /** Region of the name, quotes included. */
    int nameFrom;

    int nameCount;
    /** Region of the value. */
    int valueFrom;

    int valueCount;

    /** @param from index of the opening brace */
    Members(ByteSlab slab, int from, int count) {
        json = slab.array();
        next = from + 1;
        end = from + count - 1;
    }

    byte[] json() {
        return json;
    }

    boolean next() {
        if (next >= end) {
            return false;
        }
        nameFrom = next;
        int colon = textEnd(nameFrom);
        nameCount = colon - nameFrom;
        valueFrom = colon + 1;
        int comma = valueEnd(valueFrom);
        valueCount = comma - valueFrom;
        next = comma + 1;
        return true;
    }

    boolean isNull() {
        return json[valueFrom] == 'n';
    }

    boolean isObject() {
        return json[valueFrom] == '{';
    }

    private int textEnd(int quote) {
        int i = quote + 1;
        while (json[i] != '"') {
            i += json[i] == '\\' ? 2 : 1;
        }
        return i + 1;
    }

    private int valueEnd(int from) {
        int depth = 0;
        int i = from;
        while (i < end) {
            byte b = json[i];
            if (b == '"') {
                i = textEnd(i);
                continue;
            }
            if (depth == 0 && b == ',') {
                return i;
            }
            if (b == '{' || b == '[') {
                depth++;
            } else if (b == '}' || b == ']') {
                depth--;
            }
            i++;
        }
        return end;
    }
}
