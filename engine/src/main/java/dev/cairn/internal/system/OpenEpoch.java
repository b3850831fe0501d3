package dev.cairn.internal.system;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.KindIds;
import org.jspecify.annotations.Nullable;

/**
 * Begins an epoch: always its first record.
 *
 * @param epoch the new epoch
 * @param firstOffset the offset of this record
 * @param previousEnd the last offset of the log before, −1 for none; what lies between the two was never used or was lost
 */
public record OpenEpoch(int epoch, long firstOffset, long previousEnd) implements Command {
    /** The key of the one entity that these records are about. */
    public static final String KEY = "epoch";

    /** What {@code event} says if it begins an epoch, or null. */
    public static @Nullable OpenEpoch of(Event event) {
        boolean opens = event.kind == KindIds.SYSTEM && event.type == SystemKind.OPENED;
        return opens
                ? new OpenEpoch(
                        event.payload.intAt(0),
                        event.payload.longAt(SystemKind.FIRST_OFFSET_AT),
                        event.payload.longAt(SystemKind.PREVIOUS_END_AT))
                : null;
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public void fingerprint(ByteSlab into) {
        into.putInt(epoch);
        into.putLong(firstOffset);
        into.putLong(previousEnd);
    }
}
