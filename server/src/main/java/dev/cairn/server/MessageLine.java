package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Write;
import dev.cairn.session.NewMessage;
import dev.cairn.session.SessionWrites;
import java.io.IOException;
import java.util.Arrays;

/**
 * A message in a request: the members of a write are taken out, all others are the message. Reused from line to line.
 *
 * <p>Threading: one thread.
 */
final class MessageLine implements BatchLines.Line {
    private final String session;
    private final LineFields fields = new LineFields();

    MessageLine(String session) {
        this.session = session;
    }

    @Override
    public Write write(byte[] bytes, int start, int length) throws IOException {
        return SessionWrites.append(session, read(bytes, start, length));
    }

    /** Reads the message; {@link #fields} then say what is said of the write. */
    NewMessage read(byte[] bytes, int start, int length) throws IOException {
        fields.clear();
        Bytes message = new Bytes(length + 16);
        try (JsonReader json = JsonReader.object(bytes, start, length);
                JsonGenerator rest = Json.generator(message)) {
            rest.writeStartObject();
            for (String name = json.next(); name != null; name = json.next()) {
                if (!fields.take(name, json)) {
                    rest.writeFieldName(name);
                    rest.writeRawValue(json.raw());
                }
            }
            rest.writeEndObject();
        }
        return NewMessage.parse(Arrays.copyOf(message.array(), message.size()));
    }

    @Override
    public LineFields fields() {
        return fields;
    }
}
