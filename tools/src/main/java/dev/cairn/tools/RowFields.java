package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

    private static final Value NULL = new Value("null", null);

    private final Set<String> names = new TreeSet<>();
    private final Map<String, Value> values = new HashMap<>();
    /** All members as they stand in the row, if they were asked for. */
    private final Map<String, String> members = new LinkedHashMap<>();

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
        members.clear();
        readObject(row, length, names, values, null);
    }

    /** {@link #read}, and keeps {@link #members}. */
    void readAll(byte[] row, int length) throws BadRowException {
        values.clear();
        members.clear();
        readObject(row, length, names, values, members);
    }

    /** The members of the row in their order, each as it stands there, null too. */
    Map<String, String> members() {
        return members;
    }

    /** The text, or the digits, of a field; null when it is missing or null. */
    @Nullable
    String text(@Nullable String field) throws BadRowException {
        Value value = field == null ? null : value(field);
        if (value == null) {
            return null;
        }
        if (value.text() == null) {
            throw new BadRowException("expected a text or a number in " + field + ", was " + value.json());
        }
        return value.text();
    }

    /** The time in a field; null when it is missing or null. */
    @Nullable
    Instant time(@Nullable String field) throws BadRowException {
        String text = text(field);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new BadRowException(
                    "expected a time with a zone, as 2026-01-31T12:00:00Z, in " + field + ", was " + text);
        }
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
            Map<String, Value> found = new HashMap<>();
            readObject(inner, inner.length, Set.of(token(token)), found, null);
            value = found.get(token(token));
        }
        return value;
    }

    private static void readObject(
            byte[] row, int length, Set<String> wanted, Map<String, Value> found, @Nullable Map<String, String> all)
            throws BadRowException {
        try (JsonParser json = JSON.createParser(row, 0, length)) {
            JsonToken first = json.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw new BadRowException("expected a JSON object, was " + (first == null ? "nothing" : first.name()));
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                boolean known = wanted.contains(name);
                Value value = readValue(row, json, known || all != null);
                if (known && value != null && !value.equals(NULL)) {
                    found.put(name, value);
                }
                if (all != null && value != null && all.put(name, value.json()) != null) {
                    throw new BadRowException("expected the member " + name + " once, was twice");
                }
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

    /** The value that comes next, or null when it is not to be kept. */
    private static @Nullable Value readValue(byte[] row, JsonParser json, boolean keep) throws IOException {
        JsonToken token = json.nextToken();
        int start = (int) json.currentTokenLocation().getByteOffset();
        if (token.isStructStart()) {
            json.skipChildren();
        } else {
            json.finishToken();
        }
        if (!keep || token == JsonToken.VALUE_NULL) {
            return keep ? NULL : null;
        }
        String text = token == JsonToken.VALUE_STRING || token.isNumeric() ? json.getText() : null;
        int end = (int) json.currentLocation().getByteOffset();
        return new Value(new String(row, start, end - start, StandardCharsets.UTF_8), text);
    }

    private static String token(String escaped) {
        return escaped.replace("~1", "/").replace("~0", "~");
    }
}
