package dev.cairn.internal.json;

import dev.cairn.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A set of JSON pointers (RFC 6901) into parts of a value, as a tree of their tokens. A pointer to what is not there, {@code -}
 * included, points at nothing and does no harm.
 *
 * <p>Threading: immutable.
 */
public final class JsonPointers {
    /** Pointers at most. */
    public static final int COUNT_MAX = 64;

    /** The longest pointer in bytes of UTF-8. */
    public static final int BYTES_MAX = 1_024;

    private static final JsonPointers NONE = new JsonPointers(List.of());

    private final List<String> pointers;
    private final Node root = new Node();

    /** What one more token leads to. */
    static final class Node {
        private final Map<String, Node> children = new HashMap<>();
        private boolean end;

        @Nullable
        Node child(String token) {
            return children.get(token);
        }

        /** Whether a pointer ends here. */
        boolean isEnd() {
            return end;
        }
    }

    private JsonPointers(List<String> pointers) {
        this.pointers = pointers;
        for (String pointer : pointers) {
            Node at = root;
            for (String token : pointer.substring(1).split("/", -1)) {
                at = at.children.computeIfAbsent(unescaped(token), ignored -> new Node());
            }
            at.end = true;
        }
    }

    public static JsonPointers none() {
        return NONE;
    }

    /**
     * Checks and takes pointers; order and repetition do not matter.
     *
     * @param where pointer to the list in the request, for errors
     * @throws InvalidRequestException at the first that is none, or that points at the whole value
     */
    public static JsonPointers of(List<String> pointers, String where) {
        if (pointers.isEmpty()) {
            return NONE;
        }
        if (pointers.size() > COUNT_MAX) {
            throw new InvalidRequestException(
                    "expected at most " + COUNT_MAX + " pointers, was " + pointers.size(), where);
        }
        for (int i = 0; i < pointers.size(); i++) {
            check(pointers.get(i), where + "/" + i);
        }
        return new JsonPointers(List.copyOf(new TreeSet<>(pointers)));
    }

    private static void check(String pointer, String where) {
        if (Utf8.unpairedSurrogate(pointer) >= 0) {
            throw new InvalidRequestException("expected well-formed text, was an unpaired surrogate", where);
        }
        int bytes = pointer.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_MAX) {
            throw new InvalidRequestException(
                    "expected a pointer of at most " + BYTES_MAX + " bytes, was " + bytes, where);
        }
        if (!pointer.startsWith("/")) {
            throw new InvalidRequestException(
                    pointer.isEmpty()
                            ? "expected a pointer to a part, was the whole"
                            : "expected a JSON pointer that begins with /, was one that does not",
                    where);
        }
        for (int tilde = pointer.indexOf('~'); tilde >= 0; tilde = pointer.indexOf('~', tilde + 1)) {
            char next = tilde + 1 < pointer.length() ? pointer.charAt(tilde + 1) : ' ';
            if (next != '0' && next != '1') {
                throw new InvalidRequestException(
                        "expected ~0 or ~1 in a JSON pointer, was another ~ at " + tilde, where);
            }
        }
    }

    private static String unescaped(String token) {
        return token.replace("~1", "/").replace("~0", "~");
    }

    /** The pointers, sorted, each once. */
    public List<String> list() {
        return pointers;
    }

    /** The tree, or null when it is empty. */
    @Nullable
    Node root() {
        return pointers.isEmpty() ? null : root;
    }
}
