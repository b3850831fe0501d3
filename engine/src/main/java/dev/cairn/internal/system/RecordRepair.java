package dev.cairn.internal.system;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;

/**
 * Puts the account of a repair of the log into the audit trail.
 *
 * @param account a JSON object
 */
public record RecordRepair(String account) implements Command {
    /** What these records are called in the audit trail. */
    public static final String TYPE = "RecoveryPerformed";

    /** The key of the one entity that these records are about. */
    static final String KEY = "recovery";

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public void fingerprint(ByteSlab into) {
        into.putUtf8(account);
    }
}
