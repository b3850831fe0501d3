package dev.cairn.lease;

import dev.cairn.Ack;
import dev.cairn.GoneException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.RefusingHost;
import dev.cairn.internal.kind.Rejection;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A host in memory that a test drives by hand: what happens right before a commit is the test's to say.
 *
 * <p>Threading: any thread; commits come one after the other.
 */
final class HandHost extends RefusingHost {
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

    /** Its requests are made under no operation, so nobody has to be told of one. */
    @Override
    public void event(long offset, Event into) {
        throw new GoneException("records are not kept here", null, null);
    }

    @Override
    public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
        return receipt;
    }

    @Override
    public Instant now() {
        return now;
    }
}
