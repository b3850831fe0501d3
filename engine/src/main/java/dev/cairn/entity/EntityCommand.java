package dev.cairn.entity;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;

/**
 * The wishes about an entity.
 *
 * <p>Threading: immutable; the JSON is never written to.
 */
sealed interface EntityCommand extends Command {
    /** An entity is to have exactly these properties, whether it exists or not. */
    record Put(String key, String type, byte[] properties) implements EntityCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('p');
            into.putBytes(properties, 0, properties.length);
        }
    }

    /** The properties of an entity that exists are to change by merge patch. */
    record Patch(String key, String type, byte[] patch) implements EntityCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('m');
            into.putBytes(patch, 0, patch.length);
        }
    }

    /** An entity is to end, and with it all its links. */
    record Delete(String key) implements EntityCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('d');
        }
    }

    static EntityCommand put(EntityRef entity, String properties) {
        return new Put(key(entity), entity.type(), Properties.checked(properties));
    }

    static EntityCommand patch(EntityRef entity, String patch) {
        return new Patch(key(entity), entity.type(), Properties.checkedPatch(patch));
    }

    static EntityCommand delete(EntityRef entity) {
        return new Delete(key(entity));
    }

    /** The key of an entity; checks its length. */
    static String key(EntityRef entity) {
        return EntityKey.checked(EntityKey.of(entity));
    }
}
