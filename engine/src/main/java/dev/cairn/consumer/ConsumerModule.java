package dev.cairn.consumer;

import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.log.Log;
import java.time.Clock;
import java.util.List;

/**
 * Consumer groups, as the registry sees them. Not for embedding programs.
 *
 * <p>Threading: any thread.
 */
public final class ConsumerModule implements KindModule<ConsumerModule.OverLog> {
    private final ConsumerKind kind = new ConsumerKind();

    /** Groups are about the log itself, which a host of kinds does not show. */
    public interface OverLog {
        /** @param clock for the times that people are told */
        Consumers over(Log log, Ends ends, Clock clock);
    }

    /** How far the log reaches. */
    public interface Ends {
        /** The last record that is on disk, −1 for none. */
        long durableOffset();

        /** Whether the record at {@code offset} is in the log. */
        boolean has(long offset);

        /** The number of records from {@code from} to {@code through}, both included. */
        long count(long from, long through);
    }

    @Override
    public List<Kind> kinds() {
        return List.of(kind);
    }

    @Override
    public OverLog client(KindHost host) {
        return (log, ends, clock) ->
                new ConsumersClient(host, kind, log, ends, new ActiveReaders(clock, System::nanoTime));
    }
}
