package dev.cairn.internal.kind;

import dev.cairn.Ack;
import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.Refusal;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A host that can do nothing: tests extend it by what they need, and notice when a client asks for more.
 *
 * <p>Threading: stateless.
 */
public abstract class RefusingHost implements KindHost {
    private static UnsupportedOperationException refusal() {
        return new UnsupportedOperationException("this host was not made for that");
    }

    @Override
    public Receipt commit(Kind kind, Command command, WriteOptions options) {
        throw refusal();
    }

    @Override
    public CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
        throw refusal();
    }

    @Override
    public List<Receipt> commitAll(Kind kind, List<? extends Command> commands, WriteOptions options) {
        throw refusal();
    }

    @Override
    public boolean entity(Kind kind, @Nullable String topic, String key, Entity into) {
        throw refusal();
    }

    @Override
    public boolean entityAsOf(Kind kind, @Nullable String topic, String key, long asOf, Entity into) {
        throw refusal();
    }

    @Override
    public boolean lostBetween(Kind kind, @Nullable String topic, String key, long first, long last) {
        throw refusal();
    }

    @Override
    public long offsetAsOf(Instant time) {
        throw refusal();
    }

    @Override
    public void still(Runnable work) {
        throw refusal();
    }

    @Override
    public Pieces pieces(Kind kind) {
        throw refusal();
    }

    @Override
    public boolean await(BooleanSupplier condition, Duration timeout) {
        throw refusal();
    }

    @Override
    public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
        throw refusal();
    }

    @Override
    public List<Refusal> refusals(Kind kind, @Nullable String topic, String key, long since) {
        throw refusal();
    }

    @Override
    public Instant now() {
        throw refusal();
    }

    @Override
    public long appendedOffset() {
        throw refusal();
    }

    @Override
    public void checkPosition(long offset, String parameter) {
        throw refusal();
    }

    @Override
    public void event(long offset, Event into) {
        throw refusal();
    }

    @Override
    public List<LogRecord> history(Kind kind, @Nullable String topic, String key, long before, int limit) {
        throw refusal();
    }

    @Override
    public boolean awaitChange(Kind kind, @Nullable String topic, String key, long revision, Duration timeout) {
        throw refusal();
    }

    @Override
    public RowQuery.Page query(Kind kind, RowQuery query) {
        throw refusal();
    }

    @Override
    public <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work) {
        throw refusal();
    }

    @Override
    public RowQuery.Counts count(Kind kind, RowQuery query, String byColumn) {
        throw refusal();
    }
}
