package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.Refusal;
import dev.cairn.context.ContextQuery;
import dev.cairn.context.Contexts;
import dev.cairn.context.Explanation;
import dev.cairn.context.TaskContext;
import dev.cairn.decision.Decision;
import dev.cairn.run.Snapshot;
import dev.cairn.session.Message;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/tasks/{id}/context} and {@code /v1/tasks/{id}/explain}: what is around a task, and why a field of it is what it is.
 *
 * <p>Threading: any thread.
 */
final class ContextResource {
    private static final String TOPIC = "task";
    private static final int ID_SEGMENT = 3;
    private static final String FIELD = "field";
    private static final Set<String> SIZES = Set.of("records", "decisions", "sessions", "messages", "state");

    private final Contexts contexts;

    ContextResource(Service service) {
        this.contexts = service.cairn().contexts();
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/tasks/{id}/context", SIZES, this::context),
                Route.get("/v1/tasks/{id}/explain", Set.of(FIELD), this::explain));
    }

    private void context(Exchange exchange) throws IOException {
        String id = exchange.name(ID_SEGMENT, "id");
        Query query = exchange.query();
        ContextQuery usual = ContextQuery.usual();
        ContextQuery sizes = new ContextQuery(
                size(query, "records", usual.recordsMax()),
                size(query, "decisions", usual.decisionsMax()),
                size(query, "sessions", usual.sessionsMax()),
                size(query, "messages", usual.messagesMax()),
                query.text("state") == null || query.flag("state"));
        TaskContext context = contexts.of(id, sizes).orElseThrow(() -> new NotFoundException(TOPIC, id));
        exchange.setEtag(context.task().revision());
        exchange.json(200, json -> write(json, context));
    }

    private static int size(Query query, String name, int absent) {
        return (int) query.number(name, absent, 0, Integer.MAX_VALUE); // how many at most, the engine says
    }

    private static void write(JsonGenerator json, TaskContext context) throws IOException {
        json.writeStartObject();
        json.writeNumberField("offset", context.offset());
        json.writeFieldName("task");
        TaskJson.write(json, context.task());
        json.writeFieldName("lease");
        if (context.lease() == null) {
            json.writeNull();
        } else {
            LeaseJson.write(json, context.lease());
        }
        json.writeArrayFieldStart("records");
        for (LogRecord record : context.records()) {
            RecordJson.write(json, record);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("decisions");
        for (Decision decision : context.decisions()) {
            DecisionJson.write(json, decision);
        }
        json.writeEndArray();
        writeSessions(json, context.sessions());
        writeSnapshot(json, context.snapshot());
        if (context.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }

    private static void writeSessions(JsonGenerator json, List<TaskContext.SessionContext> sessions)
            throws IOException {
        json.writeArrayFieldStart("sessions");
        for (TaskContext.SessionContext session : sessions) {
            json.writeStartObject();
            json.writeFieldName("session");
            SessionJson.write(json, session.session());
            json.writeArrayFieldStart("messages");
            for (Message message : session.messages()) {
                SessionJson.write(json, message);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeSnapshot(JsonGenerator json, @Nullable Snapshot snapshot) throws IOException {
        json.writeFieldName("snapshot");
        if (snapshot == null) {
            json.writeNull();
        } else {
            SnapshotJson.write(json, snapshot.info(), snapshot.state().isEmpty() ? null : snapshot.state());
        }
    }

    private void explain(Exchange exchange) throws IOException {
        String field = exchange.query().text(FIELD);
        Explanation explanation = contexts.explain(exchange.name(ID_SEGMENT, "id"), field == null ? "status" : field);
        exchange.json(200, json -> write(json, explanation));
    }

    private static void write(JsonGenerator json, Explanation explanation) throws IOException {
        json.writeStartObject();
        json.writeStringField("task", explanation.task());
        json.writeStringField(FIELD, explanation.field());
        json.writeFieldName("value");
        json.writeRawValue(explanation.value());
        json.writeFieldName("before");
        json.writeRawValue(explanation.before() == null ? "null" : explanation.before());
        json.writeFieldName("record");
        LogRecord record = explanation.record();
        if (record == null) {
            json.writeNull();
        } else {
            RecordJson.write(json, record);
        }
        json.writeStringField("at", record == null ? null : Times.format(record.at()));
        json.writeStringField("actor", record == null ? null : record.actor());
        writeLease(json, explanation.lease());
        json.writeFieldName("decision");
        if (explanation.decision() == null) {
            json.writeNull();
        } else {
            DecisionJson.write(json, explanation.decision());
        }
        json.writeArrayFieldStart("refused");
        for (Refusal refusal : explanation.refused()) {
            write(json, refusal);
        }
        json.writeEndArray();
        if (explanation.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }

    private static void writeLease(JsonGenerator json, Explanation.@Nullable UnderLease lease) throws IOException {
        json.writeFieldName("lease");
        if (lease == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("name", lease.name());
        json.writeNumberField("token", lease.token());
        json.writeStringField("holder", lease.holder());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Refusal refusal) throws IOException {
        json.writeStartObject();
        json.writeStringField("at", Times.format(refusal.at()));
        json.writeNumberField("endOffset", refusal.endOffset());
        json.writeStringField("actor", refusal.actor());
        json.writeStringField("operation", refusal.operation());
        json.writeStringField("code", refusal.code());
        json.writeStringField("detail", refusal.message());
        json.writeEndObject();
    }
}
