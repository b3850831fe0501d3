package dev.cairn;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A write that was refused: remembered in memory for a while, never logged.
 *
 * @param at when, by the engine's clock
 * @param endOffset the offset that the next record got: what was in the log before it was known then
 * @param topic what the write was about
 * @param key which one
 * @param actor who tried, if said
 * @param operation the operation id, if given
 * @param code what a problem over HTTP calls it: {@code conflict}
 * @param message why, for people
 */
public record Refusal(
        Instant at,
        long endOffset,
        String topic,
        String key,
        @Nullable String actor,
        @Nullable String operation,
        String code,
        String message) {}
