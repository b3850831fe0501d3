package dev.cairn.log;

import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reading and following the log, and appending to topics of the user's own. Reads and subscriptions see durable records only,
 * unless accepted ones are asked for.
 *
 * <p>Threading: any thread.
 */
public interface Log {
    /** Appends to a user's topic with the engine's default ack. */
    Receipt append(NewRecord record);

    /**
     * @throws dev.cairn.ForbiddenException when the topic is built in
     * @throws dev.cairn.ConflictException when {@code options.expect()} is not met by the newest record of topic and key
     * @throws dev.cairn.InvalidRequestException when a name or the payload is not well formed
     */
    Receipt append(NewRecord record, WriteOptions options);

    /** Like {@link #append(NewRecord, WriteOptions)}; the future completes when the record is durable. */
    CompletableFuture<Receipt> appendAsync(NewRecord record, WriteOptions options);

    /**
     * The offset that a position means now. The beginning and positions behind the end are given as they are.
     *
     * @throws dev.cairn.GoneException when it is below the start of the log or in a lost range
     * @throws dev.cairn.InvalidRequestException when it is in the future
     */
    long resolve(From from);

    /**
     * Reads durable records. A page may hold fewer than {@code limit} although there are more: with a filter that hardly matches, and
     * where records are large, for it takes none beyond 8 MiB.
     *
     * @param from first offset, inclusive
     * @param until last offset, exclusive; {@link Long#MAX_VALUE} for the end
     * @param limit records at most, from 1; also bounds the number of records that are looked at
     * @throws dev.cairn.GoneException when {@code from} is below the start of the log or in a lost range
     * @throws dev.cairn.InvalidRequestException when {@code from} is in the future
     * @throws dev.cairn.DamagedLogException when the first of them cannot be read; damage further on ends the page before it
     */
    LogPage read(long from, long until, LogFilter filter, int limit);

    /**
     * Waits until a durable record at or after {@code offset} exists.
     *
     * @return whether one came in time
     */
    boolean awaitDurable(long offset, Duration timeout);

    /** Delivers durable records from {@code from} on to {@code subscriber}. */
    default Subscription subscribe(From from, LogSubscriber subscriber) {
        return subscribe(SubscribeOptions.from(from), subscriber);
    }

    /**
     * @throws dev.cairn.GoneException when the position is below the start of the log or in a lost range
     * @throws dev.cairn.InvalidRequestException when the position is in the future
     */
    Subscription subscribe(SubscribeOptions options, LogSubscriber subscriber);

    /**
     * Runs hooks on records: each record is given to every hook of {@code chain}, in the order of the chain, before the next
     * record is given to any; each once in an opening. One thread for each chain, which never holds up a writer: hooks that are
     * slow lag behind in the log.
     *
     * @param chain at least one, with names of their own
     * @throws dev.cairn.GoneException when the position is below the start of the log or in a lost range
     * @throws dev.cairn.InvalidRequestException when the position is in the future, or the chain is empty or has a name twice
     */
    Hooks hooks(HookOptions options, List<Hook> chain);
}
