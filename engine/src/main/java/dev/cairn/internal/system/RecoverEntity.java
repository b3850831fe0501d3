package dev.cairn.internal.system;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Kind;
import org.jspecify.annotations.Nullable;

/**
 * States what an entity is after records of it were lost; see {@link dev.cairn.internal.kind.Recovered}.
 *
 * @param kind of the entity
 * @param entityTopic the user's topic, null for a built-in kind
 * @param entityKey its key
 * @param lastVersion the highest version that anything knows of
 * @param lastOffset of the lost record that gave it that version; −1 if nothing knows
 */
public record RecoverEntity(
        Kind kind, @Nullable String entityTopic, String entityKey, long lastVersion, long lastOffset)
        implements Command {
    @Override
    public String key() {
        return RecordRepair.KEY;
    }

    @Override
    public void fingerprint(ByteSlab into) {
        into.putByte(kind.id());
        into.putText(entityTopic == null ? "" : entityTopic);
        into.putText(entityKey);
        into.putLong(lastVersion);
    }
}
