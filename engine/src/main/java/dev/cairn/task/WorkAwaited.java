package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for work, queue by queue: so that a task that comes on offer wakes those who may get it, and nobody else. It costs
 * the commit path one volatile read while nobody waits.
 *
 * <p>Threading: {@link #enter} and {@link #leave} from any thread; the rest with the commit lock held.
 */
final class WorkAwaited {
    private final Map<String, Waiting> queues = new ConcurrentHashMap<>();

    /**
     * Those who wait for one queue.
     *
     * <p>Threading: {@link #offers} from any thread.
     */
    static final class Waiting {
        private int count; // inside of compute alone
        private volatile long offers;

        /** How often work came on offer: who waits looks again when it has changed. */
        long offers() {
            return offers;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
        private void offered() {
            offers++;
        }
    }

    Waiting enter(String queue) {
        return queues.compute(queue, (name, known) -> {
            Waiting waiting = known == null ? new Waiting() : known;
            waiting.count++;
            return waiting;
        });
    }

    void leave(String queue) {
        queues.computeIfPresent(queue, WorkAwaited::oneLess);
    }

    private static @Nullable Waiting oneLess(String queue, Waiting waiting) {
        waiting.count--;
        return waiting.count == 0 ? null : waiting;
    }

    boolean isEmpty() {
        return queues.isEmpty();
    }

    /** A task of {@code queue} came on offer. */
    void offered(ByteSlab queue) {
        Waiting waiting = queues.get(queue.utf8());
        if (waiting != null) {
            waiting.offered();
        }
    }

    /** Tasks of any queue may have come on offer. */
    void offered() {
        queues.values().forEach(Waiting::offered);
    }
}
