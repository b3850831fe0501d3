package dev.cairn.session;

import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.RowQuery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@link Sessions} over a host: turns calls into commands and questions, and entities into sessions.
 *
 * <p>Threading: any thread.
 */
final class SessionsClient implements Sessions {
    private static final String ID = "id";

    private final KindHost host;
    private final SessionKind kind;

    SessionsClient(KindHost host, SessionKind kind) {
        this.host = host;
        this.kind = kind;
    }

    @Override
    public Receipt append(String session, NewMessage message, WriteOptions options) {
        return host.commit(kind, new SessionCommand.Append(checked(session), message), options);
    }

    @Override
    public CompletableFuture<Receipt> appendAsync(String session, NewMessage message, WriteOptions options) {
        return host.commitAsync(kind, new SessionCommand.Append(checked(session), message), options);
    }

    @Override
    public List<Receipt> append(String session, List<NewMessage> messages, WriteOptions options) {
        checked(session);
        List<SessionCommand.Append> commands = messages.stream()
                .map(message -> new SessionCommand.Append(session, message))
                .toList();
        return host.commitAll(kind, commands, options);
    }

    @Override
    public Receipt delete(String session, WriteOptions options) {
        return host.commit(kind, new SessionCommand.Delete(checked(session)), options);
    }

    @Override
    public CompletableFuture<Receipt> deleteAsync(String session, WriteOptions options) {
        return host.commitAsync(kind, new SessionCommand.Delete(checked(session)), options);
    }

    @Override
    public Optional<Session> get(String session) {
        Entity entity = new Entity();
        boolean exists = host.entity(kind, null, checked(session), entity);
        return exists ? Optional.of(SessionBody.decode(session, entity)) : Optional.empty();
    }

    @Override
    public Optional<Session> getAsOf(String session, long offset) {
        Entity entity = new Entity();
        if (!host.entityAsOf(kind, null, checked(session), offset, entity)) {
            return Optional.empty();
        }
        long first = entity.value().longAt(SessionBody.FIRST_AT);
        entity.incomplete(entity.incomplete() || host.lostBetween(kind, null, session, first, offset));
        return Optional.of(SessionBody.decode(session, entity));
    }

    @Override
    public Optional<Session> getAsOf(String session, Instant time) {
        checked(session);
        long offset = host.offsetAsOf(time);
        return offset < 0 ? Optional.empty() : getAsOf(session, offset);
    }

    @Override
    public MessagePage messages(String session, MessageQuery query) {
        return pages(session, query).next();
    }

    @Override
    public Iterable<Message> read(String session, MessageQuery query) {
        Entity entity = new Entity();
        MessageLimit through = load(session, query, entity);
        return () -> new MessagePages(new MessageChain(host, kind, session, entity), query, through).iterator();
    }

    private MessagePages pages(String session, MessageQuery query) {
        Entity entity = new Entity();
        MessageLimit through = load(session, query, entity);
        return new MessagePages(new MessageChain(host, kind, session, entity), query, through);
    }

    /** Loads the session that the query is about; what lies behind the result is not seen. */
    private MessageLimit load(String session, MessageQuery query, Entity into) {
        checked(session);
        check(query.after(), "after");
        check(query.before(), "before");
        MessageQuery.Bound asOf = query.asOf();
        boolean exists = host.entity(kind, null, session, into);
        if (asOf == null) {
            return found(exists, session, MessageLimit.NONE);
        }
        long offset = asOf(asOf);
        if (offset < 0) {
            throw new NotFoundException(SessionKind.NAME, session);
        }
        // The messages of today's session need no way back through its states.
        if (exists && into.value().longAt(SessionBody.FIRST_AT) <= offset) {
            return MessageLimit.through(offset);
        }
        return found(host.entityAsOf(kind, null, session, offset, into), session, MessageLimit.NONE);
    }

    private long asOf(MessageQuery.Bound asOf) {
        if (asOf instanceof MessageQuery.Bound.Time time) {
            return host.offsetAsOf(time.time());
        }
        if (asOf instanceof MessageQuery.Bound.Boundary boundary) {
            throw new InvalidRequestException(
                    "expected the state after a record or at a time, was at the boundary before " + boundary.next(),
                    "asOf");
        }
        long offset = ((MessageQuery.Bound.Offset) asOf).offset();
        if (offset >= 0) {
            host.checkPosition(offset, "asOf");
        }
        return offset;
    }

    private static MessageLimit found(boolean exists, String session, MessageLimit through) {
        if (!exists) {
            throw new NotFoundException(SessionKind.NAME, session);
        }
        return through;
    }

    private void check(MessageQuery.@Nullable Bound bound, String parameter) {
        if (bound instanceof MessageQuery.Bound.Offset offset) {
            host.checkPosition(offset.offset(), parameter);
        }
    }

    @Override
    public SessionPage list(SessionQuery query) {
        RowQuery.Page page = host.query(kind, rows(query));
        List<Session> sessions = page.rows().stream()
                .map(row -> SessionBody.decode(row.key(), row.entity()))
                .toList();
        return new SessionPage(sessions, page.next(), page.projectionOffset());
    }

    private static RowQuery rows(SessionQuery query) {
        String task = query.task();
        return new RowQuery(
                task == null ? List.of() : List.of(new RowQuery.Condition.In(SessionTable.TASK, List.of(task))),
                switch (query.order()) {
                    case CREATED_AT -> SessionTable.CREATED_AT;
                    case UPDATED_AT -> SessionTable.UPDATED_AT;
                    case ID -> "key";
                },
                query.descending(),
                query.limit(),
                query.cursor(),
                query.minOffset(),
                query.waitMax());
    }

    private static String checked(String id) {
        return SessionCommand.checkId(id, ID);
    }
}
