package dev.cairn.internal.system;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.segment.OffsetRange;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Puts the account of a repair of the log into the audit trail.
 *
 * @param account a JSON object
 */
public record RecordRepair(String account) implements Command {
    /** What these records are called in the audit trail. */
    public static final String TYPE = "RecoveryPerformed";

    /** The key of the one entity that these records are about. */
    public static final String KEY = "recovery";

    /** The member of the account with the ranges of offsets that are gone, each the first and the last, ascending. */
    public static final String LOST = "lost";

    /** Whether a record of this kind and type may be one of these. */
    public static boolean mayBe(byte kind, byte type) {
        return kind == KindIds.SYSTEM && type == SystemKind.RECOVERY_PERFORMED;
    }

    /** The ranges that {@code event} says are gone; none if it is no account. */
    public static List<OffsetRange> lost(Event event) {
        boolean isAccount = mayBe(event.kind, event.type) && event.key.utf8().equals(KEY);
        return isAccount ? lost(event.payload.utf8()) : List.of();
    }

    /** The ranges that {@code account} says are gone. */
    public static List<OffsetRange> lost(String account) {
        Map<?, ?> members = (Map<?, ?>) Objects.requireNonNull(Json.tree(account, TYPE));
        List<?> ranges = (List<?>) Objects.requireNonNull(members.get(LOST), account);
        return ranges.stream().map(RecordRepair::range).toList();
    }

    private static OffsetRange range(Object pair) {
        List<?> offsets = (List<?>) pair;
        return new OffsetRange(((Number) offsets.get(0)).longValue(), ((Number) offsets.get(1)).longValue());
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public void fingerprint(ByteSlab into) {
        into.putUtf8(account);
    }
}
