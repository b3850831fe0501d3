package dev.cairn.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as maps, lists, texts, longs, booleans and null; objects keep their order. Strings hold nothing that needs escaping.
 *
 * <p>Threading: stateless.
 */
final class PlainJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private PlainJson() {}

    static @Nullable Object parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            return value(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    @SuppressWarnings("unchecked") // the caller knows that it is an object
    static Map<String, @Nullable Object> object(String text) {
        return (Map<String, @Nullable Object>) java.util.Objects.requireNonNull(parse(text));
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, value(parser));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(parser));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw new IOException("expected a value, was " + parser.currentToken());
        };
    }

    static String print(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        print(value, text);
        return text.toString();
    }

    private static void print(@Nullable Object value, StringBuilder text) {
        if (value instanceof Map<?, ?> members) {
            String separator = "{";
            for (Map.Entry<?, ?> member : members.entrySet()) {
                text.append(separator).append('"').append(member.getKey()).append("\":");
                print(member.getValue(), text);
                separator = ",";
            }
            text.append(members.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> items) {
            String separator = "[";
            for (Object item : items) {
                text.append(separator);
                print(item, text);
                separator = ",";
            }
            text.append(items.isEmpty() ? "[]" : "]");
        } else if (value instanceof String string) {
            text.append('"').append(string).append('"');
        } else {
            text.append(value);
        }
    }

    /** RFC 7396: what {@code patch} makes of {@code target}; members of the target keep their place. */
    static @Nullable Object merge(@Nullable Object target, @Nullable Object patch) {
        if (!(patch instanceof Map<?, ?> changes)) {
            return patch;
        }
        Map<String, @Nullable Object> merged = new LinkedHashMap<>();
        if (target instanceof Map<?, ?> members) {
            members.forEach((name, value) -> merged.put((String) name, value));
        }
        changes.forEach((name, change) -> {
            if (change == null) {
                merged.remove((String) name);
            } else {
                merged.put((String) name, merge(merged.get((String) name), change));
            }
        });
        return merged;
    }
}
