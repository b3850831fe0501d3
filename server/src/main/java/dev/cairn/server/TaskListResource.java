package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.task.Task;
import dev.cairn.task.TaskCounts;
import dev.cairn.task.TaskPage;
import dev.cairn.task.TaskQuery;
import dev.cairn.task.Tasks;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/tasks} and {@code /v1/tasks/count}: what the projection answers.
 *
 * <p>Threading: any thread.
 */
final class TaskListResource {
    private static final Set<String> FILTERS = Set.of(
            "status",
            "owner",
            "queue",
            "updatedAfter",
            "updatedBefore",
            "createdAfter",
            "createdBefore",
            "minOffset",
            "waitMs",
            Query.METADATA);
    private static final Map<String, TaskQuery.Order> ORDERS = Map.of(
            "createdAt", TaskQuery.Order.CREATED_AT,
            "updatedAt", TaskQuery.Order.UPDATED_AT,
            "priority", TaskQuery.Order.PRIORITY,
            "id", TaskQuery.Order.ID);
    private static final String ORDER_DEFAULT = "-updatedAt";
    private static final Set<String> COUNTED = Set.of("status", "owner", "queue");

    private final Service service;
    private final Tasks tasks;

    TaskListResource(Service service) {
        this.service = service;
        this.tasks = service.cairn().tasks();
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/tasks", filtersAnd("order", "limit", "cursor"), this::list),
                Route.get("/v1/tasks/count", filtersAnd("by"), this::count));
    }

    private static Set<String> filtersAnd(String... names) {
        Set<String> all = new HashSet<>(FILTERS);
        all.addAll(List.of(names));
        return all;
    }

    private void list(Exchange exchange) throws IOException {
        TaskQuery query = query(exchange.query());
        TaskPage page = waiting(query, () -> tasks.list(query));
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("tasks");
            for (Task task : page.tasks()) {
                TaskJson.write(json, task);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next());
            json.writeNumberField("projectionOffset", page.projectionOffset());
            json.writeEndObject();
        });
    }

    private void count(Exchange exchange) throws IOException {
        TaskQuery query = query(exchange.query());
        String given = exchange.query().text("by");
        String by = given == null ? "status" : given;
        if (!COUNTED.contains(by)) {
            throw new InvalidRequestException("expected status, owner or queue, was " + Excerpt.of(by), "by");
        }
        TaskCounts counts = waiting(query, () -> tasks.count(query, by));
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("counts");
            for (Map.Entry<String, Long> count : new TreeMap<>(counts.counts()).entrySet()) {
                json.writeNumberField(count.getKey(), count.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("projectionOffset", counts.projectionOffset());
            json.writeEndObject();
        });
    }

    /** A query that may wait for an offset needs a place among those that wait. */
    private <T> T waiting(TaskQuery query, Supplier<T> answer) {
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

    private static TaskQuery query(Query query) {
        String given = query.text("order");
        String order = given == null ? ORDER_DEFAULT : given;
        boolean descending = order.startsWith("-");
        TaskQuery.Order column = ORDERS.get(descending ? order.substring(1) : order);
        if (column == null) {
            throw new InvalidRequestException(
                    "expected createdAt, updatedAt, priority or id, - before it for descending, was "
                            + Excerpt.of(order),
                    "order");
        }
        return new TaskQuery(
                query.texts("status"),
                query.name("owner"),
                query.name("queue"),
                time(query, "updatedAfter"),
                time(query, "updatedBefore"),
                time(query, "createdAfter"),
                time(query, "createdBefore"),
                query.metadata(),
                column,
                descending,
                Paging.limit(query),
                query.text("cursor"),
                Paging.minOffset(query),
                Paging.waitMax(query, Paging.WAIT_DEFAULT));
    }

    private static @Nullable Instant time(Query query, String name) {
        String text = query.position(name);
        return text == null ? null : Times.parse(text, name);
    }
}
