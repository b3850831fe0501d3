package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.Write;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What lines of one kind in a batch hold beside the members that every line may carry. Reused from line to line.
 *
 * <p>A line may be read as one of another kind before it says which it is. So a form does not insist: a member that two kinds
 * know by the same name is taken by both alike, and null is told from nothing at the end.
 *
 * <p>Threading: one thread.
 */
interface LineForm {
    /** What such a line may do, and the members that it may then have. */
    Map<BatchOp, Set<String>> ops();

    void clear();

    /** Takes the member if it is one of these; says whether it did. */
    boolean take(String name, JsonReader json) throws IOException;

    /** The write that the members stand for; {@code op} is one of {@link #ops}. */
    Write write(BatchOp op);

    /** Whether the line may be larger than others. */
    default boolean mayBeLarge() {
        return false;
    }

    /** @throws InvalidRequestException when {@code value} is null */
    static String given(@Nullable String value, String name) {
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    static InvalidRequestException missing(String name) {
        return new InvalidRequestException("expected a member " + name + ", was none", "/" + name);
    }
}
