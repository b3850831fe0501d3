package dev.cairn.lease;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.LeaseLedger;
import dev.cairn.internal.kind.LeaseLedger.End;
import dev.cairn.internal.kind.Rejection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind whose entities are guarded by leases, and that grants and ends them itself, as tasks do. Its events say nothing but
 * that something was done.
 *
 * <p>Threading: one test.
 */
final class OwnerKind implements Kind {
    static final byte ID = 101;
    private static final int DONE = 1;
    private static final long TTL_MILLIS = 60_000;

    /** The ends of leases that it was told. */
    final List<String> told = new ArrayList<>();

    private final LeaseLedger ledger;

    OwnerKind(LeaseLedger ledger) {
        this.ledger = ledger;
        ledger.endings((draft, lease, origin, end) -> {
            told.add(lease + " from " + origin + " " + end);
            draft.emit(this, null, lease.substring(name().length() + 1), DONE);
        });
    }

    private record Wish(String key, char what, String holder) implements Command {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte(what);
            into.putText(holder);
        }
    }

    BoundCommand write(String key) {
        return new BoundCommand(ID, new Wish(key, 'w', ""));
    }

    /** Grants the lease of the entity to {@code holder}. */
    BoundCommand claim(String key, String holder) {
        return new BoundCommand(ID, new Wish(key, 'c', holder));
    }

    /** Ends the lease of the entity; whoever asks presents the token. */
    BoundCommand finish(String key) {
        return new BoundCommand(ID, new Wish(key, 'f', ""));
    }

    @Override
    public byte id() {
        return ID;
    }

    @Override
    public String name() {
        return "owner";
    }

    @Override
    public boolean guarded(Command command) {
        return true;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        Wish wish = (Wish) command;
        draft.emit(DONE);
        if (wish.what() == 'c') {
            ledger.grant(draft, name() + ":" + wish.key(), wish.holder(), TTL_MILLIS, "shelf");
        } else if (wish.what() == 'f') {
            ledger.endGuard(draft, this, wish.key(), End.COMPLETED);
        }
        return null;
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        after.value().putByte(1);
    }

    @Override
    public String typeName(Event event) {
        return "done";
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        json.putUtf8("{}");
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        into.putLong(entity.version());
    }
}
