package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.InvalidRequestException;
import dev.cairn.consumer.ConsumerGroup;
import dev.cairn.consumer.ConsumerSettings;
import dev.cairn.log.From;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consumer groups as JSON, and what requests say about them.
 *
 * <p>Threading: stateless; a reader of fields belongs to one thread.
 */
final class ConsumerJson {
    private ConsumerJson() {}

    static void write(JsonGenerator json, ConsumerGroup group) throws IOException {
        json.writeStartObject();
        json.writeStringField("group", group.group());
        json.writeNumberField("offset", group.offset());
        json.writeNumberField("lag", group.lag());
        writeNames(json, "topic", group.topics());
        writeNames(json, "type", group.types());
        ConsumerGroup.ActiveReader reader = group.reader();
        if (reader != null) {
            json.writeObjectFieldStart("reader");
            json.writeStringField("name", reader.name());
            json.writeBooleanField("reading", reader.reading());
            json.writeStringField("expiresAt", Times.format(reader.expiresAt()));
            json.writeEndObject();
        }
        json.writeNumberField("version", group.version());
        json.writeNumberField("revision", group.revision());
        json.writeStringField("createdAt", Times.format(group.createdAt()));
        json.writeStringField("updatedAt", Times.format(group.updatedAt()));
        if (group.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }

    /** In the forms that a request may give: null for all, one name, or several. */
    private static void writeNames(JsonGenerator json, String field, List<String> names) throws IOException {
        if (names.size() < 2) {
            json.writeStringField(field, names.isEmpty() ? null : names.get(0));
            return;
        }
        json.writeArrayFieldStart(field);
        for (String name : names) {
            json.writeString(name);
        }
        json.writeEndArray();
    }

    /** The members of a request that sets a group up. */
    static final class Settings {
        private @Nullable From from;
        private List<String> topics = List.of();
        private List<String> types = List.of();

        boolean take(String name, JsonReader json) throws IOException {
            switch (name) {
                case "from" -> from = json.isNull() ? null : position(json);
                case "topic" -> topics = json.isNull() ? List.of() : json.textOrTexts();
                case "type" -> types = json.isNull() ? List.of() : json.textOrTexts();
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static From position(JsonReader json) throws IOException {
            return json.isNumber()
                    ? From.offset(json.number(0, Long.MAX_VALUE))
                    : From.parse(json.text(), json.pointer());
        }

        ConsumerSettings settings() {
            return new ConsumerSettings(from, topics, types);
        }
    }

    /** The members of a request that moves a group. */
    static final class Movement {
        private @Nullable From to;

        boolean take(String name, JsonReader json) throws IOException {
            switch (name) {
                case "offset" -> once(From.offset(json.number(0, Long.MAX_VALUE)), json);
                case "position" -> once(From.parse(json.text(), json.pointer()), json);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void once(From position, JsonReader json) {
            if (to != null) {
                throw new InvalidRequestException("expected offset or position, was given both", json.pointer());
            }
            to = position;
        }

        From to() {
            if (to == null) {
                throw new InvalidRequestException("expected an offset or a position, was neither", "/offset");
            }
            return to;
        }
    }
}
