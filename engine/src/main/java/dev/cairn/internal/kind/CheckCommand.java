package dev.cairn.internal.kind;

import dev.cairn.internal.codec.ByteSlab;
import org.jspecify.annotations.Nullable;

/**
 * States an expectation about an entity and changes nothing; understood by the commit path for every kind.
 *
 * @param topic the user's topic, or null for a built-in kind
 * @param key the entity's key
 */
public record CheckCommand(@Nullable String topic, String key) implements Command {
    @Override
    public void fingerprint(ByteSlab into) {
        into.putUtf8("check");
    }
}
