package dev.cairn.consumer;

import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.log.From;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Consumer groups: one committed position in the log each, as records, and one active reader.
 *
 * <p>Writes throw {@link dev.cairn.ConflictException} when an expectation is not met, {@link dev.cairn.InvalidRequestException}
 * for bad input and positions behind the end of the log, {@link dev.cairn.GoneException} for positions below its start or in a
 * lost range; then nothing was written.
 *
 * <p>Threading: any thread.
 */
public interface Consumers {
    /** Opens a group for a reader without a name; see {@link #open(String, ConsumerOptions)}. */
    default Consumer open(String group) {
        return open(group, ConsumerOptions.defaults());
    }

    /**
     * Becomes the active reader of a group, which is created if it does not exist.
     *
     * @throws dev.cairn.HeldException when another reader has it
     * @throws dev.cairn.InvalidRequestException when topics or types are named that are not those of the group
     * @throws dev.cairn.ForbiddenException when the group does not exist and the directory is open for reading only
     */
    Consumer open(String group, ConsumerOptions options);

    /** Creates a group, or sets what an existing one reads. */
    Receipt configure(String group, ConsumerSettings settings, WriteOptions options);

    /** Like {@link #configure}; the future completes when it is durable. */
    CompletableFuture<Receipt> configureAsync(String group, ConsumerSettings settings, WriteOptions options);

    /**
     * Moves the group's position to {@code offset}, the next record to be read; creates the group if it does not exist. Forward,
     * or to where it is, is a commit; back is a reset, and its record says so.
     */
    default Receipt commit(String group, long offset, WriteOptions options) {
        return move(group, From.offset(offset), options);
    }

    /** Like {@link #commit}; the future completes when it is durable. */
    default CompletableFuture<Receipt> commitAsync(String group, long offset, WriteOptions options) {
        return moveAsync(group, From.offset(offset), options);
    }

    /** Moves the group's position anywhere: {@link #commit} for a position that has yet to be looked up. */
    Receipt move(String group, From position, WriteOptions options);

    /** Like {@link #move}; the future completes when it is durable. */
    CompletableFuture<Receipt> moveAsync(String group, From position, WriteOptions options);

    /**
     * Deletes the group; its history stays. Its reader, if there is one, is no longer its reader.
     *
     * @throws dev.cairn.NotFoundException when there is none
     */
    Receipt delete(String group, WriteOptions options);

    /** Like {@link #delete}; the future completes when it is durable. */
    CompletableFuture<Receipt> deleteAsync(String group, WriteOptions options);

    /** The group as it is now, accepted changes included. */
    Optional<ConsumerGroup> get(String group);

    /** The group after the record at {@code offset}; its lag is that of then. */
    Optional<ConsumerGroup> getAsOf(String group, long offset);

    /** The group at a time of the log. */
    Optional<ConsumerGroup> getAsOf(String group, Instant time);

    /**
     * The group's records, newest first.
     * Whether some were lost to damage tells a {@link dev.cairn.log.HistoryCheck}.
     *
     * @param before only records with a smaller offset
     * @param limit from 1
     * @throws dev.cairn.NotFoundException when there never was such a group
     */
    List<LogRecord> history(String group, long before, int limit);

    /**
     * Groups by name: which there are, the projection says; how each is, the current state.
     *
     * @param limit 1 to 1,000
     * @param cursor where the page before ended, null for the first
     * @param minOffset the answer must include groups created up to this offset, −1 for any
     * @param waitMax how long to wait for {@code minOffset}
     */
    ConsumerPage list(int limit, @Nullable String cursor, long minOffset, Duration waitMax);
}
