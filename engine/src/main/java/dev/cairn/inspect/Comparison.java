package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Compared;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Something that holds state, compared with the state that follows from the log.
 *
 * <p>Threading: one thread.
 */
interface Comparison {
    /** The last record that it includes, −1 when there is nothing to compare. */
    long offset();

    /** Compares, when the log is folded up to {@link #offset}; null when it could not be read, which is reported. */
    @Nullable
    Compared compare() throws IOException;
}
