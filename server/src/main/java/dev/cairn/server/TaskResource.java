package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.log.LogFilter;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.Tasks;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /v1/tasks/{id}}: one task, its changes and its history.
 *
 * <p>Threading: any thread.
 */
final class TaskResource {
    private static final String TOPIC = "task";
    private static final String ID = "id";
    private static final String CLAIM = "claim";
    private static final int ID_SEGMENT = 3;
    /** The write itself, the end of the lease, the grant to who is next, the return. */
    private static final int REVOKE_RECORDS_MAX = 4;

    private static final Set<String> JSON = Set.of(Json.CONTENT_TYPE);
    private static final Set<String> PATCH = Set.of(Json.CONTENT_TYPE, "application/merge-patch+json");

    private final Service service;
    private final Tasks tasks;

    TaskResource(Service service) {
        this.service = service;
        this.tasks = service.cairn().tasks();
    }

    List<Route> routes() {
        return List.of(
                Route.write("POST", "/v1/tasks", this::create),
                Route.get("/v1/tasks/{id}", CurrentRead.PARAMETERS, this::get),
                Route.write("PATCH", "/v1/tasks/{id}", this::patch),
                Route.write("DELETE", "/v1/tasks/{id}", this::delete),
                Route.get("/v1/tasks/{id}/history", Set.of("limit", "cursor"), this::history));
    }

    private void create(Exchange exchange) throws IOException {
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        TaskJson.Fields fields = new TaskJson.Fields();
        WriteFields write = new WriteFields();
        try (JsonReader json = JsonReader.object(body, 0, body.length)) {
            for (String name = json.next(); name != null; name = json.next()) {
                if (!fields.takeId(name, json) && !fields.takeNew(name, json) && !write.take(name, json)) {
                    throw json.unknown();
                }
            }
        }
        String given = fields.id();
        String id = given == null ? UuidCreator.getTimeOrderedEpoch().toString() : given;
        Names.notReserved(id, "/id");
        NewTask task = fields.newTask(id);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(id))
                .run(options -> tasks.create(task, options));
        String created = given == null && receipt.replayed() ? keyAt(service, receipt.offset()) : id;
        exchange.setHeader("Location", "/v1/tasks/" + Percent.encode(created));
        answer(exchange, 201, created, receipt);
    }

    private void patch(Exchange exchange) throws IOException {
        String id = id(exchange);
        byte[] body = exchange.body(PATCH, service.options().jsonBytesMax());
        TaskJson.Fields fields = new TaskJson.Fields();
        WriteFields write = new WriteFields();
        try (JsonReader json = JsonReader.object(body, 0, body.length)) {
            for (String name = json.next(); name != null; name = json.next()) {
                if (!fields.takePatch(name, json) && !write.take(name, json)) {
                    throw json.unknown();
                }
            }
        }
        TaskPatch patch = fields.patch();
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(id))
                .run(options -> tasks.patch(id, patch, options));
        answer(exchange, 200, id, receipt);
    }

    private void delete(Exchange exchange) throws IOException {
        String id = id(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        WriteFields write = WriteFields.of(body);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(id))
                .run(options -> tasks.delete(id, options));
        exchange.json(200, json -> {
            json.writeStartObject();
            writeReceipt(json, receipt);
            json.writeEndObject();
        });
    }

    private void answer(Exchange exchange, int status, String id, Receipt receipt) throws IOException {
        boolean revokes = WriteRequest.revokes(exchange);
        Task task = Written.by(
                receipt, () -> taskAt(id, revokes ? returnOf(id, receipt) : receipt.offset()), () -> tasks.get(id));
        exchange.setEtag(task == null ? receipt.revision() : task.revision());
        exchange.json(status, json -> {
            json.writeStartObject();
            if (task != null) {
                json.writeFieldName("task");
                TaskJson.write(json, task);
            }
            writeReceipt(json, receipt);
            json.writeEndObject();
        });
    }

    private static void writeReceipt(JsonGenerator json, Receipt receipt) throws IOException {
        json.writeFieldName("receipt");
        ReceiptJson.write(json, receipt);
    }

    /** The task as the write left it at {@code offset}, even if somebody else has changed it since. */
    private Optional<Task> taskAt(String id, long offset) {
        Optional<Task> now = tasks.get(id);
        return now.isPresent() && now.get().revision() == offset ? now : tasks.getAsOf(id, offset);
    }

    /** A write that takes a claim away also gives the task back, some records further on; this is the offset of the last of them. */
    private long returnOf(String id, Receipt receipt) {
        List<LogRecord> upToReturn = tasks.history(id, receipt.offset() + REVOKE_RECORDS_MAX, 1);
        if (upToReturn.isEmpty()) {
            return receipt.offset();
        }
        LogRecord last = upToReturn.get(0);
        boolean gaveBack = last.prev() == receipt.offset() && last.type().equals("returned");
        return gaveBack ? last.offset() : receipt.offset();
    }

    /** The id that a repeated create without an id got the first time. */
    static String keyAt(Service service, long offset) {
        service.cairn().log().awaitDurable(offset, Paging.WAIT_DEFAULT);
        List<LogRecord> records = recordAt(service, offset);
        if (records.isEmpty()) {
            throw new NotReadyException("expected the record at offset " + offset + " to be durable");
        }
        return records.get(0).key();
    }

    private static List<LogRecord> recordAt(Service service, long offset) {
        try {
            return service.cairn()
                    .log()
                    .read(offset, offset + 1, LogFilter.all(), 1)
                    .records();
        } catch (GoneException e) {
            throw Written.recordIsGone(offset, e);
        }
    }

    private void get(Exchange exchange) throws IOException {
        String id = id(exchange);
        new CurrentRead<>(
                        () -> tasks.get(id),
                        offset -> tasks.getAsOf(id, offset),
                        time -> tasks.getAsOf(id, time),
                        Task::revision,
                        (revision, waitMax) -> tasks.awaitChange(id, revision, waitMax),
                        TaskJson::write)
                .answer(exchange, service.waiters(), TOPIC, id);
    }

    private void history(Exchange exchange) throws IOException {
        String id = id(exchange);
        HistoryPage.answer(
                exchange,
                service.cairn(),
                (before, limit) -> tasks.history(id, before, limit),
                () -> tasks.get(id).filter(Task::incomplete).isPresent());
    }

    private long revision(String id) {
        return tasks.get(id).map(Task::revision).orElse(-1L);
    }

    private static String id(Exchange exchange) {
        String id = exchange.name(ID_SEGMENT, ID);
        if (id.equals(CLAIM)) {
            exchange.setHeader("Allow", "POST");
            throw new ProblemException(
                    Problem.of(Problem.Code.METHOD_NOT_ALLOWED, "expected POST, was " + exchange.method()));
        }
        return Names.notReserved(id, ID);
    }
}
