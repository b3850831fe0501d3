package dev.cairn.entity;

import org.jspecify.annotations.Nullable;

/**
 * An entity that was reached by links.
 *
 * @param relation of the link that reached it
 * @param inbound whether the link goes out from the reached entity, so that it was followed against its direction
 * @param entity which entity
 * @param properties of the link, a JSON object
 * @param via the entity between it and the start; null when it was reached by one link
 */
public record LinkedEntity(
        String relation,
        boolean inbound,
        EntityRef entity,
        String properties,
        @Nullable LinkedEntity via) {
    /** By how many links it was reached. */
    public int hops() {
        return via == null ? 1 : 2;
    }
}
