package dev.cairn.entity;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.Names;

/**
 * Which entity: its type and its id within the type.
 *
 * @param type 1–512 bytes of UTF-8 without control characters
 * @param id likewise; {@code count}, {@code claim} and {@code batch} are no types and no ids
 */
public record EntityRef(String type, String id) {
    /** @throws InvalidRequestException when the type or the id is none */
    public EntityRef {
        check(type, "type");
        check(id, "id");
    }

    /** The entity of {@code type} called {@code id}. */
    public static EntityRef of(String type, String id) {
        return new EntityRef(type, id);
    }

    static String check(String name, String where) {
        return Names.checkId(name, where);
    }

    @Override
    public String toString() {
        return EntityKey.of(this);
    }
}
