package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Cairn;
import dev.cairn.Health;
import dev.cairn.StateRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What those who run the server ask: is it alive, is it ready, what does it do, how is it called.
 *
 * <p>Threading: any thread.
 */
final class ServiceResource {
    private static final String OPENAPI = "/openapi.yaml";

    private final Service service;
    private final Cairn cairn;
    private final Metrics metrics;

    ServiceResource(Service service, Metrics metrics) {
        this.service = service;
        this.cairn = service.cairn();
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/", this::index),
                Route.get("/livez", this::live),
                Route.get("/readyz", this::ready),
                Route.get("/metrics", this::scrape),
                Route.get(OPENAPI, this::openapi),
                Route.get("/v1/state/root", this::stateRoot));
    }

    private void index(Exchange exchange) throws IOException {
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeStringField("name", "Cairn");
            json.writeStringField("installation", cairn.installation().toString());
            json.writeObjectFieldStart("links");
            json.writeStringField("tasks", "/v1/tasks");
            json.writeStringField("decisions", "/v1/decisions");
            json.writeStringField("log", "/v1/log");
            json.writeStringField("tail", "/v1/log/tail");
            json.writeStringField("ready", "/readyz");
            json.writeStringField("metrics", "/metrics");
            json.writeStringField("openapi", OPENAPI);
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private void live(Exchange exchange) throws IOException {
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeStringField("status", "alive");
            json.writeEndObject();
        });
    }

    private void ready(Exchange exchange) throws IOException {
        Health health = cairn.health();
        List<String> reasons = new ArrayList<>(health.reasons());
        if (service.lifecycle().isDraining()) {
            reasons.add("draining");
        }
        if (!health.ready() && reasons.isEmpty()) {
            reasons.add("not ready");
        }
        if (!reasons.isEmpty()) {
            exchange.problem(Problem.of(Problem.Code.NOT_READY, "expected to be ready, was " + reasons)
                    .with("reasons", reasons)
                    .with("warnings", health.warnings())
                    .retryAfter(1));
            return;
        }
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeStringField("status", "ready");
            writeTexts(json, "reasons", List.of());
            writeTexts(json, "warnings", health.warnings());
            json.writeEndObject();
        });
    }

    private static void writeTexts(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private void scrape(Exchange exchange) throws IOException {
        Bytes bytes = new Bytes(32 << 10);
        bytes.writeBytes(metrics.scrape().getBytes(StandardCharsets.UTF_8));
        exchange.send(200, "text/plain; version=0.0.4; charset=utf-8", bytes);
    }

    private void openapi(Exchange exchange) throws IOException {
        Bytes bytes = new Bytes(64 << 10);
        try (InputStream in = ServiceResource.class.getResourceAsStream(OPENAPI)) {
            if (in == null) {
                throw new IllegalStateException("expected the resource " + OPENAPI + ", was missing");
            }
            in.transferTo(bytes);
        }
        exchange.send(200, "application/yaml", bytes);
    }

    private void stateRoot(Exchange exchange) throws IOException {
        StateRoot root = cairn.stateRoot();
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeNumberField("offset", root.offset());
            json.writeObjectFieldStart("kinds");
            for (Map.Entry<String, String> kind : new TreeMap<>(root.kinds()).entrySet()) {
                json.writeStringField(kind.getKey(), kind.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }
}
