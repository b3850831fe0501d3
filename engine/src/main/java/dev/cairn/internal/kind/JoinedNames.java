package dev.cairn.internal.kind;

/**
 * Names as parts of a key in which slashes join them: a slash in a name is written {@code %2F} and a percent sign {@code %25}, so
 * that every slash of the key is one that joins.
 *
 * <p>Threading: stateless.
 */
public final class JoinedNames {
    private JoinedNames() {}

    /** The name as it stands in a key. */
    public static String escaped(String name) {
        return name.replace("%", "%25").replace("/", "%2F");
    }

    /** The name that {@link #escaped} was made of. */
    public static String plain(String escaped) {
        return escaped.replace("%2F", "/").replace("%25", "%");
    }
}
