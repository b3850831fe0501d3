package dev.cairn.server;

import dev.cairn.GoneException;
import dev.cairn.InvalidRequestException;
import dev.cairn.Watermarks;
import dev.cairn.log.From;
import dev.cairn.log.Log;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code /v1/log}: reading and following the log.
 *
 * <p>Threading: any thread.
 */
final class LogResource {
    static final String TAIL = "/v1/log/tail";
    private static final Set<String> FILTER = Set.of("from", "topic", "key", "type");
    private static final String EVENT_STREAM = "text/event-stream";

    private final Service service;
    private final Log log;
    private final Tails tails;

    LogResource(Service service, Tails tails) {
        this.service = service;
        this.log = service.cairn().log();
        this.tails = tails;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/log", with(FILTER, "until", "limit", "waitMs"), this::read),
                Route.get(TAIL, with(FILTER, "accepted"), this::tail),
                Route.get("/v1/log/watermarks", this::watermarks));
    }

    private static Set<String> with(Set<String> names, String... more) {
        Set<String> all = new HashSet<>(names);
        all.addAll(List.of(more));
        return all;
    }

    private void read(Exchange exchange) throws IOException {
        Query query = exchange.query();
        int limit = Paging.limit(query);
        Duration waitMax = Paging.waitMax(query, Duration.ZERO);
        long start = position(query, "from", From.beginning());
        long until = query.text("until") == null ? Long.MAX_VALUE : position(query, "until", From.end());
        LogFilter filter = filter(query);
        RecordPage page = new RecordPage(start, until, limit, (next, left) -> step(next, start, until, filter, left));
        page.answer(exchange, service.waiters(), waitMax, log);
    }

    /** A range that was lost ends the page: the page says which, and to go on behind it. */
    private RecordPage.Step step(long next, long start, long until, LogFilter filter, int left) {
        try {
            LogPage page = log.read(next, until, filter, filter.equals(LogFilter.all()) ? Math.min(left, 256) : left);
            return new RecordPage.Step(page.records(), page.next(), null, false);
        } catch (GoneException e) {
            Long resumeFrom = e.resumeFrom();
            if (next == start || resumeFrom == null) {
                throw e;
            }
            return new RecordPage.Step(List.of(), resumeFrom, new RecordSource.Gap(next, resumeFrom - 1), true);
        }
    }

    private void tail(Exchange exchange) throws IOException {
        Query query = exchange.query();
        String lastEventId = exchange.header("Last-Event-ID");
        boolean accepted = query.flag("accepted");
        RecordSource source = lastEventId == null
                ? source(from(query, "from", From.end()), filter(query), accepted)
                : sourceAfter(offset(lastEventId), filter(query), accepted);
        boolean events = exchange.accepts(EVENT_STREAM, Json.LINES);
        if (exchange.method().equals("HEAD")) {
            exchange.head(events ? EVENT_STREAM : Json.LINES); // a tail would stay open all the same
            return;
        }
        tails.open(exchange, source, events ? EVENT_STREAM : Json.LINES, events);
    }

    private RecordSource source(From from, LogFilter filter, boolean accepted) {
        return accepted ? new AcceptedRecords(log, from, filter) : new DurableRecords(log, log.resolve(from), filter);
    }

    /** A client that comes back is not turned away because of a range that was lost meanwhile: it is told, and goes on. */
    private RecordSource sourceAfter(long lastEventId, LogFilter filter, boolean accepted) {
        From from = From.offset(lastEventId + 1);
        try {
            return source(from, filter, accepted);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(
                    "expected the id of an event that was sent, was " + lastEventId, "Last-Event-ID");
        } catch (GoneException e) {
            return accepted && e.resumeFrom() != null
                    ? new AcceptedRecords(log, From.offset(e.resumeFrom()), filter)
                    : new DurableRecords(log, lastEventId + 1, filter);
        }
    }

    private static long offset(String lastEventId) {
        if (!lastEventId.matches("[0-9]{1,18}")) {
            throw new InvalidRequestException(
                    "expected the id of an event, was " + Excerpt.of(lastEventId), "Last-Event-ID");
        }
        return Long.parseLong(lastEventId);
    }

    private long position(Query query, String name, From absent) {
        return ListBound.resolve(from(query, name, absent), name, log);
    }

    private static From from(Query query, String name, From absent) {
        String text = query.position(name);
        return text == null ? absent : From.parse(text, name);
    }

    private static LogFilter filter(Query query) {
        return LogFilter.all()
                .withTopics(query.texts("topic"))
                .withKey(query.name("key"))
                .withTypes(query.texts("type"));
    }

    private void watermarks(Exchange exchange) throws IOException {
        Watermarks marks = service.cairn().watermarks();
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeNumberField("epoch", marks.epoch());
            json.writeNumberField("startOffset", marks.startOffset());
            json.writeNumberField("endOffset", marks.endOffset());
            json.writeNumberField("durableOffset", marks.durableOffset());
            json.writeNumberField("projectionOffset", marks.projectionOffset());
            json.writeNumberField("segments", marks.segments());
            json.writeNumberField("bytes", marks.bytes());
            json.writeEndObject();
        });
    }
}
