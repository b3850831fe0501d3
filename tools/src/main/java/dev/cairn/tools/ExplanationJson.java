package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.LogRecord;
import dev.cairn.Refusal;
import dev.cairn.context.Explanation;
import dev.cairn.decision.Decision;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Explanations as JSON, in the shape that a server gives them.
 *
 * <p>Threading: stateless.
 */
final class ExplanationJson {
    private ExplanationJson() {}

    static JsonNode of(Explanation explanation) {
        String text = Json.object(json -> write(json, explanation));
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("expected JSON, was " + text, e);
        }
    }

    private static void write(JsonGenerator json, Explanation explanation) throws IOException {
        json.writeStringField("task", explanation.task());
        json.writeStringField("field", explanation.field());
        writeRaw(json, "value", explanation.value());
        writeRaw(json, "before", explanation.before());
        LogRecord record = explanation.record();
        writeRaw(json, "record", record == null ? null : Json.ofRecord(record));
        json.writeStringField("at", record == null ? null : Json.time(record.at()));
        json.writeStringField("actor", record == null ? null : record.actor());
        writeRaw(json, "lease", lease(explanation.lease()));
        writeRaw(json, "decision", decision(explanation.decision()));
        json.writeArrayFieldStart("refused");
        for (Refusal refusal : explanation.refused()) {
            json.writeRawValue(refusal(refusal));
        }
        json.writeEndArray();
        if (explanation.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
    }

    private static void writeRaw(JsonGenerator json, String name, @Nullable String value) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(value == null ? "null" : value);
    }

    private static @Nullable String lease(Explanation.@Nullable UnderLease lease) {
        return lease == null
                ? null
                : Json.object(json -> {
                    json.writeStringField("name", lease.name());
                    json.writeNumberField("token", lease.token());
                    json.writeStringField("holder", lease.holder());
                });
    }

    private static @Nullable String decision(@Nullable Decision decision) {
        return decision == null
                ? null
                : Json.object(json -> {
                    json.writeStringField("id", decision.id());
                    json.writeNumberField("offset", decision.offset());
                    json.writeStringField("at", Json.time(decision.at()));
                    Instant occurredAt = decision.occurredAt();
                    if (occurredAt != null) {
                        json.writeStringField("occurredAt", Json.time(occurredAt));
                    }
                    json.writeStringField("agent", decision.agent());
                    json.writeStringField("task", decision.task());
                    json.writeStringField("title", decision.title());
                    json.writeStringField("context", decision.context());
                    json.writeStringField("decision", decision.decision());
                    json.writeStringField("rationale", decision.rationale());
                    json.writeArrayFieldStart("alternatives");
                    for (String alternative : decision.alternatives()) {
                        json.writeString(alternative);
                    }
                    json.writeEndArray();
                    json.writeNumberField("version", decision.version());
                    json.writeNumberField("revision", decision.revision());
                    if (decision.incomplete()) {
                        json.writeBooleanField("incomplete", true);
                    }
                });
    }

    private static String refusal(Refusal refusal) {
        return Json.object(json -> {
            json.writeStringField("at", Json.time(refusal.at()));
            json.writeNumberField("endOffset", refusal.endOffset());
            json.writeStringField("actor", refusal.actor());
            json.writeStringField("operation", refusal.operation());
            json.writeStringField("code", refusal.code());
            json.writeStringField("detail", refusal.message());
        });
    }
}
