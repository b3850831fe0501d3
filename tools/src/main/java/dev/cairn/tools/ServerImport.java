package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Imports into a running server: one atomic batch of NDJSON a request. When the connection breaks or the server is busy it
 * tries again; whether a request whose answer was lost had been taken is told by the progress that the server keeps.
 *
 * <p>Threading: one thread.
 */
final class ServerImport implements ImportTarget {
    private static final String NDJSON = "application/x-ndjson";
    private static final int TOO_LARGE = 413;
    private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    private static final Duration RETRY_MAX = Duration.ofMinutes(2);

    /** The answer to an earlier attempt was lost, not the batch: what it said of each row is not known any more. */
    private static final Added TAKEN_BEFORE = new Added(0, 0);

    private final ServerConnection server;
    private final Console console;

    ServerImport(URI server, Console console) {
        this.server = new ServerConnection(server);
        this.console = console;
    }

    @Override
    public void workflow(Workflow workflow) {
        byte[] body = workflow.toJson().getBytes(StandardCharsets.UTF_8);
        server.send("PUT", "/v1/workflow", Query.none(), "application/json", body);
    }

    @Override
    public long rows(String source) {
        return server.getJson("/v1/imports/" + Query.encode(source), Query.none())
                .path("rows")
                .asLong();
    }

    @Override
    public Added add(String source, List<ImportRow> batch, long rowsSoFar, boolean last) throws RowRefusedException {
        byte[] body = body(source, batch, rowsSoFar);
        Query query = Query.none().add("atomic", true).add("ack", last ? "durable" : "accepted");
        Supplier<Added> attempt = () -> added(server.send("POST", "/v1/batch", query, NDJSON, body), batch);
        try {
            return patiently(attempt, source, rowsSoFar);
        } catch (RefusedByServerException e) {
            JsonNode index = e.problem().path("index");
            if (index.asInt(-1) == batch.size() && rows(source) >= rowsSoFar) {
                return TAKEN_BEFORE;
            }
            if (index.isInt()) {
                throw new RowRefusedException(
                        index.asInt(), e.status() == TOO_LARGE, String.valueOf(e.getMessage()), e);
            }
            throw VerbFailedException.failed(String.valueOf(e.getMessage()), e);
        }
    }

    private Added patiently(Supplier<Added> attempt, String source, long rowsSoFar) {
        long deadline = System.nanoTime() + RETRY_MAX.toNanos();
        Duration pause = PAUSE_FIRST;
        boolean unknown = false;
        while (true) {
            String trouble;
            try {
                if (unknown && rows(source) >= rowsSoFar) {
                    return TAKEN_BEFORE;
                }
                return attempt.get();
            } catch (UncheckedIOException e) {
                unknown = true;
                trouble = String.valueOf(e.getMessage());
                stopAt(deadline, e);
            } catch (RefusedByServerException e) {
                if (!e.passing()) {
                    throw e;
                }
                trouble = String.valueOf(e.getMessage());
                stopAt(deadline, e);
            }
            console.notice("cairn: " + trouble + "; trying again in " + pause.toMillis() + " ms");
            sleep(pause);
            pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
        }
    }

    private static void stopAt(long deadline, RuntimeException failure) {
        if (System.nanoTime() - deadline > 0) {
            throw failure;
        }
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailedException(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }

    private static Added added(HttpResponse<String> response, List<ImportRow> batch) {
        List<String> items =
                response.body().lines().filter(line -> !line.isBlank()).toList();
        if (items.size() < batch.size()) {
            throw VerbFailedException.failed("expected an answer of " + batch.size() + " items, was " + items.size());
        }
        return Added.of(batch, item -> version(items.get(item)));
    }

    private static long version(String item) {
        try {
            return Json.parse(item).path("receipt").path("version").asLong();
        } catch (JsonProcessingException e) {
            throw VerbFailedException.failed("expected an item of a batch, was " + item, e);
        }
    }

    private static byte[] body(String source, List<ImportRow> batch, long rowsSoFar) {
        StringBuilder body = new StringBuilder();
        for (ImportRow row : batch) {
            body.append(Json.object(json -> write(json, row))).append('\n');
        }
        body.append(Json.object(json -> {
                    json.writeStringField("op", "progress");
                    json.writeStringField("source", source);
                    json.writeNumberField("rows", rowsSoFar);
                }))
                .append('\n');
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator json, ImportRow row) throws IOException {
        if (row instanceof ImportRow.OfTask task) {
            json.writeStringField("op", "upsert");
            json.writeStringField("kind", "task");
            json.writeStringField("id", task.id());
            writeText(json, "status", task.patch().status());
            writeText(json, "owner", task.patch().owner());
            writeText(json, "queue", task.patch().queue());
            writePatch(json, task.patch());
        } else if (row instanceof ImportRow.OfRecord of) {
            json.writeStringField("op", "append");
            json.writeStringField("topic", of.record().topic());
            json.writeStringField("key", of.record().key());
            json.writeStringField("type", of.record().type());
            json.writeFieldName("payload");
            json.writeRawValue(of.record().payload());
        } else if (row instanceof ImportRow.OfMessage of) {
            json.writeStringField("op", "append");
            json.writeStringField("kind", "session");
            json.writeStringField("id", of.session());
            json.writeFieldName("message");
            json.writeRawValue(of.message().json());
        }
        Instant occurredAt = row.occurredAt();
        if (occurredAt != null) {
            json.writeStringField("occurredAt", occurredAt.toString());
        }
    }

    private static void writePatch(JsonGenerator json, TaskPatch patch) throws IOException {
        Integer priority = patch.priority();
        if (priority != null) {
            json.writeNumberField("priority", priority);
        }
        String metadata = patch.metadata();
        if (metadata != null) {
            json.writeFieldName("metadata");
            json.writeRawValue(metadata);
        }
    }

    private static void writeText(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    @Override
    public void close() {
        // The client of the JDK has nothing to close in the oldest JDK that we run on.
    }
}
