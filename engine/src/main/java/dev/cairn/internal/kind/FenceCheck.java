package dev.cairn.internal.kind;

import org.jspecify.annotations.Nullable;

/**
 * What the commit path asks before a command is decided: whether the leases that the caller presents, and the one that guards
 * the command's entity, let it pass.
 *
 * <p>Threading: commit lock held.
 */
@FunctionalInterface
public interface FenceCheck {
    /** Where nobody grants leases, every token is stale. */
    FenceCheck NO_LEASES = (draft, kind, command) -> draft.fences().isEmpty()
            ? null
            : new Rejection.StaleToken(
                    draft.fences().get(0).lease(), draft.fences().get(0).token(), null);

    /**
     * Why {@code command} may not be decided, or null. Asked only with fences, where the kind is {@link Kind#guarded guarded}, or
     * with an expectation and a command that {@linkplain Command#presentsToken presents a token}.
     */
    @Nullable
    Rejection check(Draft draft, Kind kind, Command command);
}
