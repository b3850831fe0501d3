package dev.cairn.task;

import dev.cairn.Ack;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.RefusingHost;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.StateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A harness as a host of clients. Its state has eight pieces, and at every moment at which another thread could write between two
 * holds of the lock it lets the test write.
 *
 * <p>Threading: one test.
 */
final class HarnessHost extends RefusingHost {
    private static final int PIECES = 8;

    private final KindHarness harness;
    private final Set<String> ids = new TreeSet<>();
    private Runnable between = () -> {};
    private boolean isHeld;

    HarnessHost(KindHarness harness) {
        this.harness = harness;
    }

    /** What others do whenever they can. */
    void between(Runnable others) {
        between = others;
    }

    private void letOthersWrite() {
        Runnable others = between;
        between = () -> {};
        others.run();
        between = others;
    }

    /** Ids of which there ever was a task. */
    Set<String> ids() {
        return ids;
    }

    @Override
    public Receipt commit(Kind kind, Command command, WriteOptions options) {
        if (kind.name().equals(TaskKind.NAME)) {
            ids.add(command.key());
        }
        long first = harness.events();
        harness.fences(options.fences().toArray(dev.cairn.Fence[]::new));
        Rejection rejection = harness.apply(new BoundCommand(kind.id(), command));
        harness.fences();
        if (rejection != null) {
            throw rejection.toException();
        }
        return new Receipt(1, first, harness.event(first).version, first, Ack.DURABLE, first, false);
    }

    @Override
    public CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
        return CompletableFuture.completedFuture(commit(kind, command, options));
    }

    @Override
    public boolean entity(Kind kind, @Nullable String topic, String key, Entity into) {
        if (!isHeld) {
            letOthersWrite();
        }
        into.set(harness.entity(kind, topic, key));
        return into.exists();
    }

    @Override
    public void still(Runnable work) {
        letOthersWrite();
        isHeld = true;
        work.run();
        isHeld = false;
        letOthersWrite();
    }

    @Override
    public Pieces pieces(Kind kind) {
        return new Copies(kind);
    }

    private final class Copies implements Pieces {
        private final Kind kind;
        private final List<String> copied = new ArrayList<>();
        private final List<Entity> copies = new ArrayList<>();
        private int next;

        Copies(Kind kind) {
            this.kind = kind;
        }

        @Override
        public boolean advance() {
            letOthersWrite();
            if (next == PIECES) {
                return false;
            }
            copied.clear();
            copies.clear();
            for (String id : ids) {
                Entity entity = harness.entity(kind, null, id);
                if ((id.hashCode() & (PIECES - 1)) == next && entity.exists()) {
                    copied.add(id);
                    copies.add(entity);
                }
            }
            next++;
            letOthersWrite();
            return true;
        }

        @Override
        public void forEach(EntityVisitor visitor) {
            ByteSlab key = new ByteSlab();
            for (int i = 0; i < copied.size(); i++) {
                StateKey.write(key, kind.id(), null, copied.get(i));
                visitor.entity(key, copies.get(i));
                letOthersWrite();
            }
        }
    }

    @Override
    public boolean await(BooleanSupplier condition, Duration timeout) {
        return condition.getAsBoolean();
    }

    @Override
    public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
        return receipt;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    @Override
    public long appendedOffset() {
        return harness.events() - 1;
    }

    @Override
    public void event(long offset, Event into) {
        if (!isHeld) {
            letOthersWrite();
        }
        Event event = harness.event(offset);
        into.clear();
        into.type = event.type;
        into.at = event.at;
        into.offset = event.offset;
        into.previous = event.previous;
        into.previousImage = event.previousImage;
        into.key.putBytes(event.key);
        into.payload.putBytes(event.payload);
    }
}
