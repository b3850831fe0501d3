package dev.cairn.decision;

import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.RowQuery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@link Decisions} over a host: turns calls into commands and questions, and entities into decisions.
 *
 * <p>Threading: any thread.
 */
final class DecisionsClient implements Decisions {
    private static final String ID = "id";

    private final KindHost host;
    private final DecisionKind kind;

    DecisionsClient(KindHost host, DecisionKind kind) {
        this.host = host;
        this.kind = kind;
    }

    @Override
    public Receipt append(NewDecision decision, WriteOptions options) {
        return host.commit(kind, DecisionCommand.of(decision), options);
    }

    @Override
    public CompletableFuture<Receipt> appendAsync(NewDecision decision, WriteOptions options) {
        return host.commitAsync(kind, DecisionCommand.of(decision), options);
    }

    @Override
    public Optional<Decision> get(String id) {
        Entity entity = new Entity();
        boolean exists = host.entity(kind, null, DecisionCommand.checkId(id, ID), entity);
        return exists ? Optional.of(DecisionBody.decode(id, entity)) : Optional.empty();
    }

    @Override
    public Optional<Decision> getAsOf(String id, long offset) {
        Entity entity = new Entity();
        boolean existed = host.entityAsOf(kind, null, DecisionCommand.checkId(id, ID), offset, entity);
        return existed ? Optional.of(DecisionBody.decode(id, entity)) : Optional.empty();
    }

    @Override
    public Optional<Decision> getAsOf(String id, Instant time) {
        DecisionCommand.checkId(id, ID);
        long offset = host.offsetAsOf(time);
        return offset < 0 ? Optional.empty() : getAsOf(id, offset);
    }

    @Override
    public DecisionPage list(DecisionQuery query) {
        RowQuery.Page page = host.query(kind, DecisionRows.query(query));
        List<Decision> decisions = page.rows().stream()
                .map(row -> DecisionBody.decode(row.key(), row.entity()))
                .toList();
        return new DecisionPage(decisions, page.next(), page.projectionOffset());
    }
}
