package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.WriteOptions;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sample that ships with Cairn: a morning of a few agents who build, test, fix and deploy a shop.
 *
 * <p>Threading: stateless.
 */
final class DemoSample {
    private static final String RESOURCE = "demo.ndjson";

    private DemoSample() {}

    /** Writes the sample; returns how many records it has. */
    static int load(Cairn cairn) throws IOException {
        Batch batch = cairn.batch();
        try (InputStream in = Objects.requireNonNull(DemoSample.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(batch, Json.parse(line));
            }
        }
        return batch.commitAtomic(Ack.DURABLE).size();
    }

    private static void add(Batch batch, JsonNode row) {
        WriteOptions options = WriteOptions.defaults()
                .withOccurredAt(Instant.parse(row.path("at").asText()));
        if (row.has("topic")) {
            NewRecord record = NewRecord.of(
                    row.path("topic").asText(),
                    row.path("key").asText(),
                    row.path("payload").toString());
            batch.add(LogWrites.append(record), options);
            return;
        }
        TaskPatch patch = new TaskPatch(
                text(row, "status"),
                text(row, "owner"),
                false,
                text(row, "queue"),
                row.has("priority") ? row.path("priority").asInt() : null,
                row.has("metadata") ? row.path("metadata").toString() : null);
        batch.add(TaskWrites.upsert(row.path("id").asText(), patch), options);
    }

    private static @Nullable String text(JsonNode row, String name) {
        return row.path(name).textValue();
    }
}
