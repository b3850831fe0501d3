package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.Fence;
import dev.cairn.LogRecord;
import dev.cairn.decision.Decision;
import dev.cairn.task.Task;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that the tools read and write: the same shapes as over HTTP.
 *
 * <p>Threading: stateless.
 */
final class Json {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Streaming alone starts in a tenth of the time that trees take. */
    private static final JsonFactory STREAMS = new JsonFactory();

    private Json() {}

    /** Made when the first tree is. */
    private static final class Trees {
        static final JsonMapper MAPPER = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }

    /** Fills one JSON object. */
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    static String object(Members members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = STREAMS.createGenerator(text)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write JSON to memory", e);
        }
        return text.toString();
    }

    /** The same value over several lines. */
    static String pretty(String json) {
        StringWriter text = new StringWriter();
        try (JsonParser from = STREAMS.createParser(json);
                JsonGenerator to = STREAMS.createGenerator(text).useDefaultPrettyPrinter()) {
            from.nextToken();
            to.copyCurrentStructureExact(from);
        } catch (IOException e) {
            throw new UncheckedIOException("expected JSON, was " + json, e);
        }
        return text.toString();
    }

    static JsonNode parse(String text) throws JsonProcessingException {
        return Trees.MAPPER.readTree(text);
    }

    /** A text as JSON. */
    static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    static ObjectNode newObject() {
        return Trees.MAPPER.createObjectNode();
    }

    /** UTC with microseconds. */
    static String time(Instant time) {
        return TIME.format(time);
    }

    static String ofTask(Task task) {
        return object(json -> {
            json.writeStringField("id", task.id());
            json.writeStringField("status", task.status());
            json.writeStringField("owner", task.owner());
            json.writeStringField("queue", task.queue());
            json.writeNumberField("priority", task.priority());
            json.writeFieldName("metadata");
            json.writeRawValue(oneLine(task.metadata()));
            json.writeNumberField("attempts", task.attempts());
            json.writeNumberField("version", task.version());
            json.writeNumberField("revision", task.revision());
            json.writeStringField("createdAt", time(task.createdAt()));
            json.writeStringField("updatedAt", time(task.updatedAt()));
            if (task.incomplete()) {
                json.writeBooleanField("incomplete", true);
            }
        });
    }

    static Task toTask(JsonNode json) {
        return new Task(
                json.path("id").asText(),
                json.path("status").asText(),
                json.path("owner").textValue(),
                json.path("queue").asText(),
                json.path("priority").asInt(),
                json.path("metadata").toString(),
                json.path("attempts").asInt(),
                json.path("version").asLong(),
                json.path("revision").asLong(),
                toTime(json.path("createdAt").asText()),
                toTime(json.path("updatedAt").asText()),
                json.path("incomplete").asBoolean());
    }

    static Decision toDecision(JsonNode json) {
        String occurredAt = json.path("occurredAt").textValue();
        List<String> alternatives = new ArrayList<>();
        json.path("alternatives").forEach(alternative -> alternatives.add(alternative.asText()));
        return new Decision(
                json.path("id").asText(),
                json.path("offset").asLong(),
                toTime(json.path("at").asText()),
                occurredAt == null ? null : toTime(occurredAt),
                json.path("agent").asText(),
                json.path("task").textValue(),
                json.path("title").asText(),
                json.path("context").textValue(),
                json.path("decision").asText(),
                json.path("rationale").textValue(),
                alternatives,
                json.path("version").asLong(),
                json.path("revision").asLong(),
                json.path("incomplete").asBoolean());
    }

    static String ofRecord(LogRecord record) {
        return object(json -> {
            json.writeNumberField("offset", record.offset());
            json.writeNumberField("epoch", record.epoch());
            json.writeStringField("at", time(record.at()));
            Instant occurredAt = record.occurredAt();
            if (occurredAt != null) {
                json.writeStringField("occurredAt", time(occurredAt));
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
            json.writeRawValue(oneLine(record.payload()));
        });
    }

    /** Line feeds in JSON are only ever white space between tokens. */
    private static String oneLine(String json) {
        return json.replace('\n', ' ').replace('\r', ' ');
    }

    /** A record as it came from a server. */
    static LogRecord toRecord(JsonNode json) {
        String occurredAt = json.path("occurredAt").textValue();
        return new ReceivedRecord(
                json.path("offset").asLong(),
                json.path("epoch").asInt(),
                toTime(json.path("at").asText()),
                occurredAt == null ? null : toTime(occurredAt),
                json.path("topic").asText(),
                json.path("key").asText(),
                json.path("type").asText(),
                json.path("actor").textValue(),
                json.path("operation").textValue(),
                json.path("prev").asLong(-1),
                json.path("version").asLong(-1),
                toFences(json.path("fences")),
                json.path("payload").toString());
    }

    private static List<Fence> toFences(JsonNode json) {
        List<Fence> fences = new ArrayList<>();
        json.forEach(fence -> fences.add(
                new Fence(fence.path("lease").asText(), fence.path("token").asLong())));
        return List.copyOf(fences);
    }

    private static Instant toTime(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    private record ReceivedRecord(
            long offset,
            int epoch,
            Instant at,
            @Nullable Instant occurredAt,
            String topic,
            String key,
            String type,
            @Nullable String actor,
            @Nullable String operation,
            long prev,
            long version,
            List<Fence> fences,
            String payload)
            implements LogRecord {}
}
