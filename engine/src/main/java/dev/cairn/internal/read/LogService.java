package dev.cairn.internal.read;

import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.log.From;
import dev.cairn.log.Log;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.log.LogSubscriber;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.log.SubscribeOptions;
import dev.cairn.log.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The log of an open engine.
 *
 * <p>Threading: any thread.
 */
public final class LogService implements Log, AutoCloseable {
    /** Records that one read looks at, at most, however few the filter lets pass. */
    private static final int LOOKED_AT_MAX = 100_000;

    private final Kinds kinds;
    private final SegmentCatalog catalog;
    private final LogEnds ends;
    private final Positions positions;
    private final KindHost host;
    private final Set<LogSubscription> subscriptions = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public LogService(Kinds kinds, SegmentCatalog catalog, LogEnds ends, Positions positions, KindHost host) {
        this.kinds = kinds;
        this.catalog = catalog;
        this.ends = ends;
        this.positions = positions;
        this.host = host;
    }

    @Override
    public Receipt append(NewRecord record) {
        return append(record, WriteOptions.defaults());
    }

    @Override
    public Receipt append(NewRecord record, WriteOptions options) {
        BoundCommand bound = (BoundCommand) LogWrites.append(record);
        return host.commit(kinds.byId(bound.kind()), bound.command(), options);
    }

    @Override
    public CompletableFuture<Receipt> appendAsync(NewRecord record, WriteOptions options) {
        BoundCommand bound = (BoundCommand) LogWrites.append(record);
        return host.commitAsync(kinds.byId(bound.kind()), bound.command(), options);
    }

    @Override
    public long resolve(From from) {
        return positions.resolve(from);
    }

    @Override
    public LogPage read(long from, long until, LogFilter filter, int limit) {
        requireOpen();
        if (limit < 1) {
            throw new InvalidRequestException("expected a limit from 1, was " + limit, "limit");
        }
        positions.check(from, "from");
        LogReads reads = new LogReads(kinds, new LogCursor(catalog), filter);
        reads.seek(from);
        long through = Math.min(ends.durableOffset(), until - 1);
        List<LogRecord> records = new ArrayList<>();
        long next = from;
        for (int i = 0; i < LOOKED_AT_MAX && records.size() < limit && reads.advance(through); i++) {
            LogRecord record = reads.record();
            if (record != null) {
                records.add(record);
            }
            next = reads.nextOffset();
        }
        return new LogPage(records, next);
    }

    @Override
    public boolean awaitDurable(long offset, Duration timeout) {
        requireOpen();
        try {
            return ends.await(offset, false, timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while waiting for records");
        }
    }

    @Override
    public Subscription subscribe(SubscribeOptions options, LogSubscriber subscriber) {
        requireOpen();
        long from = positions.resolve(options.from());
        LogReads reads = new LogReads(kinds, new LogCursor(catalog), options.filter());
        subscriptions.removeIf(LogSubscription::isEnded);
        LogSubscription subscription = new LogSubscription(reads, ends, from, options.accepted(), subscriber);
        subscriptions.add(subscription);
        if (closed) {
            subscriptions.remove(subscription);
            requireOpen();
        }
        return subscription.start();
    }

    private void requireOpen() {
        if (closed) {
            throw new NotReadyException("the engine is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        subscriptions.forEach(LogSubscription::close);
        subscriptions.clear();
    }
}
