package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.harness.Door;
import dev.cairn.harness.Teller;
import dev.cairn.harness.Told;
import dev.cairn.harness.Told.Level;
import dev.cairn.harness.Workload;
import dev.cairn.harness.Workload.Kind;
import dev.cairn.harness.Workload.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The door of a server.
 *
 * <p>Threading: one thread for each.
 */
final class HttpDoor implements Door {
    private static final int OK_BELOW = 300;
    private static final int REFUSED_BELOW = 500;

    private final HttpClient client;
    private final String url;
    private final Teller teller;

    HttpDoor(HttpClient client, String url, Teller teller) {
        this.client = client;
        this.url = url;
        this.teller = teller;
    }

    @Override
    public Told.Outcome outcome(Work work) {
        JsonNode outcome = json(
                join(send(request("/v1/operations/" + work.operation()).GET())).body());
        JsonNode receipt = outcome.path("receipt");
        return outcome.path("outcome").asText().equals("committed")
                ? new Told.Outcome(
                        work.number(),
                        receipt.path("offset").asLong(),
                        receipt.path("version").asLong())
                : new Told.Outcome(work.number(), -1, 0);
    }

    @Override
    public void write(List<Work> group) {
        switch (group.get(0).mode()) {
            case SINGLE, ASYNC -> each(group);
            case BATCH -> batch(group);
            case ATOMIC -> atomic(group);
        }
    }

    private void each(List<Work> group) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (Work work : group) {
            answers.add(work.kind() == Kind.UPSERT ? lines(List.of(work), "", "") : send(single(work)));
        }
        for (int i = 0; i < group.size(); i++) {
            HttpResponse<String> answer = join(answers.get(i));
            if (group.get(i).kind() == Kind.UPSERT) {
                line(group.get(i), json(answer.body()));
            } else {
                boolean replayed =
                        answer.headers().firstValue("Idempotent-Replay").isPresent();
                ended(group.get(i), answer.statusCode(), json(answer.body()).path("receipt"), replayed);
            }
        }
    }

    private HttpRequest.Builder single(Work work) {
        String ack = "?ack=" + (work.durable() ? "durable" : "accepted");
        String task = "/v1/tasks/" + work.key() + ack;
        HttpRequest.Builder request = switch (work.kind()) {
            case CREATE ->
                request("/v1/tasks" + ack)
                        .POST(body("{\"id\":\"" + work.key() + "\",\"metadata\":" + work.json() + "}"));
            case STATUS -> request(task).method("PATCH", body("{\"status\":\"" + work.status() + "\"}"));
            case DELETE -> request(task).DELETE();
            case APPEND ->
                request("/v1/topics/" + Workload.TOPIC + "/records" + ack)
                        .POST(body("{\"key\":\"" + work.key() + "\",\"payload\":" + work.json() + "}"));
            default -> request(task).method("PATCH", body("{\"metadata\":" + work.json() + "}"));
        };
        request.header("Cairn-Actor", work.actor());
        return work.operation() == null ? request : request.header("Idempotency-Key", work.operation());
    }

    private void batch(List<Work> group) {
        HttpResponse<String> answer = join(lines(group, group.get(0).durable() ? "" : "?ack=accepted", ""));
        String[] lines = answer.body().split("\n");
        for (int i = 0; i < group.size(); i++) {
            line(group.get(i), json(lines[i]));
        }
    }

    private void line(Work work, JsonNode answer) {
        ended(
                work,
                answer.path("status").asInt(),
                answer.path("receipt"),
                answer.path("replayed").asBoolean());
    }

    private void atomic(List<Work> group) {
        String ack = group.get(0).durable() ? "" : "&ack=accepted";
        HttpResponse<String> answer =
                join(lines(group, "?atomic=true" + ack, group.get(0).operation()));
        boolean replayed = answer.headers().firstValue("Idempotent-Replay").isPresent();
        String[] lines = answer.body().split("\n");
        for (int i = 0; i < group.size(); i++) {
            boolean refused = answer.statusCode() >= OK_BELOW;
            ended(
                    group.get(i),
                    answer.statusCode(),
                    refused ? json("{}") : json(lines[i]).path("receipt"),
                    replayed);
        }
    }

    /** @param operation of the whole batch, empty if each line has its own */
    private CompletableFuture<HttpResponse<String>> lines(List<Work> group, String query, String operation) {
        StringBuilder lines = new StringBuilder();
        for (Work work : group) {
            lines.append(line(work, operation.isEmpty())).append('\n');
        }
        HttpRequest.Builder request = request("/v1/batch" + query).POST(body(lines.toString()));
        request.setHeader("Content-Type", "application/x-ndjson");
        return send(operation.isEmpty() ? request : request.header("Idempotency-Key", operation));
    }

    private static String line(Work work, boolean ownOperation) {
        String what = switch (work.kind()) {
            case CREATE -> "\"op\":\"create\",\"id\":\"" + work.key() + "\",\"metadata\":" + work.json();
            case PATCH -> "\"op\":\"patch\",\"id\":\"" + work.key() + "\",\"metadata\":" + work.json();
            case UPSERT -> "\"op\":\"upsert\",\"id\":\"" + work.key() + "\",\"metadata\":" + work.json();
            case STATUS -> "\"op\":\"patch\",\"id\":\"" + work.key() + "\",\"status\":\"" + work.status() + "\"";
            case DELETE -> "\"op\":\"delete\",\"id\":\"" + work.key() + "\"";
            case APPEND ->
                "\"op\":\"append\",\"topic\":\"" + Workload.TOPIC + "\",\"key\":\"" + work.key() + "\",\"payload\":"
                        + work.json();
            case SAY, SAVE, TAKE, LEAVE ->
                throw new IllegalStateException("expected a workload of tasks and records, was " + work);
        };
        String operation =
                ownOperation && work.operation() != null ? ",\"idempotencyKey\":\"" + work.operation() + "\"" : "";
        return "{" + what + operation + ",\"actor\":\"" + work.actor() + "\"}";
    }

    private void ended(Work work, int status, JsonNode receipt, boolean replayed) {
        long nanos = System.nanoTime();
        if (status < OK_BELOW) {
            Level level = receipt.path("ack").asText().equals("durable") ? Level.DURABLE : Level.ACCEPTED;
            teller.tell(new Told.Ended(
                    work.number(),
                    level,
                    receipt.path("epoch").asInt(),
                    receipt.path("offset").asLong(),
                    receipt.path("version").asLong(),
                    replayed,
                    nanos));
        } else if (status < REFUSED_BELOW) {
            teller.tell(new Told.Ended(work.number(), Level.REFUSED, 0, -1, 0, false, nanos));
        } else {
            throw new UncheckedIOException(new IOException("expected a server at work, was status " + status));
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).setHeader("Content-Type", "application/json");
    }

    private static HttpRequest.BodyPublisher body(String text) {
        return HttpRequest.BodyPublishers.ofByteArray(text.getBytes(StandardCharsets.UTF_8));
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> join(CompletableFuture<HttpResponse<String>> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw new UncheckedIOException(new IOException("expected an answer, was " + e.getCause(), e));
        }
    }

    private static JsonNode json(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
