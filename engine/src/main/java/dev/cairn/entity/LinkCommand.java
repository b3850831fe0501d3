package dev.cairn.entity;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Names;

/**
 * The wishes about a link.
 *
 * <p>Threading: immutable; the JSON is never written to.
 */
sealed interface LinkCommand extends Command {
    /** Key of the entity that the link goes out from. */
    String from();

    /** Key of the entity that the link goes to. */
    String to();

    /** Two entities that exist are to be linked, with these properties of the link. */
    record Link(String key, String from, String relation, String to, byte[] properties) implements LinkCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('l');
            into.putBytes(properties, 0, properties.length);
        }
    }

    /** A link is to end. */
    record Unlink(String key, String from, String to) implements LinkCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('u');
        }
    }

    static LinkCommand link(EntityRef from, String relation, EntityRef to, String properties) {
        return new Link(
                key(from, relation, to),
                EntityKey.of(from),
                relation,
                EntityKey.of(to),
                Properties.checked(properties));
    }

    static LinkCommand unlink(EntityRef from, String relation, EntityRef to) {
        return new Unlink(key(from, relation, to), EntityKey.of(from), EntityKey.of(to));
    }

    /** The key of a link; checks the relation and the length. */
    static String key(EntityRef from, String relation, EntityRef to) {
        Names.check(relation, "relation");
        return EntityKey.checked(EntityKey.ofLink(from, relation, to));
    }
}
