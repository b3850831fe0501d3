package dev.cairn.consumer;

import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.log.From;
import java.time.Duration;

/**
 * The active reader of a group. It reads on from poll to poll; what is committed moves only by {@link #commit}, so records that
 * were read and not committed come again to the next reader: each at least once.
 *
 * <p>A reset of the group by somebody else takes effect at the next poll. When the group is deleted, polls throw {@link
 * dev.cairn.NotFoundException}.
 *
 * <p>Threading: any thread.
 */
public interface Consumer extends AutoCloseable {
    /** The group's name. */
    String group();

    /** The offset at which the next poll goes on. */
    long position();

    /**
     * The next records that are durable, or none when none came in time. Records of topic {@code consumer} never come.
     *
     * @param limit records at most, from 1
     * @param wait how long to wait for the first
     * @throws dev.cairn.GoneException when the position is below the start of the log; seek to go on
     * @throws dev.cairn.DamagedLogException when the next record cannot be read
     */
    ConsumerRecords poll(int limit, Duration wait);

    /** Commits with the engine's default ack; see {@link #commit(long, WriteOptions)}. */
    default Receipt commit(long next) {
        return commit(next, WriteOptions.defaults());
    }

    /**
     * States that everything before {@code next} is processed; see {@link Consumers#commit}. Where this reader goes on stays as
     * it is.
     */
    Receipt commit(long next, WriteOptions options);

    /**
     * Goes on elsewhere; nothing is committed.
     *
     * @throws dev.cairn.GoneException when the position is below the start of the log or in a lost range
     * @throws dev.cairn.InvalidRequestException when it is in the future
     */
    void seek(From position);

    /** Frees the group for other readers, at once or after the session of a reader with a name. */
    @Override
    void close();
}
