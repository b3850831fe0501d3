package dev.cairn.entity;

import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@link Entities} over a host: turns calls into commands and questions.
 *
 * <p>Threading: any thread.
 */
final class EntitiesClient implements Entities {
    private final KindHost host;
    private final EntityKind entityKind;
    private final LinkKind linkKind;

    EntitiesClient(KindHost host, EntityKind entityKind, LinkKind linkKind) {
        this.host = host;
        this.entityKind = entityKind;
        this.linkKind = linkKind;
    }

    @Override
    public Receipt put(EntityRef entity, String properties, WriteOptions options) {
        return host.commit(entityKind, EntityCommand.put(entity, properties), options);
    }

    @Override
    public CompletableFuture<Receipt> putAsync(EntityRef entity, String properties, WriteOptions options) {
        return host.commitAsync(entityKind, EntityCommand.put(entity, properties), options);
    }

    @Override
    public Receipt patch(EntityRef entity, String patch, WriteOptions options) {
        return host.commit(entityKind, EntityCommand.patch(entity, patch), options);
    }

    @Override
    public CompletableFuture<Receipt> patchAsync(EntityRef entity, String patch, WriteOptions options) {
        return host.commitAsync(entityKind, EntityCommand.patch(entity, patch), options);
    }

    @Override
    public Receipt delete(EntityRef entity, WriteOptions options) {
        return host.commit(entityKind, EntityCommand.delete(entity), options);
    }

    @Override
    public CompletableFuture<Receipt> deleteAsync(EntityRef entity, WriteOptions options) {
        return host.commitAsync(entityKind, EntityCommand.delete(entity), options);
    }

    @Override
    public Receipt link(EntityRef from, String relation, EntityRef to, String properties, WriteOptions options) {
        return host.commit(linkKind, LinkCommand.link(from, relation, to, properties), options);
    }

    @Override
    public CompletableFuture<Receipt> linkAsync(
            EntityRef from, String relation, EntityRef to, String properties, WriteOptions options) {
        return host.commitAsync(linkKind, LinkCommand.link(from, relation, to, properties), options);
    }

    @Override
    public Receipt unlink(EntityRef from, String relation, EntityRef to, WriteOptions options) {
        return host.commit(linkKind, LinkCommand.unlink(from, relation, to), options);
    }

    @Override
    public CompletableFuture<Receipt> unlinkAsync(EntityRef from, String relation, EntityRef to, WriteOptions options) {
        return host.commitAsync(linkKind, LinkCommand.unlink(from, relation, to), options);
    }

    @Override
    public Optional<TypedEntity> get(EntityRef entity) {
        String key = EntityCommand.key(entity);
        Entity found = new Entity();
        boolean exists = host.entity(entityKind, null, key, found);
        return exists ? Optional.of(EntityBody.decode(key, found)) : Optional.empty();
    }

    @Override
    public Optional<TypedEntity> getAsOf(EntityRef entity, long offset) {
        String key = EntityCommand.key(entity);
        Entity found = new Entity();
        boolean existed = host.entityAsOf(entityKind, null, key, offset, found);
        return existed ? Optional.of(EntityBody.decode(key, found)) : Optional.empty();
    }

    @Override
    public Optional<TypedEntity> getAsOf(EntityRef entity, Instant time) {
        EntityCommand.key(entity);
        long offset = host.offsetAsOf(time);
        return offset < 0 ? Optional.empty() : getAsOf(entity, offset);
    }

    @Override
    public boolean awaitChange(EntityRef entity, long revision, Duration timeout) {
        return host.awaitChange(entityKind, null, EntityCommand.key(entity), revision, timeout);
    }

    @Override
    public List<LogRecord> history(EntityRef entity, long before, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("expected a limit from 1, was " + limit, "limit");
        }
        return host.history(entityKind, null, EntityCommand.key(entity), before, limit);
    }

    /** Loads an entity, or a link, as it is at the moment in question. */
    private interface Loader {
        void load(Kind kind, String key, Entity into);
    }

    @Override
    public Optional<EntityLink> getLink(EntityRef from, String relation, EntityRef to) {
        return link(from, relation, to, (kind, key, into) -> host.entity(kind, null, key, into));
    }

    @Override
    public Optional<EntityLink> getLinkAsOf(EntityRef from, String relation, EntityRef to, long offset) {
        return link(from, relation, to, (kind, key, into) -> host.entityAsOf(kind, null, key, offset, into));
    }

    @Override
    public Optional<EntityLink> getLinkAsOf(EntityRef from, String relation, EntityRef to, Instant time) {
        LinkCommand.key(from, relation, to);
        long offset = host.offsetAsOf(time);
        return offset < 0 ? Optional.empty() : getLinkAsOf(from, relation, to, offset);
    }

    private Optional<EntityLink> link(EntityRef from, String relation, EntityRef to, Loader loader) {
        Entity link = new Entity();
        Entity end = new Entity();
        loader.load(linkKind, LinkCommand.key(from, relation, to), link);
        loader.load(entityKind, EntityKey.of(from), end);
        long fromBorn = LinkKind.life(end);
        loader.load(entityKind, EntityKey.of(to), end);
        return LinkKind.holds(link, fromBorn, LinkKind.life(end))
                ? Optional.of(LinkBody.decode(link))
                : Optional.empty();
    }

    @Override
    public EntityPage find(EntityQuery query) {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition.In(PropertyTable.TYPE, List.of(query.type())));
        query.filters().forEach(filter -> conditions.add(PropertyRows.condition(query.type(), filter)));
        RowQuery.Page page = host.query(
                entityKind,
                new RowQuery(
                        conditions,
                        column(query.order()),
                        query.descending(),
                        query.limit(),
                        query.cursor(),
                        query.minOffset(),
                        query.waitMax()));
        List<TypedEntity> entities = page.rows().stream()
                .map(row -> EntityBody.decode(row.key(), row.entity()))
                .toList();
        return new EntityPage(entities, page.next(), page.projectionOffset());
    }

    private static String column(EntityQuery.Order order) {
        return switch (order) {
            case ID -> "key";
            case CREATED_AT -> PropertyTable.CREATED_AT;
            case UPDATED_AT -> PropertyTable.UPDATED_AT;
        };
    }

    @Override
    public LinkPage links(LinkQuery query) {
        String key = EntityCommand.key(query.start());
        if (!host.entity(entityKind, null, key, new Entity())) {
            throw new NotFoundException(EntityKind.NAME, key);
        }
        return host.view(query.minOffset(), query.waitMax(), rows -> new LinkWalk(linkKind, rows, query).run());
    }
}
