package dev.cairn.internal.kind;

import dev.cairn.CairnException;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.ForbiddenException;
import dev.cairn.GoneException;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.InvalidTransitionException;
import dev.cairn.NotFoundException;
import dev.cairn.OperationMismatchException;
import dev.cairn.OverloadedException;
import dev.cairn.StaleTokenException;
import dev.cairn.TooLargeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a command was refused: a value until the edge of the API turns it into an exception or a problem.
 *
 * <p>Threading: immutable.
 */
public sealed interface Rejection {
    /** The exception that says the same. */
    CairnException toException();

    /** See {@link ConflictException}. */
    record Conflict(Expect expected, String topic, String key, long actual, long revision) implements Rejection {
        @Override
        public CairnException toException() {
            String message = "expected " + topic + " " + key + " to have " + expected + ", was "
                    + (revision < 0 ? "none" : "version " + actual + ", revision " + revision);
            return new ConflictException(message, expected.toString(), actual, revision);
        }
    }

    /** A number that only grows would go back; see {@link ConflictException}. */
    record Backward(String topic, String key, String what, long expectedMin, long was, long actual, long revision)
            implements Rejection {
        @Override
        public CairnException toException() {
            String expected = what + " from " + expectedMin;
            String message = "expected " + topic + " " + key + " to go on with " + expected + ", was " + was;
            return new ConflictException(message, expected, actual, revision);
        }
    }

    /** What was to follow {@code parent} would fork off from behind the latest; see {@link ConflictException}. */
    record NotLatest(
            String topic,
            String key,
            String parent,
            @Nullable String latest,
            long actual,
            long revision) implements Rejection {
        @Override
        public CairnException toException() {
            String message = "expected " + topic + " " + key + " to be at " + parent + ", was "
                    + (latest == null ? "none" : "at " + latest);
            return new ConflictException(message, "parent " + parent, actual, revision);
        }
    }

    /** See {@link InvalidTransitionException}. */
    record InvalidTransition(@Nullable String from, String to, List<String> allowed) implements Rejection {
        @Override
        public CairnException toException() {
            return new InvalidTransitionException(from, to, allowed);
        }
    }

    /** See {@link InvalidRequestException}. */
    record Invalid(String message, @Nullable String where) implements Rejection {
        @Override
        public CairnException toException() {
            return new InvalidRequestException(message, where);
        }
    }

    /** See {@link NotFoundException}. */
    record NotFound(String topic, String key) implements Rejection {
        @Override
        public CairnException toException() {
            return new NotFoundException(topic, key);
        }
    }

    /** See {@link StaleTokenException}. */
    record StaleToken(String lease, long token, @Nullable Long current) implements Rejection {
        @Override
        public CairnException toException() {
            return new StaleTokenException(lease, token, current);
        }
    }

    /** See {@link HeldException}. */
    record Held(String name, String holder, Instant expiresAt, int position) implements Rejection {
        @Override
        public CairnException toException() {
            return new HeldException(name, holder, expiresAt, position);
        }
    }

    /** See {@link OperationMismatchException}. */
    record OperationMismatch(String operation, long offset) implements Rejection {
        @Override
        public CairnException toException() {
            return new OperationMismatchException(operation, offset);
        }
    }

    /** See {@link TooLargeException}. */
    record TooLarge(String what, long limit, long actual) implements Rejection {
        @Override
        public CairnException toException() {
            return new TooLargeException(what, limit, actual);
        }
    }

    /** See {@link OverloadedException}. */
    record Overloaded(String message) implements Rejection {
        private static final int RETRY_AFTER_MILLIS = 1_000;

        @Override
        public CairnException toException() {
            return new OverloadedException(message, RETRY_AFTER_MILLIS);
        }
    }

    /** See {@link GoneException}. */
    record Gone(
            String message,
            @Nullable Long startOffset,
            @Nullable Long resumeFrom) implements Rejection {
        @Override
        public CairnException toException() {
            return new GoneException(message, startOffset, resumeFrom);
        }
    }

    /** See {@link ForbiddenException}. */
    record Forbidden(String message) implements Rejection {
        @Override
        public CairnException toException() {
            return new ForbiddenException(message);
        }
    }
}
