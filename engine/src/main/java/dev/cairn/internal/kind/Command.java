package dev.cairn.internal.kind;

import dev.cairn.internal.codec.ByteSlab;
import org.jspecify.annotations.Nullable;

/**
 * A wish to change one entity. Each kind has a sealed family of commands.
 *
 * <p>Threading: immutable.
 */
public interface Command {
    /** The user's topic, or null for a built-in kind. */
    default @Nullable String topic() {
        return null;
    }

    /** The entity's key. */
    String key();

    /** Whether it presents a token of its own, which is to be held against the lease before any expectation, as fences are. */
    default boolean presentsToken() {
        return false;
    }

    /** Appends bytes that are equal for equal commands only: what an operation id stands for. Kind, topic and key are added by the
     * caller. */
    void fingerprint(ByteSlab into);
}
