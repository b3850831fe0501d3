package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.Write;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import java.io.IOException;

/**
 * A record in a request to append to one topic. Reused from line to line.
 *
 * <p>Threading: one thread.
 */
final class RecordLine implements BatchLines.Line {
    private final String topic;
    private final LineFields fields = new LineFields();
    private final RecordForm form = new RecordForm();

    RecordLine(String topic) {
        this.topic = topic;
    }

    @Override
    public Write write(byte[] bytes, int start, int length) throws IOException {
        return LogWrites.append(read(bytes, start, length));
    }

    /** Reads the record; {@link #fields} then say what is said of the write. */
    NewRecord read(byte[] bytes, int start, int length) throws IOException {
        fields.clear();
        form.clear();
        try (JsonReader json = JsonReader.object(bytes, start, length)) {
            for (String name = json.next(); name != null; name = json.next()) {
                take(name, json);
            }
        }
        return form.record(topic);
    }

    private void take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "op", "kind" ->
                throw new InvalidRequestException("expected a record, was a line of a batch", json.pointer());
            case "topic" -> throw json.unknown();
            default -> {
                if (!fields.take(name, json) && !form.take(name, json)) {
                    throw json.unknown();
                }
            }
        }
    }

    @Override
    public LineFields fields() {
        return fields;
    }
}
