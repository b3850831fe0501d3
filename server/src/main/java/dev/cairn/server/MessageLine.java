package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Expect;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.session.NewMessage;
import dev.cairn.session.SessionWrites;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message in a request: the members of a write are taken out, all others are the message. Reused from line to line.
 *
 * <p>Threading: one thread.
 */
final class MessageLine implements BatchLines.Form {
    private final String session;
    private final WriteFields fields = new WriteFields();
    private @Nullable String idempotencyKey;
    private @Nullable String actor;

    MessageLine(String session) {
        this.session = session;
    }

    @Override
    public Write write(byte[] bytes, int start, int length) throws IOException {
        return SessionWrites.append(session, read(bytes, start, length));
    }

    /** Reads the message; {@link #options} and {@link #fields} then say what is said of the write. */
    NewMessage read(byte[] bytes, int start, int length) throws IOException {
        fields.clear();
        idempotencyKey = null;
        actor = null;
        Bytes message = new Bytes(length + 16);
        try (JsonReader json = JsonReader.object(bytes, start, length);
                JsonGenerator rest = Json.generator(message)) {
            rest.writeStartObject();
            for (String name = json.next(); name != null; name = json.next()) {
                take(name, json, rest);
            }
            rest.writeEndObject();
        }
        return NewMessage.parse(Arrays.copyOf(message.array(), message.size()));
    }

    private void take(String name, JsonReader json, JsonGenerator rest) throws IOException {
        switch (name) {
            case "idempotencyKey" -> idempotencyKey = json.isNull() ? null : Names.check(json.text(), json.pointer());
            case "actor" -> actor = json.isNull() ? null : Names.check(json.text(), json.pointer());
            default -> {
                if (!fields.take(name, json)) {
                    rest.writeFieldName(name);
                    rest.writeRawValue(json.raw());
                }
            }
        }
    }

    WriteFields fields() {
        return fields;
    }

    @Override
    public WriteOptions options(WriteOptions base) {
        WriteOptions options = actor == null ? base : base.withActor(actor);
        Expect expect = fields.expect();
        if (expect != null) {
            options = options.withExpect(expect);
        }
        return fields.occurredAt() == null ? options : options.withOccurredAt(fields.occurredAt());
    }

    @Override
    public @Nullable String idempotencyKey() {
        return idempotencyKey;
    }
}
