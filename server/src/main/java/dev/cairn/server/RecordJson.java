package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Fence;
import dev.cairn.LogRecord;
import java.io.IOException;
import java.time.Instant;

/**
 * Records as JSON.
 *
 * <p>Threading: stateless.
 */
final class RecordJson {
    private RecordJson() {}

    static void write(JsonGenerator json, LogRecord record) throws IOException {
        json.writeStartObject();
        json.writeNumberField("offset", record.offset());
        json.writeNumberField("epoch", record.epoch());
        json.writeStringField("at", Times.format(record.at()));
        Instant occurredAt = record.occurredAt();
        if (occurredAt != null) {
            json.writeStringField("occurredAt", Times.format(occurredAt));
        }
        json.writeStringField("topic", record.topic());
        json.writeStringField("key", record.key());
        json.writeStringField("type", record.type());
        json.writeStringField("actor", record.actor());
        json.writeStringField("operation", record.operation());
        json.writeNumberField("prev", record.prev());
        json.writeNumberField("version", record.version());
        if (!record.fences().isEmpty()) {
            json.writeArrayFieldStart("fences");
            for (Fence fence : record.fences()) {
                json.writeStartObject();
                json.writeStringField("lease", fence.lease());
                json.writeNumberField("token", fence.token());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeFieldName("payload");
        json.writeRawValue(record.payload());
        json.writeEndObject();
    }
}
