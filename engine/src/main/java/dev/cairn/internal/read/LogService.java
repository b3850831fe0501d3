package dev.cairn.internal.read;

import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.log.From;
import dev.cairn.log.Hook;
import dev.cairn.log.HookOptions;
import dev.cairn.log.Hooks;
import dev.cairn.log.Log;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.log.LogSubscriber;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.log.SubscribeOptions;
import dev.cairn.log.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The log of an open engine.
 *
 * <p>Threading: any thread.
 */
public final class LogService implements Log, AutoCloseable {
    private final Kinds kinds;
    private final SegmentCatalog catalog;
    private final LogEnds ends;
    private final Positions positions;
    private final KindHost host;
    private final LogPages pages;
    private final Set<LogSubscription> subscriptions = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public LogService(
            Kinds kinds,
            SegmentCatalog catalog,
            LogEnds ends,
            Positions positions,
            RecentRecords recent,
            KindHost host) {
        this.kinds = kinds;
        this.catalog = catalog;
        this.ends = ends;
        this.positions = positions;
        this.host = host;
        this.pages = new LogPages(kinds, catalog, ends, positions, recent);
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
        return pages.read(from, until, filter, limit);
    }

    @Override
    public boolean awaitDurable(long offset, Duration timeout) {
        requireOpen();
        return pages.awaitDurable(offset, timeout);
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

    @Override
    public Hooks hooks(HookOptions options, List<Hook> chain) {
        HookChain hooks = new HookChain(options, chain);
        return hooks.running(subscribe(options.delivery(), hooks));
    }

    /** Subscriptions that run now. */
    public long subscriptions() {
        return subscriptions.stream()
                .filter(subscription -> !subscription.isEnded())
                .count();
    }

    /** The lag of the slowest that runs; 0 for none. */
    public long subscriptionLag() {
        return subscriptions.stream()
                .filter(subscription -> !subscription.isEnded())
                .mapToLong(LogSubscription::lag)
                .max()
                .orElse(0);
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
