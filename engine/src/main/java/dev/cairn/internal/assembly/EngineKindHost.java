package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.Expect;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.Refusal;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.commit.BatchItem;
import dev.cairn.internal.commit.RefusalMemory;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Committed;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowView;
import dev.cairn.internal.read.EntityReaders;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.read.Positions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the kinds' clients stand on, for one open engine.
 *
 * <p>Threading: any thread.
 */
final class EngineKindHost implements KindHost {
    private final Writes writes;
    private final EntityReaders readers;
    private final LogEnds ends;
    private final Positions positions;
    private final Changes changes;
    private final Rows rows;
    private final RefusalMemory refusals;
    private final Clock clock;

    /** Takes commands, or refuses them all. */
    interface Writes {
        Receipt commit(Kind kind, Command command, WriteOptions options);

        /** The same, and shows what the command did, unless it is a repeat. */
        default Receipt commit(Kind kind, Command command, WriteOptions options, Committed shown) {
            return commit(kind, command, options);
        }

        CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options);

        Receipt acknowledge(Receipt receipt, @Nullable Ack ack);

        <T extends @Nullable Object> T still(Supplier<T> work);

        /** The same, for who comes often and must not be kept waiting by who writes without pause. */
        default <T extends @Nullable Object> T inTurn(Supplier<T> work) {
            return still(work);
        }

        /** Throws the reason when nothing will be committed any more. */
        default void requireOpen() {}

        List<Receipt> commitAtomic(List<BatchItem> items, @Nullable Ack ack);
    }

    /** Lets a caller wait for changes of state. */
    interface Changes {
        boolean await(BooleanSupplier condition, long deadlineNanos) throws InterruptedException;
    }

    /** Answers from the projection. */
    interface Rows {
        RowQuery.Page query(Kind kind, RowQuery query);

        <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work);

        RowQuery.Counts count(Kind kind, RowQuery query, String byColumn);
    }

    EngineKindHost(
            Writes writes,
            EntityReaders readers,
            LogEnds ends,
            Positions positions,
            Changes changes,
            Rows rows,
            RefusalMemory refusals,
            Clock clock) {
        this.refusals = refusals;
        this.clock = clock;
        this.writes = writes;
        this.ends = ends;
        this.readers = readers;
        this.positions = positions;
        this.changes = changes;
        this.rows = rows;
    }

    @Override
    public Receipt commit(Kind kind, Command command, WriteOptions options) {
        return writes.commit(kind, command, options);
    }

    @Override
    public Receipt commit(Kind kind, Command command, WriteOptions options, Committed shown) {
        return writes.commit(kind, command, options, shown);
    }

    @Override
    public CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
        return writes.commitAsync(kind, command, options);
    }

    @Override
    public List<Receipt> commitAll(Kind kind, List<? extends Command> commands, WriteOptions options) {
        List<BatchItem> items = new ArrayList<>(commands.size());
        for (Command command : commands) {
            WriteOptions own = items.isEmpty() ? options : options.withExpect(Expect.any());
            if (options.operation() != null) {
                own = own.withOperation(options.operation(), options.item() + items.size(), options.commandHash());
            }
            items.add(new BatchItem(new BoundCommand(kind.id(), command), own));
        }
        return writes.commitAtomic(items, options.ack());
    }

    @Override
    public void still(Runnable work) {
        writes.requireOpen();
        writes.still(() -> {
            work.run();
            return true;
        });
    }

    @Override
    public void inTurn(Runnable work) {
        writes.requireOpen();
        writes.inTurn(() -> {
            work.run();
            return true;
        });
    }

    @Override
    public Pieces pieces(Kind kind) {
        return readers.pieces(kind);
    }

    @Override
    public boolean await(BooleanSupplier condition, Duration timeout) {
        try {
            return changes.await(condition, System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while waiting for a change");
        }
    }

    @Override
    public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
        return writes.acknowledge(receipt, ack);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public List<Refusal> refusals(Kind kind, @Nullable String topic, String key, long since) {
        return refusals.since(since, kind, topic, key);
    }

    @Override
    public long appendedOffset() {
        return ends.appendedOffset();
    }

    @Override
    public void checkPosition(long offset, String parameter) {
        positions.check(offset, parameter);
    }

    @Override
    public void event(long offset, Event into) {
        readers.event(offset, into);
    }

    @Override
    public boolean entity(Kind kind, @Nullable String topic, String key, Entity into) {
        return readers.load(kind, topic, key, into);
    }

    @Override
    public boolean entityAsOf(Kind kind, @Nullable String topic, String key, long asOf, Entity into) {
        if (asOf != -1) {
            positions.checkIncluded(asOf, "asOf");
        }
        return readers.loadAsOf(kind, topic, key, asOf, into);
    }

    @Override
    public boolean lostBetween(Kind kind, @Nullable String topic, String key, long first, long last) {
        return readers.lostBetween(kind, topic, key, first, last);
    }

    @Override
    public long offsetAsOf(Instant time) {
        return positions.lastUpTo(time, "asOf");
    }

    @Override
    public List<LogRecord> history(Kind kind, @Nullable String topic, String key, long before, int limit) {
        List<LogRecord> records = readers.history(kind, topic, key, before, limit);
        if (records.isEmpty() && readers.revision(kind, topic, key) < 0) {
            readers.checkLost(kind, topic, key, Long.MAX_VALUE);
            throw new NotFoundException(topic == null ? kind.name() : topic, key);
        }
        return records;
    }

    @Override
    public boolean awaitChange(Kind kind, @Nullable String topic, String key, long revision, Duration timeout) {
        return await(() -> readers.currentRevision(kind, topic, key) != revision, timeout);
    }

    @Override
    public RowQuery.Page query(Kind kind, RowQuery query) {
        RowQuery.Page page = rows.query(kind, query);
        for (RowQuery.Row row : page.rows()) {
            if (readers.lostRecords(kind, row.key(), row.entity().head())) {
                row.entity().incomplete(true);
            }
        }
        return page;
    }

    @Override
    public <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work) {
        return rows.view(minOffset, waitMax, work);
    }

    @Override
    public RowQuery.Counts count(Kind kind, RowQuery query, String byColumn) {
        return rows.count(kind, query, byColumn);
    }
}
