package dev.cairn.internal.read;

import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotReadyException;
import dev.cairn.log.Hook;
import dev.cairn.log.HookOptions;
import dev.cairn.log.Hooks;
import dev.cairn.log.LogSubscriber;
import dev.cairn.log.Subscription;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain of hooks as the one subscriber of a subscription: gives each record to all of them in turn, and tries again where one
 * fails.
 *
 * <p>Threading: records on the subscription's thread; counters are read by any.
 */
final class HookChain implements LogSubscriber {
    private static final Logger LOG = LoggerFactory.getLogger(HookChain.class);

    private final HookOptions options;
    private final List<Link> links;

    /** A hook and what became of its records. */
    private record Link(Hook hook, AtomicLong taken, AtomicLong failures, AtomicLong skipped) {
        Link(Hook hook) {
            this(hook, new AtomicLong(), new AtomicLong(), new AtomicLong());
        }

        Hooks.Status status() {
            return new Hooks.Status(hook.name(), taken.get(), failures.get(), skipped.get());
        }
    }

    HookChain(HookOptions options, List<Hook> chain) {
        this.options = options;
        this.links = chain.stream().map(Link::new).toList();
        if (links.isEmpty()) {
            throw new InvalidRequestException("expected at least one hook, was none", "chain");
        }
        Set<String> names = new HashSet<>();
        for (Hook hook : chain) {
            if (!names.add(hook.name())) {
                throw new InvalidRequestException(
                        "expected hooks with names of their own, was " + hook.name() + " twice", "chain");
            }
        }
    }

    /** The chain as its owner sees it, run by {@code subscription}. */
    Hooks running(Subscription subscription) {
        return new Running(subscription, links);
    }

    @Override
    public void record(LogRecord record) {
        for (Link link : links) {
            give(link, record);
        }
    }

    private void give(Link link, LogRecord record) {
        for (int attempt = 1; !taken(link, record, attempt); attempt++) {
            if (attempt == options.attemptsMax()) {
                link.skipped.incrementAndGet();
                return;
            }
            pause(attempt);
        }
    }

    /** One attempt; throws when it was the last one that the chain survives. */
    private boolean taken(Link link, LogRecord record, int attempt) {
        try {
            link.hook.action().on(record);
            link.taken.incrementAndGet();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted in the hook " + link.hook.name());
        } catch (Exception e) {
            link.failures.incrementAndGet();
            tell(link, record, attempt, e);
            if (attempt == options.attemptsMax() && options.whenExhausted() == HookOptions.WhenExhausted.STOP) {
                throw new IllegalStateException(
                        "the hook " + link.hook.name() + " did not take the record at offset " + record.offset()
                                + " in " + attempt + " attempts",
                        e);
            }
            return false;
        }
    }

    private void tell(Link link, LogRecord record, int attempt, Exception failure) {
        try {
            options.errors().failed(link.hook.name(), record, attempt, failure);
        } catch (RuntimeException e) {
            LOG.warn("the error handler of the hook {} failed at offset {}", link.hook.name(), record.offset(), e);
        }
    }

    private void pause(int attempt) {
        long longest = options.backoffMax().toMillis();
        // Doubled often enough, any wait is the longest; a shift by more would come round to nothing.
        long millis =
                attempt > 20 ? longest : Math.min(longest, options.backoffMin().toMillis() << (attempt - 1));
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted between two attempts of a hook");
        }
    }

    /** What the owner of a chain holds. Threading: any thread. */
    private record Running(Subscription subscription, List<Link> links) implements Hooks {
        @Override
        public List<Status> status() {
            return links.stream().map(Link::status).toList();
        }

        @Override
        public long position() {
            return subscription.position();
        }

        @Override
        public long lag() {
            return subscription.lag();
        }

        @Override
        public @Nullable Throwable failure() {
            return subscription.failure();
        }

        @Override
        public void close() {
            subscription.close();
        }
    }
}
