package dev.cairn.server;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.Receipt;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a write is answered with beside its receipt.
 *
 * <p>Threading: stateless.
 */
final class Written {
    private Written() {}

    /**
     * What was written, as the write left it. A repeat may come when the record of the write is there no more; it was done all the
     * same, so it is answered with what there is now.
     *
     * @return null when there is nothing
     */
    static <T> @Nullable T by(Receipt receipt, Supplier<Optional<T>> left, Supplier<Optional<T>> now) {
        try {
            return left.get().orElse(null);
        } catch (GoneException | DamagedLogException e) {
            if (!receipt.replayed()) {
                throw e;
            }
            return nowOf(now);
        }
    }

    private static <T> @Nullable T nowOf(Supplier<Optional<T>> now) {
        try {
            return now.get().orElse(null);
        } catch (DamagedLogException e) {
            return null; // nothing is left of it that could be shown
        }
    }

    /** Of a repeat, where nothing but the record that was written tells the answer. */
    static GoneException recordIsGone(long offset, GoneException cause) {
        return cause.startOffset() != null
                ? cause
                : new GoneException(
                        "expected the record of the operation, which was committed at offset " + offset
                                + ", was given up by a repair",
                        null,
                        null);
    }
}
