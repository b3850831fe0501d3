package dev.cairn.entity;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.JoinedNames;
import dev.cairn.internal.kind.StateKey;
import java.nio.charset.StandardCharsets;

/**
 * Keys of entities and links: names joined by slashes. In all but the last name a slash is written {@code %2F} and a percent sign
 * {@code %25}, so that the first slashes are those that join, and each key stands for one list of names.
 *
 * <pre>
 *  entity   type / id
 *  link     type / id / relation / type / id
 * </pre>
 *
 * <p>Threading: stateless.
 */
final class EntityKey {
    private static final int NAMES_OF_LINK = 5;

    private EntityKey() {}

    static String of(EntityRef entity) {
        return JoinedNames.escaped(entity.type()) + "/" + entity.id();
    }

    static String ofLink(EntityRef from, String relation, EntityRef to) {
        return String.join(
                "/",
                JoinedNames.escaped(from.type()),
                JoinedNames.escaped(from.id()),
                JoinedNames.escaped(relation),
                JoinedNames.escaped(to.type()),
                to.id());
    }

    /**
     * Checks that a key is not too long for the state.
     *
     * @throws InvalidRequestException if it is, which takes names full of slashes
     */
    static String checked(String key) {
        int bytes =
                key.length() * 3 <= StateKey.KEY_BYTES_MAX ? key.length() : key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > StateKey.KEY_BYTES_MAX) {
            throw new InvalidRequestException(
                    "expected names of at most " + StateKey.KEY_BYTES_MAX
                            + " bytes together, each / and % as three, was " + bytes,
                    "id");
        }
        return key;
    }

    static EntityRef entity(String key) {
        String[] names = key.split("/", 2);
        if (names.length != 2) {
            throw new IllegalStateException("expected the key of an entity, was " + key);
        }
        return new EntityRef(JoinedNames.plain(names[0]), names[1]);
    }

    /** The relation in the key of a link. */
    static String relation(String linkKey) {
        String[] names = linkKey.split("/", NAMES_OF_LINK);
        if (names.length != NAMES_OF_LINK) {
            throw new IllegalStateException("expected the key of a link, was " + linkKey);
        }
        return JoinedNames.plain(names[2]);
    }
}
