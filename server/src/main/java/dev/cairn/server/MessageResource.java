package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.InvalidRequestException;
import dev.cairn.Receipt;
import dev.cairn.session.Message;
import dev.cairn.session.MessagePage;
import dev.cairn.session.MessageQuery;
import dev.cairn.session.NewMessage;
import dev.cairn.session.Session;
import dev.cairn.session.Sessions;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/sessions/{id}/messages}: appending messages, and reading them a page at a time or as a stream.
 *
 * <p>Threading: any thread.
 */
final class MessageResource {
    private static final String PATH = "/v1/sessions/{id}/messages";
    private static final String INCOMPLETE = "Cairn-Incomplete";
    private static final int FLUSH_BYTES = 64 << 10;

    private final Service service;
    private final Sessions sessions;

    MessageResource(Service service) {
        this.service = service;
        this.sessions = service.cairn().sessions();
    }

    List<Route> routes() {
        return List.of(
                Route.write("POST", PATH, this::post),
                Route.get(PATH, Set.of("after", "before", "order", "limit", "cursor", "asOf"), this::get));
    }

    private void post(Exchange exchange) throws IOException {
        String session = SessionResource.id(exchange);
        if (!BatchResource.LINES.contains(exchange.contentType())) {
            one(exchange, session);
            return;
        }
        exchange.checkContentType(AppendedLines.TYPES);
        ServerOptions options = service.options();
        MessageLine line = new MessageLine(session);
        BatchLines lines = new BatchLines(exchange, options.messageBytesMax(), options.ack(), line);
        new AppendedLines(exchange, service.cairn(), lines).run();
    }

    private void one(Exchange exchange, String session) throws IOException {
        byte[] body = exchange.body(AppendedLines.TYPES, service.options().messageBytesMax());
        MessageLine line = new MessageLine(session);
        NewMessage message = line.read(body, 0, body.length);
        if (line.fields().idempotencyKey() != null) {
            throw new InvalidRequestException("expected the header Idempotency-Key, was a member", "/idempotencyKey");
        }
        Receipt receipt = WriteRequest.of(
                        exchange, service.ack(), body, line.fields().write(), () -> revision(session))
                .run(options -> sessions.append(session, message, line.fields().options(options)));
        AppendedLines.answer(exchange, receipt);
    }

    private long revision(String session) {
        return sessions.get(session).map(Session::revision).orElse(-1L);
    }

    private void get(Exchange exchange) throws IOException {
        String session = SessionResource.id(exchange);
        Query parameters = exchange.query();
        MessageQuery query = new MessageQuery(
                bound(parameters, "after"),
                bound(parameters, "before"),
                isNewestFirst(parameters),
                Paging.limit(parameters),
                parameters.text("cursor"),
                asOf(parameters));
        if (exchange.accepts(Json.LINES, Json.CONTENT_TYPE)) {
            boolean all = parameters.text("limit") == null;
            stream(
                    exchange,
                    session,
                    all ? query.limit(MessageQuery.LIMIT_MAX) : query,
                    all ? Long.MAX_VALUE : query.limit());
        } else {
            page(exchange, sessions.messages(session, query), isIncomplete(session, query.asOf()));
        }
    }

    private static boolean isNewestFirst(Query query) {
        String given = query.text("order");
        String order = given == null ? "asc" : given;
        return switch (order) {
            case "asc", "oldest" -> false;
            case "desc", "newest" -> true;
            default ->
                throw new InvalidRequestException(
                        "expected asc (oldest first) or desc (newest first), was " + Excerpt.of(order), "order");
        };
    }

    private MessageQuery.@Nullable Bound bound(Query query, String name) {
        ListBound bound = ListBound.read(query, name, service.cairn().log());
        if (bound instanceof ListBound.Offset offset) {
            return MessageQuery.Bound.offset(offset.offset());
        }
        if (bound instanceof ListBound.Time time) {
            return MessageQuery.Bound.time(time.time());
        }
        return bound instanceof ListBound.Boundary boundary ? MessageQuery.Bound.boundary(boundary.next()) : null;
    }

    /** A state is that after a record or at a time: a boundary names none. */
    private static MessageQuery.@Nullable Bound asOf(Query query) {
        String text = query.position(AsOf.NAME);
        return text == null ? null : AsOf.read(text, MessageQuery.Bound::offset, MessageQuery.Bound::time);
    }

    /** Messages that were lost leave no hole that could be seen. */
    private boolean isIncomplete(String session, MessageQuery.@Nullable Bound asOf) {
        Optional<Session> shown = asOf instanceof MessageQuery.Bound.Offset offset
                ? sessions.getAsOf(session, offset.offset())
                : asOf instanceof MessageQuery.Bound.Time time
                        ? sessions.getAsOf(session, time.time())
                        : sessions.get(session);
        return shown.filter(Session::incomplete).isPresent();
    }

    private static void page(Exchange exchange, MessagePage page, boolean incomplete) throws IOException {
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("messages");
            for (Message message : page.messages()) {
                SessionJson.write(json, message);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next());
            if (incomplete) {
                json.writeBooleanField("incomplete", true);
            }
            json.writeEndObject();
        });
    }

    /** Whatever the first page runs into is still an answer of its own. */
    private void stream(Exchange exchange, String session, MessageQuery query, long limit) throws IOException {
        Iterator<Message> messages = sessions.read(session, query).iterator();
        boolean any = messages.hasNext();
        Bytes bytes = new Bytes(FLUSH_BYTES);
        if (isIncomplete(session, query.asOf())) {
            exchange.setHeader(INCOMPLETE, "true");
        }
        OutputStream out = exchange.stream(200, Json.LINES).getOutputStream();
        try (JsonGenerator json = Json.lines(bytes)) {
            for (long sent = 0; any && sent < limit && messages.hasNext(); sent++) {
                SessionJson.write(json, messages.next());
                Json.endLine(json);
                json.flush();
                if (bytes.size() >= FLUSH_BYTES) {
                    bytes.drainTo(out);
                }
            }
        }
        bytes.drainTo(out);
    }
}
