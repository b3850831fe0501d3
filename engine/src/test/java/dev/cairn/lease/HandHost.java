package dev.cairn.lease;

import dev.cairn.Ack;
import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.Refusal;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A host in memory that a test drives by hand: what happens right before a commit is the test's to say.
 *
 * <p>Threading: any thread; commits come one after the other.
 */
final class HandHost implements KindHost {
    final KindHarness harness;
    /** Run before each commit; what it throws is what the commit throws. */
    volatile Consumer<Command> before = command -> {};

    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    HandHost(Kind kind) {
        harness = new KindHarness(List.of(kind));
    }

    @Override
    public Receipt commit(Kind kind, Command command, WriteOptions options) {
        before.accept(command);
        synchronized (harness) {
            Rejection rejection = harness.apply(new BoundCommand(kind.id(), command));
            if (rejection != null) {
                throw rejection.toException();
            }
            long offset = harness.events() - 1L;
            return new Receipt(1, offset, 1, offset, Ack.ACCEPTED, -1, false);
        }
    }

    @Override
    public boolean entity(Kind kind, @Nullable String topic, String key, Entity into) {
        synchronized (harness) {
            into.set(harness.entity(kind, topic, key));
            return into.exists();
        }
    }

    @Override
    public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
        return receipt;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Receipt> commitAll(Kind kind, List<? extends Command> commands, WriteOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean entityAsOf(Kind kind, @Nullable String topic, String key, long asOf, Entity into) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long offsetAsOf(Instant time) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long appendedOffset() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void event(long offset, Event into) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<LogRecord> history(Kind kind, @Nullable String topic, String key, long before, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitChange(Kind kind, @Nullable String topic, String key, long revision, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RowQuery.Page query(Kind kind, RowQuery query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RowQuery.Counts count(Kind kind, RowQuery query, String byColumn) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void still(Runnable work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void forEach(Kind kind, EntityVisitor visitor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean await(BooleanSupplier condition, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Refusal> refusals(Kind kind, @Nullable String topic, String key, long since) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkPosition(long offset, String parameter) {
        throw new UnsupportedOperationException();
    }
}
