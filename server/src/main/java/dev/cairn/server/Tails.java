package dev.cairn.server;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tails that are open. Each has a thread of its own, so a slow reader holds up nobody but itself.
 *
 * <p>Threading: any thread.
 */
final class Tails {
    private final Duration heartbeatInterval;
    private final Semaphore places;
    private final Set<Tail> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong number = new AtomicLong();

    Tails(ServerOptions options) {
        heartbeatInterval = options.heartbeatInterval();
        places = new Semaphore(options.tailsMax());
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
        Thread thread = new Thread(() -> run(tail, done), "cairn-tail-" + number.incrementAndGet());
        thread.setDaemon(true);
        exchange.detach(done, thread::start);
    }

    private void run(Tail tail, CompletableFuture<Void> done) {
        try {
            tail.run();
        } finally {
            open.remove(tail);
            places.release();
            done.complete(null);
        }
    }

    /** Ends all tails; each at a boundary between records. */
    void closeAll() {
        open.forEach(Tail::stop);
    }
}
