package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.decision.Decision;
import dev.cairn.decision.DecisionPage;
import dev.cairn.decision.DecisionQuery;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.task.Task;
import dev.cairn.task.TaskCounts;
import dev.cairn.task.TaskPage;
import dev.cairn.task.TaskQuery;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running server as a source.
 *
 * <p>Threading: one verb, one thread.
 */
final class ServerSource implements Source {
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final String DAMAGED = "damaged";
    private static final String NEXT_HEADER = "Cairn-Next";

    private final ServerConnection server;

    ServerSource(URI server) {
        this.server = new ServerConnection(server);
    }

    @Override
    public Optional<Task> task(String id, @Nullable From asOf) {
        try {
            Query query = Query.none().add("asOf", asOf == null ? null : position(asOf));
            JsonNode task = server.getJson("/v1/tasks/" + Query.encode(id), query);
            return Optional.of(Json.toTask(task));
        } catch (RefusedByServerException e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public TaskPage list(TaskQuery query) {
        Query parameters = filters(query)
                .add("order", (query.descending() ? "-" : "") + orderName(query.order()))
                .add("limit", query.limit())
                .add("cursor", query.cursor());
        JsonNode page = server.getJson("/v1/tasks", parameters);
        List<Task> tasks = new ArrayList<>();
        page.path("tasks").forEach(task -> tasks.add(Json.toTask(task)));
        return new TaskPage(
                tasks,
                page.path("next").textValue(),
                page.path("projectionOffset").asLong());
    }

    @Override
    public TaskCounts count(TaskQuery query, String by) {
        JsonNode answer = server.getJson("/v1/tasks/count", filters(query).add("by", by));
        Map<String, Long> counts = new LinkedHashMap<>();
        answer.path("counts")
                .properties()
                .forEach(count -> counts.put(count.getKey(), count.getValue().asLong()));
        return new TaskCounts(counts, answer.path("projectionOffset").asLong());
    }

    @Override
    public DecisionPage decisions(DecisionQuery query) {
        Query parameters = Query.none()
                .add("agent", query.agent())
                .add("task", query.task())
                .add("after", query.after() < 0 ? null : query.after())
                .add("before", query.before() == Long.MAX_VALUE ? null : query.before())
                .add("order", query.newestFirst() ? "-offset" : "offset")
                .add("limit", query.limit())
                .add("cursor", query.cursor());
        long durable = server.getJson("/v1/log/watermarks", Query.none())
                .path("durableOffset")
                .asLong();
        parameters.add("minOffset", durable);
        JsonNode page = server.getJson("/v1/decisions", parameters);
        List<Decision> decisions = new ArrayList<>();
        page.path("decisions").forEach(decision -> decisions.add(Json.toDecision(decision)));
        return new DecisionPage(
                decisions,
                page.path("next").textValue(),
                page.path("projectionOffset").asLong());
    }

    @Override
    public boolean history(String id, long count, Consumer<LogRecord> reader) {
        String path = "/v1/tasks/" + Query.encode(id) + "/history";
        long left = count;
        String cursor = null;
        boolean incomplete = false;
        do {
            Query query =
                    Query.none().add("limit", Math.min(left, PAGE_RECORDS)).add("cursor", cursor);
            JsonNode page = server.getJson(path, query);
            incomplete |= page.path("incomplete").asBoolean();
            for (JsonNode record : page.path("records")) {
                reader.accept(Json.toRecord(record));
                left--;
            }
            cursor = page.path("next").textValue();
        } while (cursor != null && left > 0);
        return incomplete;
    }

    @Override
    public JsonNode explanation(String id, String field) {
        return server.getJson(
                "/v1/tasks/" + Query.encode(id) + "/explain", Query.none().add("field", field));
    }

    /** Asks for one record at the position: it, or where to go on when there is none yet, is the answer. */
    @Override
    public long resolve(From from) {
        LogPage page;
        try {
            page = page(Query.none().add("from", position(from)).add("limit", 1));
        } catch (DamagedLogException e) {
            if (from instanceof From.Offset offset) {
                return offset.offset(); // it is there: what it holds is another question
            }
            throw e;
        }
        return page.records().isEmpty() ? page.next() : page.records().get(0).offset();
    }

    @Override
    public LogPage read(long from, long until, LogFilter filter, Duration wait) {
        Query query = Query.none()
                .add("from", from)
                .add("until", until == Long.MAX_VALUE ? null : until)
                .add("limit", PAGE_RECORDS)
                .add("key", filter.key())
                .add("waitMs", wait.isZero() ? null : wait.toMillis());
        filter.topics().forEach(topic -> query.add("topic", topic));
        filter.types().forEach(type -> query.add("type", type));
        return page(query);
    }

    @Override
    public long behindDamage(long offset) {
        throw VerbFailedException.failed("expected --data to go on behind damage at offset " + offset
                + ", was --url: a server does not skip it");
    }

    @Override
    public void close() {
        // The client of the JDK has nothing to close in the oldest JDK that we run on.
    }

    private LogPage page(Query query) {
        HttpResponse<String> response = logged(query);
        long next = response.headers()
                .firstValueAsLong(NEXT_HEADER)
                .orElseThrow(() -> VerbFailedException.failed(
                        response.uri() + ": expected a header " + NEXT_HEADER + ", was none"));
        List<LogRecord> records = new ArrayList<>();
        response.body().lines().filter(line -> !line.isBlank()).forEach(line -> records.add(record(line)));
        return new LogPage(records, next);
    }

    /** A server names a lost range, the start of the log and damage in its problem; here they are exceptions again. */
    private HttpResponse<String> logged(Query query) {
        try {
            return server.get("/v1/log", query);
        } catch (RefusedByServerException e) {
            JsonNode problem = e.problem();
            String message = String.valueOf(e.getMessage());
            if (e.status() == GONE) {
                throw new GoneException(message, number(problem, "startOffset"), number(problem, "resumeFrom"));
            }
            if (problem.path("code").asText().equals(DAMAGED)) {
                throw new DamagedLogException(
                        Path.of(server.server().getAuthority()),
                        -1,
                        problem.path("offset").asLong(-1),
                        message);
            }
            throw e;
        }
    }

    private static @Nullable Long number(JsonNode problem, String name) {
        return problem.path(name).isNumber() ? problem.path(name).asLong() : null;
    }

    private static LogRecord record(String line) {
        try {
            return Json.toRecord(Json.parse(line));
        } catch (JsonProcessingException e) {
            throw VerbFailedException.failed("expected a record from the server, was " + line, e);
        }
    }

    private static Query filters(TaskQuery query) {
        Query filters = Query.none();
        query.statuses().forEach(status -> filters.add("status", status));
        filters.add("owner", query.owner()).add("queue", query.queue());
        filters.add("updatedAfter", query.updatedAfter()).add("updatedBefore", query.updatedBefore());
        filters.add("createdAfter", query.createdAfter()).add("createdBefore", query.createdBefore());
        query.metadata().forEach((name, value) -> filters.add("metadata." + name, value));
        return filters;
    }

    private static String orderName(TaskQuery.Order order) {
        return switch (order) {
            case CREATED_AT -> "createdAt";
            case UPDATED_AT -> "updatedAt";
            case PRIORITY -> "priority";
            case ID -> "id";
        };
    }

    /** A position in the words of the API. */
    static String position(From from) {
        if (from instanceof From.Beginning) {
            return "beginning";
        } else if (from instanceof From.End) {
            return "end";
        } else if (from instanceof From.Offset offset) {
            return Long.toString(offset.offset());
        } else if (from instanceof From.Last last) {
            return "-" + last.count();
        } else if (from instanceof From.Time time) {
            return Json.time(time.time());
        } else if (from instanceof From.Age age) {
            return "-" + age.age().toMillis() + "ms";
        }
        throw new IllegalArgumentException(String.format(Locale.ROOT, "expected a known position, was %s", from));
    }
}
