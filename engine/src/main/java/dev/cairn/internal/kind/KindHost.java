package dev.cairn.internal.kind;

import dev.cairn.Ack;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.Refusal;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the client API of a kind stands on: committing, reading entities, walking their history, querying the projection.
 *
 * <p>Threading: any thread. Methods throw the {@code CairnException} family.
 */
public interface KindHost {
    /** Commits one command and waits as {@code options.ack()} asks. */
    Receipt commit(Kind kind, Command command, WriteOptions options);

    /**
     * Commits one command, and shows what it did. Not shown is the repeat of an operation, nor anything by a host that hands
     * its writes to another one: the caller reads it back then.
     */
    default Receipt commit(Kind kind, Command command, WriteOptions options, Committed shown) {
        return commit(kind, command, options);
    }

    /** Commits one command at once; the future completes when it is durable, or exceptionally when it was refused. */
    CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options);

    /**
     * Commits all of {@code commands} in one document, or throws and writes nothing. Under an operation id each is an item of
     * its own, numbered from {@code options.item()} on. The expectation is the first command's alone.
     *
     * @return a receipt for each, in order
     * @throws dev.cairn.BatchRefusedException with the first that is refused
     */
    List<Receipt> commitAll(Kind kind, List<? extends Command> commands, WriteOptions options);

    /**
     * Loads the current state, body included, into {@code into}.
     *
     * @return whether the entity exists now
     */
    boolean entity(Kind kind, @Nullable String topic, String key, Entity into);

    /**
     * Loads the state as it was after the record at {@code asOf} (the last record included).
     *
     * @return whether the entity existed then
     * @throws dev.cairn.GoneException when the answer lies below the start of the log or {@code asOf} in a lost range
     * @throws dev.cairn.InvalidRequestException when {@code asOf} is in the future
     */
    boolean entityAsOf(Kind kind, @Nullable String topic, String key, long asOf, Entity into);

    /**
     * Whether records of the entity from the offset {@code first} to {@code last} were lost to damage. Where these records are shown
     * one by one, that says more than the state, which a later record may carry whole.
     */
    boolean lostBetween(Kind kind, @Nullable String topic, String key, long first, long last);

    /**
     * The last offset whose record is not later than {@code time}; −1 when all are later.
     *
     * @throws dev.cairn.InvalidRequestException when {@code time} is in the future: later than both the clock and the last record
     */
    long offsetAsOf(Instant time);

    /**
     * Runs {@code work} while nothing is committed: for a short look at state.
     *
     * @throws dev.cairn.NotReadyException when nothing will be committed any more
     */
    void still(Runnable work);

    /** Like {@link #still}, for work of many short pieces: does not wait behind those who write without pause. */
    default void inTurn(Runnable work) {
        still(work);
    }

    /** Begins a walk over the entities of {@code kind}, while others write. */
    Pieces pieces(Kind kind);

    /**
     * A walk over every entity of one kind, piece by piece. An entity that was there when the walk began is met exactly once, as
     * it was when its piece was copied; one that came later may be met or not.
     *
     * <p>Threading: one thread.
     */
    interface Pieces {
        /** Copies the next piece, some thousand entities at most; false when there was none left. */
        boolean advance();

        /** Shows the entities of the piece that existed when it was copied, whole, in no order. */
        void forEach(EntityVisitor visitor);
    }

    /** Is shown entities, each valid until the next. */
    @FunctionalInterface
    interface EntityVisitor {
        /** @param stateKey the entity's {@link StateKey} */
        void entity(ByteSlab stateKey, Entity entity);
    }

    /**
     * Waits until {@code condition}, asked again after each change of state, holds.
     *
     * @return whether it held in time
     */
    boolean await(BooleanSupplier condition, Duration timeout);

    /**
     * Waits until what {@code receipt} stands for is as durable as {@code ack} asks.
     *
     * @param ack null for the engine's default
     * @throws dev.cairn.OutcomeUnknownException when the wait was interrupted or failed
     */
    Receipt acknowledge(Receipt receipt, @Nullable Ack ack);

    /**
     * Writes to one entity that were refused since the record at {@code since} was written, the newest first; of the last some
     * thousand refusals of this opening.
     */
    List<Refusal> refusals(Kind kind, @Nullable String topic, String key, long since);

    /** The time of day, as the engine was told to take it. */
    Instant now();

    /** Offset of the last accepted record, −1 for none: as a limit of what is read, it makes several reads one view. */
    long appendedOffset();

    /**
     * Checks that {@code offset} is one that a caller may name: of a record, or right behind the last one.
     *
     * @param parameter what to name in the error
     * @throws dev.cairn.GoneException when it is below the start of the log or in a lost range
     * @throws dev.cairn.InvalidRequestException when it is in the future
     */
    void checkPosition(long offset, String parameter);

    /**
     * Reads the record at {@code offset}, which may be of any entity: the caller holds it against the one it wants.
     *
     * @throws dev.cairn.GoneException when the log has no such record
     * @throws dev.cairn.DamagedLogException when it cannot be read
     */
    void event(long offset, Event into);

    /**
     * Reads the record of an operation whose first receipt a repeat was given, for what its answer says beside the receipt.
     *
     * @throws GoneException when the record is not there any more; that the operation was committed stands in its message
     * @throws dev.cairn.DamagedLogException when it cannot be read
     */
    default void committed(Receipt receipt, Event into) {
        try {
            event(receipt.offset(), into);
        } catch (GoneException e) {
            if (e.startOffset() != null) {
                throw e;
            }
            throw new GoneException(
                    "expected the record of the operation, which was committed at offset " + receipt.offset()
                            + ", was given up by a repair",
                    null,
                    null);
        }
    }

    /**
     * The offset of the newest record of an entity that is left before one that is not there; −1 for none.
     *
     * @param offset of the record that is not there
     * @param gone how {@link #event} said so
     */
    default long leftBefore(Kind kind, @Nullable String topic, String key, long offset, GoneException gone) {
        Long start = gone.startOffset();
        if (start != null && offset < start) {
            return -1;
        }
        List<LogRecord> before = history(kind, topic, key, offset, 1);
        return before.isEmpty() ? -1 : before.get(0).offset();
    }

    /**
     * Records of one entity, newest first; fewer than {@code limit} although there are more where they are large, for it takes none
     * beyond 8 MiB.
     *
     * @param before only records with a smaller offset; {@link Long#MAX_VALUE} to start at the newest
     * @param limit from 1
     * @throws dev.cairn.NotFoundException when there never was such an entity
     */
    List<LogRecord> history(Kind kind, @Nullable String topic, String key, long before, int limit);

    /**
     * Waits until the entity's revision is not {@code revision} (−1 for an entity that does not exist).
     *
     * @return whether it changed in time
     */
    boolean awaitChange(Kind kind, @Nullable String topic, String key, long revision, Duration timeout);

    /** Runs a query on the projection. */
    RowQuery.Page query(Kind kind, RowQuery query);

    /**
     * Runs several queries on the projection as of one moment. The work holds one of few connections: it does nothing else.
     *
     * @param minOffset the rows must include the log up to this offset; −1 for any
     * @param waitMax how long to wait for that
     */
    <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work);

    /** Counts rows of the projection by the values of one column. */
    RowQuery.Counts count(Kind kind, RowQuery query, String byColumn);
}
