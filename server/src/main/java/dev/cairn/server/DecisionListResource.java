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
        DecisionBounds bounds =
                DecisionBounds.read(exchange.query(), service.cairn().log());
        DecisionQuery query = query(exchange.query(), bounds);
        if (exchange.accepts(DecisionDocuments.MARKDOWN, Json.CONTENT_TYPE)) {
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
            json.writeStringField("next", bounds.cursor(page.next()));
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

    private static DecisionQuery query(Query query, DecisionBounds bounds) {
        return new DecisionQuery(
                query.name("agent"),
                query.name("task"),
                bounds.after(),
                bounds.before(),
                bounds.afterTime(),
                bounds.beforeTime(),
                newestFirst(query.text("order")),
                Paging.limit(query),
                bounds.page(),
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
}
