package dev.cairn.tools;

import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Recovery.Applied;
import org.jspecify.annotations.Nullable;

/**
 * A plan, and what came of it.
 *
 * <p>Threading: immutable.
 *
 * @param plan what was found and what can be done
 * @param applied what was done, null for nothing
 * @param rebuilt what was made anew after that, null for nothing
 */
record RecoveryOutcome(
        Recovery plan, @Nullable Applied applied, @Nullable Rebuild rebuilt) {
    private static final double NANOS_PER_SECOND = 1e9;

    double seconds() {
        return plan.took().toNanos() / NANOS_PER_SECOND;
    }
}
