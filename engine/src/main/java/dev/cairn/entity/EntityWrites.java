package dev.cairn.entity;

import dev.cairn.Write;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.KindIds;

/**
 * Writes of entities and links for a {@link dev.cairn.Batch}. Each checks the form of what it is given and throws {@link
 * dev.cairn.InvalidRequestException} with a pointer. A link sees the entities that earlier writes of its batch create.
 *
 * <p>Threading: stateless.
 */
public final class EntityWrites {
    private EntityWrites() {}

    /** See {@link Entities#put}. */
    public static Write put(EntityRef entity, String properties) {
        return new BoundCommand(KindIds.ENTITY, EntityCommand.put(entity, properties));
    }

    /** See {@link Entities#patch}. */
    public static Write patch(EntityRef entity, String patch) {
        return new BoundCommand(KindIds.ENTITY, EntityCommand.patch(entity, patch));
    }

    /** See {@link Entities#delete}. */
    public static Write delete(EntityRef entity) {
        return new BoundCommand(KindIds.ENTITY, EntityCommand.delete(entity));
    }

    /** Changes nothing; carries the expectation of its options. */
    public static Write check(EntityRef entity) {
        return new BoundCommand(KindIds.ENTITY, new CheckCommand(null, EntityCommand.key(entity)));
    }

    /** See {@link Entities#link}. */
    public static Write link(EntityRef from, String relation, EntityRef to, String properties) {
        return new BoundCommand(KindIds.ENTITY_LINK, LinkCommand.link(from, relation, to, properties));
    }

    /** See {@link Entities#unlink}. */
    public static Write unlink(EntityRef from, String relation, EntityRef to) {
        return new BoundCommand(KindIds.ENTITY_LINK, LinkCommand.unlink(from, relation, to));
    }
}
