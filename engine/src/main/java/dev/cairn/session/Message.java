package dev.cairn.session;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.Members;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message of a session.
 *
 * @param offset its address in the log
 * @param number its place among the messages of its session, from 1
 * @param at the log's time
 * @param occurredAt the caller's time, or null
 * @param actor who appended it, or null
 * @param role who speaks: {@code user}, {@code assistant}, {@code tool}, …
 * @param json the message as it was given, a compact JSON object
 */
public record Message(
        long offset,
        long number,
        Instant at,
        @Nullable Instant occurredAt,
        @Nullable String actor,
        String role,
        String json) {
    /** The content, any JSON value; a text with its quotes. */
    public String content() {
        ByteSlab slab = ByteSlab.ofUtf8(json);
        Members members = new Members(slab, 0, slab.length());
        while (members.next()) {
            if (members.name().equals(NewMessage.CONTENT)) {
                return members.value();
            }
        }
        throw new IllegalStateException("expected a message with a content, was none at offset " + offset);
    }
}
