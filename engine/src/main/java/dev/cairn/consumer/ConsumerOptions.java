package dev.cairn.consumer;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.Names;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a reader opens its group. Immutable: each {@code with…} method returns a changed copy.
 *
 * @param settings what the group begins with if it does not exist yet; topics and types that are named must be those of an
 *     existing group, and its position counts, not this one
 * @param reader who reads, 1–512 bytes of UTF-8; null for no name
 * @param session how long the group stays the reader's after it was closed, up to 1 h; counts only for a reader with a name
 */
public record ConsumerOptions(
        ConsumerSettings settings, @Nullable String reader, Duration session) {
    private static final Duration SESSION_MAX = Duration.ofHours(1);
    private static final ConsumerOptions DEFAULTS = new ConsumerOptions(ConsumerSettings.all(), null, Duration.ZERO);

    /** @throws InvalidRequestException when a value is out of its range */
    public ConsumerOptions {
        if (reader != null) {
            Names.check(reader, "reader");
        }
        if (session.isNegative() || session.compareTo(SESSION_MAX) > 0) {
            throw new InvalidRequestException("expected a session up to 1 h, was " + session, "session");
        }
    }

    /** A reader without a name; a new group begins at the beginning and reads everything. */
    public static ConsumerOptions defaults() {
        return DEFAULTS;
    }

    public ConsumerOptions withSettings(ConsumerSettings value) {
        return new ConsumerOptions(value, reader, session);
    }

    public ConsumerOptions withReader(@Nullable String value) {
        return new ConsumerOptions(settings, value, session);
    }

    public ConsumerOptions withSession(Duration value) {
        return new ConsumerOptions(settings, reader, value);
    }
}
