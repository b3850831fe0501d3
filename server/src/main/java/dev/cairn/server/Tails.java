package dev.cairn.server;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tails that are open. Each has a thread of its own, so a slow reader holds up nobody but itself.
 *
 * <p>Threading: any thread.
 */
final class Tails {
    private static final Logger LOG = LoggerFactory.getLogger(Tails.class);

    private final Duration heartbeatInterval;
    private final int tailsMax;
    private final Semaphore places;
    private volatile boolean closing;
    private final Set<Tail> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong number = new AtomicLong();

    Tails(ServerOptions options) {
        heartbeatInterval = options.heartbeatInterval();
        tailsMax = options.tailsMax();
        places = new Semaphore(tailsMax);
    }

    int count() {
        return open.size();
    }

    /** Takes the exchange over and streams from {@code source} until either side ends. */
    void open(Exchange exchange, RecordSource source, String contentType, boolean events) throws IOException {
        if (!places.tryAcquire()) {
            source.close();
            throw new ProblemException(Problems.overloaded("expected fewer tails, all places are taken", 5_000));
        }
        exchange.setHeader("Cache-Control", "no-store");
        exchange.setHeader("X-Accel-Buffering", "no");
        CompletableFuture<Void> done = new CompletableFuture<>();
        Tail tail = new Tail(source, exchange.stream(200, contentType).getOutputStream(), events, heartbeatInterval);
        open.add(tail);
        if (closing) {
            tail.stop();
        }
        Thread thread = new Thread(() -> run(tail, done), "cairn-tail-" + number.incrementAndGet());
        thread.setDaemon(true);
        exchange.detach(done, thread::start);
    }

    private void run(Tail tail, CompletableFuture<Void> done) {
        try {
            tail.run();
        } finally {
            open.remove(tail);
            done.complete(null);
            places.release();
        }
    }

    /**
     * Ends all tails, each at a boundary between records, and waits for that: a connection that is silent while the server stops is
     * cut, and what it had to say last would be lost. No tail begins any more.
     *
     * @param waitMax how long to wait at most
     */
    void closeAll(Duration waitMax) {
        closing = true;
        open.forEach(Tail::stop);
        try {
            if (!places.tryAcquire(tailsMax, waitMax.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.info("stopped with tails still running");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
