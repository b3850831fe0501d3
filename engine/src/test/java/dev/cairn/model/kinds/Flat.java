package dev.cairn.model.kinds;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects without objects inside, as texts: names with values as they are written. No text holds a comma, a colon or a quote.
 *
 * <p>Threading: stateless.
 */
final class Flat {
    private Flat() {}

    static Map<String, String> parse(String json) {
        Map<String, String> members = new LinkedHashMap<>();
        String inner = json.substring(1, json.length() - 1);
        if (!inner.isEmpty()) {
            for (String member : inner.split(",")) {
                String[] parts = member.split(":", 2);
                members.put(parts[0].substring(1, parts[0].length() - 1), parts[1]);
            }
        }
        return members;
    }

    static String print(Map<String, String> members) {
        StringJoiner json = new StringJoiner(",", "{", "}");
        members.forEach((name, value) -> json.add('"' + name + "\":" + value));
        return json.toString();
    }

    /** RFC 7396. */
    static String merge(String target, String patch) {
        Map<String, String> merged = parse(target);
        parse(patch).forEach((name, value) -> {
            if (value.equals("null")) {
                merged.remove(name);
            } else {
                merged.put(name, value);
            }
        });
        return print(merged);
    }

    /** The text that a member is, null when it is none or another value. */
    static @Nullable String text(String json, String name) {
        String value = parse(json).get(name);
        return value == null || !value.startsWith("\"") ? null : value.substring(1, value.length() - 1);
    }
}
