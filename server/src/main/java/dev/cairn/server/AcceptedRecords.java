package dev.cairn.server;

import dev.cairn.LogRecord;
import dev.cairn.log.From;
import dev.cairn.log.Log;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogSubscriber;
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

    private final BlockingQueue<Chunk> queue = new ArrayBlockingQueue<>(QUEUED_MAX);
    private final Subscription subscription;
    private volatile boolean closed;

    AcceptedRecords(Log log, From from, LogFilter filter) {
        subscription =
                log.subscribe(SubscribeOptions.from(from).withFilter(filter).withAccepted(true), new LogSubscriber() {
                    @Override
                    public void record(LogRecord record) {
                        put(Chunk.of(List.of(record)));
                    }

                    @Override
                    public void gap(long first, long last) {
                        put(new Chunk(new Gap(first, last), List.of()));
                    }
                });
    }

    private void put(Chunk chunk) {
        try {
            while (!closed && !queue.offer(chunk, 100, TimeUnit.MILLISECONDS)) {
                // Look again whether anybody still takes.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    @Override
    public Chunk next(Duration waitMax) throws InterruptedException {
        Chunk first = queue.poll(waitMax.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            checkRunning(subscription.failure());
            return Chunk.NOTHING;
        }
        if (first.gap() != null) {
            return first;
        }
        List<LogRecord> records = new ArrayList<>(first.records());
        for (Chunk more = queue.peek(); more != null && more.gap() == null; more = queue.peek()) {
            records.addAll(queue.remove().records());
        }
        return Chunk.of(records);
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
    public void close() {
        closed = true;
        subscription.close();
    }
}
