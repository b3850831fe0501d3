package dev.cairn.server;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.NotReadyException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the resources share: the engine, the options, and the server's own limits.
 *
 * <p>Threading: any thread.
 */
final class Service {
    private final Cairn cairn;
    private final ServerOptions options;
    private final Lifecycle lifecycle = new Lifecycle();
    private final Waiters waiters;
    private final AtomicLong durableOffset = new AtomicLong(-1);

    Service(Cairn cairn, ServerOptions options) {
        this.cairn = cairn;
        this.options = options;
        this.waiters = new Waiters(options.waitersMax(), lifecycle);
    }

    Cairn cairn() {
        return cairn;
    }

    ServerOptions options() {
        return options;
    }

    Ack ack() {
        return options.ack();
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    Waiters waiters() {
        return waiters;
    }

    /** The durable offset; the last one known while the engine does not answer. */
    long durableOffset() {
        try {
            long now = cairn.watermarks().durableOffset();
            durableOffset.setOpaque(now);
            return now;
        } catch (NotReadyException e) {
            return durableOffset.getOpaque();
        }
    }
}
