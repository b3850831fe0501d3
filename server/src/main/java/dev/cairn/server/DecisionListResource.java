package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.decision.Decision;
import dev.cairn.decision.DecisionExport;
import dev.cairn.decision.DecisionPage;
import dev.cairn.decision.DecisionQuery;
import dev.cairn.decision.Decisions;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/decisions}: decisions by filter, a page of JSON or the whole as a Markdown document.
 *
 * <p>Threading: any thread.
 */
final class DecisionListResource {
    private static final Set<String> PARAMETERS =
            Set.of("agent", "task", "after", "before", "order", "limit", "cursor", "minOffset", "waitMs");
    private static final String OFFSET = "[0-9]{1,18}";

    private final Service service;
    private final Decisions decisions;

    DecisionListResource(Service service) {
        this.service = service;
        this.decisions = service.cairn().decisions();
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/decisions", PARAMETERS, this::list));
    }

    private void list(Exchange exchange) throws IOException {
        exchange.setHeader("Vary", "Accept");
        DecisionQuery query = query(exchange.query());
        if (exchange.accepts(DecisionDocuments.MARKDOWN)) {
            document(exchange, query);
            return;
        }
        DecisionPage page = waiting(query, () -> decisions.list(query));
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("decisions");
            for (Decision decision : page.decisions()) {
                DecisionJson.write(json, decision);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next());
            json.writeNumberField("projectionOffset", page.projectionOffset());
            json.writeEndObject();
        });
    }

    /** A document is whole, unless a limit says otherwise; it is sent as it is read. */
    private void document(Exchange exchange, DecisionQuery query) throws IOException {
        if (query.cursor() != null) {
            throw new InvalidRequestException(
                    "expected no cursor for a Markdown document, which has no pages, was one", "cursor");
        }
        long max = exchange.query().text("limit") == null ? Long.MAX_VALUE : query.limit();
        DecisionExport export = waiting(query, () -> DecisionExport.of(decisions::list, query));
        try (Writer out = new OutputStreamWriter(
                exchange.stream(200, DecisionDocuments.MARKDOWN + "; charset=utf-8")
                        .getOutputStream(),
                StandardCharsets.UTF_8)) {
            export.writeTo(out, max);
        }
    }

    /** A query that may wait for an offset needs a place among those that wait. */
    private <T> T waiting(DecisionQuery query, Supplier<T> answer) {
        if (query.minOffset() < 0) {
            return answer.get();
        }
        service.waiters().enter();
        try {
            return answer.get();
        } finally {
            service.waiters().leave();
        }
    }

    private static DecisionQuery query(Query query) {
        String after = query.position("after");
        String before = query.position("before");
        return new DecisionQuery(
                query.text("agent"),
                query.text("task"),
                offset(after, -1),
                offset(before, Long.MAX_VALUE),
                time(after, "after"),
                time(before, "before"),
                newestFirst(query.text("order")),
                Paging.limit(query),
                query.text("cursor"),
                Paging.minOffset(query),
                Paging.waitMax(query, Paging.WAIT_DEFAULT));
    }

    private static boolean newestFirst(@Nullable String order) {
        if (order == null || order.equals("offset")) {
            return false;
        }
        if (order.equals("-offset")) {
            return true;
        }
        throw new InvalidRequestException(
                "expected offset, or -offset for descending, was " + Excerpt.of(order), "order");
    }

    private static long offset(@Nullable String position, long absent) {
        return position != null && position.matches(OFFSET) ? Long.parseLong(position) : absent;
    }

    private static @Nullable Instant time(@Nullable String position, String where) {
        if (position == null || position.matches(OFFSET)) {
            return null;
        }
        try {
            return Times.parse(position, where);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(
                    "expected an offset, or a time as 2026-01-01T12:00:00Z, was " + Excerpt.of(position), where);
        }
    }
}
