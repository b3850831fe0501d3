package dev.cairn.server;

import dev.cairn.LogRecord;
import dev.cairn.log.From;
import dev.cairn.log.Log;
import dev.cairn.log.LogFilter;
import dev.cairn.log.SubscribeOptions;
import dev.cairn.log.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records as soon as they are accepted, from a subscription whose thread waits while this queue is full.
 *
 * <p>Threading: the subscription's thread fills, the tail's thread takes.
 */
final class AcceptedRecords implements RecordSource {
    private static final int QUEUED_MAX = 256;

    private final BlockingQueue<LogRecord> queue = new ArrayBlockingQueue<>(QUEUED_MAX);
    private final Subscription subscription;
    private volatile boolean closed;

    AcceptedRecords(Log log, From from, LogFilter filter) {
        subscription =
                log.subscribe(SubscribeOptions.from(from).withFilter(filter).withAccepted(true), this::put);
    }

    private void put(LogRecord record) {
        try {
            while (!closed && !queue.offer(record, 100, TimeUnit.MILLISECONDS)) {
                // Look again whether anybody still takes.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    @Override
    public List<LogRecord> next(Duration waitMax) throws InterruptedException {
        LogRecord first = queue.poll(waitMax.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            checkRunning(subscription.failure());
            return List.of();
        }
        List<LogRecord> records = new ArrayList<>();
        records.add(first);
        queue.drainTo(records);
        return records;
    }

    private static void checkRunning(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (failure != null) {
            throw new IllegalStateException("the subscription ended", failure);
        }
    }

    @Override
    public long position() {
        return subscription.position();
    }

    @Override
    public void skipTo(long offset) {
        throw new UnsupportedOperationException("a subscription goes on by itself");
    }

    @Override
    public void close() {
        closed = true;
        subscription.close();
    }
}
