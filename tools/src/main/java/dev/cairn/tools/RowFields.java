package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Picks fields out of rows of JSON without building trees: each value is the very bytes that stand in the row. A field is
 * named by its name, or by a JSON pointer (RFC 6901) when it begins with a slash.
 *
 * <p>Threading: one thread.
 */
final class RowFields {
    private static final JsonFactory JSON = new JsonFactory();

    private final Set<String> names = new TreeSet<>();
    private final Map<String, Value> values = new HashMap<>();

    /**
     * A value in a row.
     *
     * @param json the value as it stands in the row
     * @param text the text of a string, the digits of a number, else null
     */
    record Value(String json, @Nullable String text) {}

    /** @param fields names and pointers that will be asked for */
    RowFields(List<String> fields) {
        for (String field : fields) {
            names.add(isPointer(field) ? token(field.split("/", -1)[1]) : field);
        }
    }

    /** Whether {@code field} is a pointer and not a name. */
    static boolean isPointer(String field) {
        return field.startsWith("/");
    }

    /** The name under which a field's value is kept: its own, or the last one of a pointer. */
    static String lastName(String field) {
        return isPointer(field) ? token(field.substring(field.lastIndexOf('/') + 1)) : field;
    }

    /** Reads a row; what it held before is forgotten. */
    void read(byte[] row, int length) throws BadRowException {
        values.clear();
        readObject(row, length, names, values);
    }

    /** The value of a field, or null when it is missing or null. */
    @Nullable
    Value value(String field) throws BadRowException {
        if (!isPointer(field)) {
            return values.get(field);
        }
        String[] tokens = field.split("/", -1);
        Value value = values.get(token(tokens[1]));
        for (String token : Arrays.asList(tokens).subList(2, tokens.length)) {
            if (value == null || !value.json().startsWith("{")) {
                return null;
            }
            byte[] inner = value.json().getBytes(StandardCharsets.UTF_8);
            Map<String, Value> members = new HashMap<>();
            readObject(inner, inner.length, Set.of(token(token)), members);
            value = members.get(token(token));
        }
        return value;
    }

    private static void readObject(byte[] row, int length, Set<String> wanted, Map<String, Value> found)
            throws BadRowException {
        try (JsonParser json = JSON.createParser(row, 0, length)) {
            JsonToken first = json.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw new BadRowException("expected a JSON object, was " + (first == null ? "nothing" : first.name()));
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                boolean keep = wanted.contains(name);
                readValue(row, json, keep ? name : null, found);
            }
            if (json.nextToken() != null) {
                throw new BadRowException("expected one JSON object on a line, was more behind it");
            }
        } catch (JsonProcessingException e) {
            throw new BadRowException("expected JSON, was " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new BadRowException("expected JSON in UTF-8, was " + e.getMessage());
        }
    }

    private static void readValue(byte[] row, JsonParser json, @Nullable String name, Map<String, Value> found)
            throws IOException {
        JsonToken token = json.nextToken();
        int start = (int) json.currentTokenLocation().getByteOffset();
        if (token.isStructStart()) {
            json.skipChildren();
        } else {
            json.finishToken();
        }
        if (name == null || token == JsonToken.VALUE_NULL) {
            return;
        }
        String text = token == JsonToken.VALUE_STRING || token.isNumeric() ? json.getText() : null;
        int end = (int) json.currentLocation().getByteOffset();
        found.put(name, new Value(new String(row, start, end - start, StandardCharsets.UTF_8), text));
    }

    private static String token(String escaped) {
        return escaped.replace("~1", "/").replace("~0", "~");
    }
}
