package dev.cairn.internal.json;

import dev.cairn.internal.codec.ByteSlab;
import java.nio.charset.StandardCharsets;

/**
 * Steps over the members of one object in compact, valid JSON, as {@link Json} returns it: {@link #next} moves to the first, and
 * from each to the one behind it.
 *
 * <p>Threading: not safe for concurrent use.
 */
public final class JsonObject {
    private final Members members;

    /**
     * @param from index of the opening brace
     * @param count bytes of the object; the slab must not change meanwhile
     */
    public JsonObject(ByteSlab slab, int from, int count) {
        members = new Members(slab, from, count);
    }

    /** The number of members. */
    public static int size(ByteSlab slab, int from, int count) {
        JsonObject object = new JsonObject(slab, from, count);
        int size = 0;
        while (object.next()) {
            size++;
        }
        return size;
    }

    public boolean next() {
        return members.next();
    }

    /** The member's name, its escapes resolved. */
    public String name() {
        return text(members.nameFrom, members.nameCount);
    }

    /** The first byte of the member's value, which says what it is. */
    public char first() {
        return (char) members.json()[members.valueFrom];
    }

    /** The member's value, which is a text, its escapes resolved. */
    public String text() {
        return text(members.valueFrom, members.valueCount);
    }

    /** The member's value as it is written. */
    public String raw() {
        return new String(members.json(), members.valueFrom, members.valueCount, StandardCharsets.UTF_8);
    }

    private String text(int from, int count) {
        byte[] json = members.json();
        for (int i = from; i < from + count; i++) {
            if (json[i] == '\\') {
                return Json.text(json, from, count);
            }
        }
        return new String(json, from + 1, count - 2, StandardCharsets.UTF_8);
    }
}
