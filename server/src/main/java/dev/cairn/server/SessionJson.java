package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.cairn.session.Message;
import dev.cairn.session.Session;
import java.io.IOException;

/**
 * Sessions and messages as JSON.
 *
 * <p>Threading: stateless.
 */
final class SessionJson {
    private SessionJson() {}

    static void write(JsonGenerator json, Session session) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", session.id());
        json.writeNumberField("messages", session.messages());
        json.writeNumberField("bytes", session.bytes());
        json.writeStringField("task", session.task());
        json.writeNumberField("version", session.version());
        json.writeNumberField("revision", session.revision());
        json.writeStringField("createdAt", Times.format(session.createdAt()));
        json.writeStringField("updatedAt", Times.format(session.updatedAt()));
        if (session.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }

    /** The message as it was given, behind what the log says of it. */
    static void write(JsonGenerator json, Message message) throws IOException {
        StringBuilder head = new StringBuilder("{\"offset\":")
                .append(message.offset())
                .append(",\"at\":\"")
                .append(Times.format(message.at()));
        if (message.occurredAt() != null) {
            head.append("\",\"occurredAt\":\"").append(Times.format(message.occurredAt()));
        }
        json.writeRawValue(head.append("\",").toString());
        if (message.actor() != null) {
            json.writeRaw("\"actor\":\"");
            json.writeRaw(new String(JsonStringEncoder.getInstance().quoteAsString(message.actor())));
            json.writeRaw("\",");
        }
        // A message has members: behind its brace, one begins.
        json.writeRaw(message.json(), 1, message.json().length() - 1);
    }
}
