package dev.cairn.internal.json;

import dev.cairn.internal.codec.ByteSlab;
import java.nio.charset.StandardCharsets;

/**
 * Steps over the members of one object in compact, valid JSON, and says where name and value of each lie.
 *
 * <p>Threading: not safe for concurrent use.
 */
public final class Members {
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
    public Members(ByteSlab slab, int from, int count) {
        this(slab.array(), from, count);
    }

    /** @param from index of the opening brace */
    public Members(byte[] json, int from, int count) {
        this.json = json;
        next = from + 1;
        end = from + count - 1;
    }

    byte[] json() {
        return json;
    }

    /** Moves to the next member; false at the end. */
    public boolean next() {
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

    /** The name, unescaped. */
    public String name() {
        return unescaped(nameFrom, nameCount);
    }

    /** The value as it stands there. */
    public String value() {
        return new String(json, valueFrom, valueCount, StandardCharsets.UTF_8);
    }

    /** The text of a value that {@link #isText}. */
    public String text() {
        return unescaped(valueFrom, valueCount);
    }

    private String unescaped(int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (json[i] == '\\') {
                return Json.text(json, from, count);
            }
        }
        return new String(json, from + 1, count - 2, StandardCharsets.UTF_8);
    }

    public boolean isText() {
        return json[valueFrom] == '"';
    }

    public boolean isNull() {
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
