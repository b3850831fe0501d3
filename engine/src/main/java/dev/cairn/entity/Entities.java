package dev.cairn.entity;

import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Entities with typed properties, and links between them: write, read, look back, find by property, follow links.
 *
 * <p>Properties are a JSON object of at most 1,024 members. Each comes back exactly as it was given; what it is compared as follows from
 * its JSON, see {@link PropertyType}.
 *
 * <p>A link holds as long as both of its ends do. Deleting an entity ends all its links, and they do not come back with an entity that is
 * created again under the same type and id.
 *
 * <p>Writes throw {@link dev.cairn.ConflictException} when an expectation is not met, {@link dev.cairn.NotFoundException} when what
 * is to be changed, or an end of a link, does not exist, {@link dev.cairn.InvalidRequestException} and {@link
 * dev.cairn.TooLargeException} for bad input, {@link dev.cairn.OutOfSpaceException} on a full disk; then nothing was written. Each
 * write has an asynchronous form whose future completes when the write is durable.
 *
 * <p>Threading: any thread.
 */
public interface Entities {
    default Receipt put(EntityRef entity, String properties) {
        return put(entity, properties, WriteOptions.defaults());
    }

    /** Creates the entity, or replaces all its properties. */
    Receipt put(EntityRef entity, String properties, WriteOptions options);

    CompletableFuture<Receipt> putAsync(EntityRef entity, String properties, WriteOptions options);

    default Receipt patch(EntityRef entity, String patch) {
        return patch(entity, patch, WriteOptions.defaults());
    }

    /** Changes the properties by merge patch (RFC 7396): null takes a property away, or all where it is the whole patch. */
    Receipt patch(EntityRef entity, String patch, WriteOptions options);

    CompletableFuture<Receipt> patchAsync(EntityRef entity, String patch, WriteOptions options);

    default Receipt delete(EntityRef entity) {
        return delete(entity, WriteOptions.defaults());
    }

    /** Deletes the entity and ends all its links; its history stays. */
    Receipt delete(EntityRef entity, WriteOptions options);

    CompletableFuture<Receipt> deleteAsync(EntityRef entity, WriteOptions options);

    /** The entity as it is now, accepted changes included. */
    Optional<TypedEntity> get(EntityRef entity);

    /** The entity after the record at {@code offset}. */
    Optional<TypedEntity> getAsOf(EntityRef entity, long offset);

    /** The entity at a time of the log. */
    Optional<TypedEntity> getAsOf(EntityRef entity, Instant time);

    /**
     * Waits for a change.
     *
     * @param revision the revision that the caller knows, −1 for an entity that does not exist
     * @return whether the entity's revision differs now
     */
    boolean awaitChange(EntityRef entity, long revision, Duration timeout);

    default List<LogRecord> history(EntityRef entity) {
        return history(entity, Long.MAX_VALUE, EntityQuery.LIMIT_DEFAULT);
    }

    /**
     * The entity's records, newest first; fewer than {@code limit} although there are more where they are large, for it takes none
     * beyond 8 MiB. At the end none are left.
     * Whether some were lost to damage tells a {@link dev.cairn.log.HistoryCheck}.
     *
     * @param before only records with a smaller offset
     * @param limit from 1
     * @throws dev.cairn.NotFoundException when there never was such an entity
     */
    List<LogRecord> history(EntityRef entity, long before, int limit);

    default Receipt link(EntityRef from, String relation, EntityRef to) {
        return link(from, relation, to, "{}", WriteOptions.defaults());
    }

    /**
     * Links two entities that exist, or replaces the properties of the link if they are linked so already.
     *
     * @throws dev.cairn.NotFoundException when one of them does not exist
     */
    Receipt link(EntityRef from, String relation, EntityRef to, String properties, WriteOptions options);

    CompletableFuture<Receipt> linkAsync(
            EntityRef from, String relation, EntityRef to, String properties, WriteOptions options);

    default Receipt unlink(EntityRef from, String relation, EntityRef to) {
        return unlink(from, relation, to, WriteOptions.defaults());
    }

    /** @throws dev.cairn.NotFoundException when they are not linked so */
    Receipt unlink(EntityRef from, String relation, EntityRef to, WriteOptions options);

    CompletableFuture<Receipt> unlinkAsync(EntityRef from, String relation, EntityRef to, WriteOptions options);

    /** The link as it is now, accepted changes included. */
    Optional<EntityLink> getLink(EntityRef from, String relation, EntityRef to);

    /** The link after the record at {@code offset}. */
    Optional<EntityLink> getLinkAsOf(EntityRef from, String relation, EntityRef to, long offset);

    /** The link at a time of the log. */
    Optional<EntityLink> getLinkAsOf(EntityRef from, String relation, EntityRef to, Instant time);

    /** Finds entities by their properties, from the projection. */
    EntityPage find(EntityQuery query);

    /**
     * Follows links, in the projection.
     *
     * @throws dev.cairn.NotFoundException when the start does not exist
     */
    LinkPage links(LinkQuery query);
}
