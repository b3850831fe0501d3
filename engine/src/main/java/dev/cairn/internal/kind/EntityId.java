package dev.cairn.internal.kind;

import org.jspecify.annotations.Nullable;

/**
 * Which entity. Names may hold spaces, so no text that joins them tells one from another.
 *
 * <p>Threading: immutable.
 *
 * @param kind wire id of its kind
 * @param topic the user's topic, null for a built-in kind
 * @param key its key
 */
public record EntityId(byte kind, @Nullable String topic, String key) {}
