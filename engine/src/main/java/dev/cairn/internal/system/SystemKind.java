package dev.cairn.internal.system;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.EpochOpening;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Recovered;
import dev.cairn.internal.kind.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * The kind of the engine's own records.
 *
 * <pre>
 *  payload of opened:              epoch i32 | first offset i64 | previous end i64
 *  payload of RecoveryPerformed:   the account, a JSON object
 * </pre>
 *
 * <p>Threading: as {@link Kind}.
 */
public final class SystemKind implements Kind {
    static final byte OPENED = EpochOpening.TYPE;
    static final byte RECOVERY_PERFORMED = 2;
    static final int FIRST_OFFSET_AT = EpochOpening.FIRST_OFFSET_AT;
    static final int PREVIOUS_END_AT = EpochOpening.PREVIOUS_END_AT;

    @Override
    public byte id() {
        return KindIds.SYSTEM;
    }

    @Override
    public String name() {
        return "system";
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        if (command instanceof OpenEpoch open) {
            open.fingerprint(draft.emit(OPENED).payload);
        } else if (command instanceof RecordRepair repair) {
            draft.emit(RECOVERY_PERFORMED).payload.putUtf8(repair.account());
        } else {
            return recover(draft, (RecoverEntity) command);
        }
        return null;
    }

    private static @Nullable Rejection recover(Draft draft, RecoverEntity command) {
        Entity entity = draft.entity(command.kind(), command.entityTopic(), command.entityKey());
        if (entity.version() == 0) {
            if (command.lastVersion() <= 0) {
                return new Rejection.NotFound(command.kind().name(), command.entityKey());
            }
            entity.tombstone(true); // nothing is left of it: its trail says that, and its versions go on
        }
        boolean newestIsLost = command.lastVersion() > entity.version() && command.lastOffset() > entity.head();
        entity.version(Math.max(entity.version(), command.lastVersion()));
        Event event = draft.emit(command.kind(), command.entityTopic(), command.entityKey(), Recovered.TYPE);
        if (newestIsLost) {
            entity.revision(command.lastOffset());
            event.previous = command.lastOffset(); // who goes back from here meets the loss
        }
        Recovered.fill(event, entity);
        return null;
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        after.value().putBytes(event.payload);
    }

    @Override
    public String typeName(Event event) {
        return event.type == OPENED ? "opened" : RecordRepair.TYPE;
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        if (event.type != OPENED) {
            json.putBytes(event.payload);
            return;
        }
        json.putUtf8("{\"epoch\":" + event.payload.intAt(0)
                + ",\"firstOffset\":" + event.payload.longAt(FIRST_OFFSET_AT)
                + ",\"previousEnd\":" + event.payload.longAt(PREVIOUS_END_AT) + "}");
    }

    /** Epochs say when the directory was opened, not what is in it: they are no part of the state root. */
    @Override
    public boolean inStateRoot() {
        return false;
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        into.putBytes(entity.value(), Entity.HEADER_BYTES, entity.bodyLength());
    }
}
