package dev.cairn.server;

import dev.cairn.Write;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines about records of topics of the user's own.
 *
 * <p>Threading: one thread.
 */
final class RecordForm implements LineForm {
    private static final Map<BatchOp, Set<String>> OPS =
            Map.of(BatchOp.APPEND, Set.of("topic", "key", "type", "payload"), BatchOp.CHECK, Set.of("topic", "key"));

    private @Nullable String topic;
    private @Nullable String key;
    private @Nullable String type;
    private @Nullable String payload;

    @Override
    public Map<BatchOp, Set<String>> ops() {
        return OPS;
    }

    @Override
    public void clear() {
        topic = null;
        key = null;
        type = null;
        payload = null;
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "topic" -> topic = json.text();
            case "key" -> key = json.text();
            case "type" -> type = json.textOrNull();
            case "payload" -> payload = json.raw();
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public Write write(BatchOp op) {
        String into = LineForm.given(topic, "topic");
        return op == BatchOp.CHECK ? LogWrites.check(into, LineForm.given(key, "key")) : LogWrites.append(record(into));
    }

    /** The members as a record of {@code into}. */
    NewRecord record(String into) {
        return new NewRecord(
                into,
                LineForm.given(key, "key"),
                type == null ? NewRecord.DEFAULT_TYPE : type,
                LineForm.given(payload, "payload"));
    }
}
