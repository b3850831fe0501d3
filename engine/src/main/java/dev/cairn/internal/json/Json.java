package dev.cairn.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.cairn.InvalidRequestException;
import dev.cairn.TooLargeException;
import dev.cairn.internal.codec.ByteSlab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks JSON that comes from outside, once: well-formed UTF-8, one value, no member twice, no unpaired surrogate, bounded in
 * size and depth. What comes back is <em>compact</em>: the same bytes without white space between tokens; texts and numbers
 * stay as they were written. Everything behind the edge relies on that.
 *
 * <p>Threading: stateless.
 */
public final class Json {
    /** No JSON value in Cairn is larger, whatever the configuration, in bytes. */
    public static final int BYTES_MAX = 16 << 20;

    /** How deep objects and arrays may be nested. */
    public static final int DEPTH_MAX = 128;

    private static final int SHOWN_CHARS_MAX = 256;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Names come from outside: the JVM's table of interned strings is not theirs to fill.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(BYTES_MAX)
                    .maxStringLength(BYTES_MAX)
                    .maxNameLength(BYTES_MAX)
                    .build())
            .build();

    /** The same, but that a member may be there twice: to look for that takes a sixth of the time, and half of the memory. */
    private static final JsonFactory ANY_NAMES = FACTORY.rebuild()
            .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /**
     * Checks any JSON value.
     *
     * @param where pointer to the value in the request, for errors; empty for the whole
     * @return the value as compact UTF-8
     * @throws InvalidRequestException where it is wrong
     * @throws TooLargeException above {@link #BYTES_MAX}
     */
    public static byte[] value(String text, String where) {
        return value(encode(text, where), where);
    }

    /** {@link #value(String, String)} of UTF-8 bytes; the same array comes back when it is compact already. */
    public static byte[] value(byte[] utf8, String where) {
        return checked(utf8, where, false, FACTORY);
    }

    /** {@link #value(String, String)}, but that an object may have a member twice: {@link CanonicalJson} tells. */
    public static byte[] valueOfAnyNames(String text, String where) {
        return checked(encode(text, where), where, false, ANY_NAMES);
    }

    /** {@link #value(String, String)}, and it must be an object. */
    public static byte[] object(String text, String where) {
        return object(encode(text, where), where);
    }

    /** {@link #value(String, String)}, and it must be an object or null. */
    public static byte[] objectOrNull(String text, String where) {
        return text.strip().equals("null") ? value(text, where) : object(text, where);
    }

    /** {@link #value(byte[], String)}, and it must be an object. */
    public static byte[] object(byte[] utf8, String where) {
        return checked(utf8, where, true, FACTORY);
    }

    /**
     * Checks a JSON value and reads it as a tree of {@link Map} (in the order of the members), {@link List}, {@link String},
     * {@link Number}, {@link Boolean} and null. For small documents such as configuration.
     */
    public static @Nullable Object tree(String text, String where) {
        byte[] utf8 = value(text, where);
        try (JsonParser parser = FACTORY.createParser(utf8)) {
            parser.nextToken();
            return subtree(parser);
        } catch (IOException e) {
            throw new UncheckedIOException("expected checked JSON to be readable", e);
        }
    }

    /** A member's name as a part of a JSON pointer (RFC 6901). */
    public static String pointerToken(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /** The text that the member {@code name} of a compact object is; null when there is no such member, or it is no text. */
    public static @Nullable String memberText(byte[] object, String name) {
        Members members = new Members(ByteSlab.copyOf(object), 0, object.length);
        while (members.next()) {
            if (text(members.json(), members.nameFrom, members.nameCount).equals(name)) {
                boolean isText = members.json()[members.valueFrom] == '"';
                return isText ? text(members.json(), members.valueFrom, members.valueCount) : null;
            }
        }
        return null;
    }

    /** The text of a JSON string, quotes included in the region. */
    static String text(byte[] json, int from, int count) {
        try (JsonParser parser = FACTORY.createParser(json, from, count)) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            throw new UncheckedIOException("expected checked JSON to be readable", e);
        }
    }

    private static byte[] encode(String text, String where) {
        checkText(text, where);
        return Utf8.bytes(text);
    }

    /**
     * Checks a text that is to become a JSON string.
     *
     * @param where pointer, for the error
     * @throws InvalidRequestException when a surrogate in it is unpaired
     */
    public static void checkText(String text, String where) {
        int unpaired = Utf8.unpairedSurrogate(text);
        if (unpaired >= 0) {
            throw new InvalidRequestException(
                    String.format(
                            "expected well-formed text, was the unpaired surrogate U+%04X at %d",
                            (int) text.charAt(unpaired), unpaired),
                    where);
        }
    }

    private static byte[] checked(byte[] utf8, String where, boolean objectOnly, JsonFactory factory) {
        if (utf8.length > BYTES_MAX) {
            throw new TooLargeException("JSON", BYTES_MAX, utf8.length);
        }
        boolean compact = JsonBytes.scan(utf8, where);
        parse(utf8, where, objectOnly, factory);
        return compact ? utf8 : JsonBytes.compacted(utf8);
    }

    private static void parse(byte[] utf8, String where, boolean objectOnly, JsonFactory factory) {
        // Closed only after an error was read from it: closing forgets where the parser stood.
        try (JsonParser parser = factory.createParser(utf8)) {
            try {
                walk(parser, where, objectOnly);
            } catch (StreamConstraintsException e) {
                // Depth is the one limit that is reached before the size is.
                throw new InvalidRequestException(
                        "expected JSON of at most " + DEPTH_MAX + " levels, was deeper", where(parser, where));
            } catch (JsonEOFException e) {
                throw new InvalidRequestException(
                        "expected JSON, was cut off at byte " + utf8.length, where(parser, where));
            } catch (JsonProcessingException e) {
                throw new InvalidRequestException(
                        "expected JSON, was malformed at byte "
                                + e.getLocation().getByteOffset() + ": " + cut(e.getOriginalMessage()),
                        where(parser, where));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected reading from memory not to fail", e);
        }
    }

    private static void walk(JsonParser parser, String where, boolean objectOnly) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new InvalidRequestException("expected JSON, was nothing", where);
        }
        if (objectOnly && first != JsonToken.START_OBJECT) {
            throw new InvalidRequestException("expected a JSON object, was " + word(first), where);
        }
        if (first.isStructStart()) {
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    throw new InvalidRequestException("expected JSON, was cut off", where(parser, where));
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
        }
        if (parser.nextToken() != null) {
            throw new InvalidRequestException(
                    "expected one JSON value, was more at byte "
                            + parser.currentTokenLocation().getByteOffset(),
                    where);
        }
    }

    /** Where the parser stands; names are the sender's to choose, so the pointer ends where it grows too long. */
    private static String where(JsonParser parser, String where) {
        String inside = parser.getParsingContext().pathAsPointer().toString();
        return inside.length() <= SHOWN_CHARS_MAX ? where + inside : where;
    }

    private static String cut(String message) {
        return message.length() <= SHOWN_CHARS_MAX ? message : message.substring(0, SHOWN_CHARS_MAX) + "…";
    }

    private static String word(JsonToken token) {
        return switch (token) {
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_NULL -> "null";
            default -> "a boolean";
        };
    }

    private static @Nullable Object subtree(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, subtree(parser));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(subtree(parser));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getNumberValue();
        };
    }
}
