package dev.cairn.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.cairn.InvalidRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object member by member, without building a tree. Values that are only passed on keep the text they came as.
 *
 * <p>Threading: one thread.
 */
final class JsonReader implements AutoCloseable {
    private static final String ROOT = "";

    private final byte[] bytes;
    private final int start;
    private final JsonParser parser;
    /** A list as long as it is short: most objects have less than a dozen members. */
    private static final int FEW_MEMBERS = 16;

    private Collection<String> seen = new ArrayList<>();

    private String name = "";

    private JsonReader(byte[] bytes, int start, JsonParser parser) {
        this.bytes = bytes;
        this.start = start;
        this.parser = parser;
    }

    /** Begins to read {@code length} bytes that must hold one object and nothing else. */
    static JsonReader object(byte[] bytes, int start, int length) throws IOException {
        int skip = byteOrderMark(bytes, start, length);
        checkEncoding(bytes, start + skip, length - skip);
        JsonParser parser = Json.FACTORY.createParser(bytes, start + skip, length - skip);
        JsonToken first = parser.nextToken();
        if (first != JsonToken.START_OBJECT) {
            parser.close();
            throw new InvalidRequestException("expected a JSON object, was " + (first == null ? "empty" : first), ROOT);
        }
        return new JsonReader(bytes, start + skip, parser);
    }

    private static int byteOrderMark(byte[] bytes, int start, int length) {
        boolean marked = length >= 3
                && bytes[start] == (byte) 0xef
                && bytes[start + 1] == (byte) 0xbb
                && bytes[start + 2] == (byte) 0xbf;
        return marked ? 3 : 0;
    }

    private static void checkEncoding(byte[] bytes, int start, int length) {
        // The parser would take text with zero bytes for UTF-16 or UTF-32.
        if (length >= 2 && (bytes[start] == 0 || bytes[start + 1] == 0)) {
            throw new InvalidRequestException("expected JSON in UTF-8", ROOT);
        }
        Utf8.check(bytes, start, length);
    }

    /** Moves to the next member's value; null at the end, when nothing may follow. */
    @Nullable
    String next() throws IOException {
        String next = parser.nextFieldName();
        if (next == null) {
            if (parser.nextToken() != null) {
                throw new InvalidRequestException("expected nothing after the object, was more", ROOT);
            }
            return null;
        }
        name = next;
        if (seen.contains(next)) {
            throw new InvalidRequestException(
                    "expected the member " + Excerpt.of(next) + " once, was twice", pointer());
        }
        if (seen.size() == FEW_MEMBERS) {
            seen = new HashSet<>(seen);
        }
        seen.add(next);
        parser.nextToken();
        return next;
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    String text() throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong("a string");
        }
        String text = parser.getText();
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                checkSurrogates(text);
                break;
            }
        }
        return text;
    }

    private void checkSurrogates(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw wrong("a string of whole characters");
        }
    }

    @Nullable
    String textOrNull() throws IOException {
        return isNull() ? null : text();
    }

    /** A string, or an array of strings. */
    List<String> textOrTexts() throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return List.of(text());
        }
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw new InvalidRequestException(
                        "expected a string in " + Excerpt.of(name) + ", was " + describe(),
                        pointer() + "/" + texts.size());
            }
            texts.add(text());
        }
        return texts;
    }

    long number(long min, long max) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            long number = parser.getLongValue();
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw wrong("an integer from " + min + " to " + max);
    }

    boolean isNumber() {
        JsonToken token = parser.currentToken();
        return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
    }

    Instant time() throws IOException {
        return Times.parse(text(), pointer());
    }

    /** The texts of an array, {@code countMax} at most. */
    List<String> texts(int countMax) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("an array of strings");
        }
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING || texts.size() == countMax) {
                throw new InvalidRequestException(
                        "expected at most " + countMax + " strings in " + Excerpt.of(name) + ", was "
                                + (texts.size() == countMax ? "more" : "another value"),
                        pointer() + "/" + texts.size());
            }
            texts.add(text());
        }
        return texts;
    }

    /** The value as it was written. */
    String raw() throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        int until = (int) parser.currentLocation().getByteOffset();
        return new String(bytes, start + from, until - from, StandardCharsets.UTF_8);
    }

    /** Steps over the value. */
    void skip() throws IOException {
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        }
    }

    /** Like {@link #raw}, of an object. */
    String rawObject() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("an object");
        }
        return raw();
    }

    /** Like {@link #rawObject}, or {@code null}: as the value of a merge patch. */
    String rawObjectOrNull() throws IOException {
        return isNull() ? raw() : rawObject();
    }

    String pointer() {
        return pointer(name);
    }

    static String pointer(String member) {
        return "/" + Excerpt.of(member.replace("~", "~0").replace("/", "~1"));
    }

    InvalidRequestException wrong(String expected) {
        return new InvalidRequestException(
                "expected " + expected + " as " + Excerpt.of(name) + ", was " + describe(), pointer());
    }

    InvalidRequestException unknown() {
        return unknown(name);
    }

    static InvalidRequestException unknown(String member) {
        return new InvalidRequestException(
                "expected no member " + Excerpt.of(member) + ", was given one", pointer(member));
    }

    private String describe() {
        try {
            return parser.currentToken().isStructStart()
                    ? (parser.currentToken() == JsonToken.START_OBJECT ? "an object" : "an array")
                    : Excerpt.of(parser.getText());
        } catch (IOException e) {
            return "malformed";
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
