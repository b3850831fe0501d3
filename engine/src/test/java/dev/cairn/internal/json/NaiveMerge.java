package dev.cairn.internal.json;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pseudo-code of RFC 7396, section 2, on trees of {@link Map} and values: what {@link MergePatch} is held against.
 *
 * <p>Threading: stateless.
 */
final class NaiveMerge {
    private NaiveMerge() {}

    /** What {@code patch} makes of {@code target}. */
    static @Nullable Object merged(@Nullable Object target, @Nullable Object patch) {
        if (!(patch instanceof Map<?, ?> changes)) {
            return patch;
        }
        Map<Object, @Nullable Object> result = new LinkedHashMap<>();
        if (target instanceof Map<?, ?> members) {
            result.putAll(members);
        }
        changes.forEach((name, value) -> {
            if (value == null) {
                result.remove(name);
            } else {
                result.put(name, merged(result.get(name), value));
            }
        });
        return result;
    }
}
