package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.log.From;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Consumer groups of a running server.
 *
 * <p>Threading: one verb, one thread.
 */
final class ServerGroups implements GroupAccess {
    private static final String PATH = "/v1/consumers";
    private static final String JSON = "application/json";

    private final ServerConnection server;

    ServerGroups(URI server) {
        this.server = new ServerConnection(server);
    }

    @Override
    public void list(Consumer<JsonNode> reader) {
        String cursor = null;
        do {
            JsonNode page = server.getJson(
                    PATH, Query.none().add("limit", Source.PAGE_RECORDS).add("cursor", cursor));
            page.path("consumers").forEach(reader);
            cursor = page.path("next").textValue();
        } while (cursor != null);
    }

    @Override
    public JsonNode reset(String group, From to) {
        String body = Json.object(json -> {
            json.writeStringField("position", ServerSource.position(to));
            json.writeStringField("expectedVersion", "exists");
        });
        return ServerConnection.json(server.send(
                        "PUT",
                        PATH + "/" + Query.encode(group) + "/offset",
                        Query.none(),
                        JSON,
                        body.getBytes(StandardCharsets.UTF_8)))
                .path("consumer");
    }

    @Override
    public void delete(String group) {
        server.send("DELETE", PATH + "/" + Query.encode(group), Query.none(), JSON, new byte[0]);
    }

    @Override
    public void close() {
        // The client of the JDK has nothing to close in the oldest JDK that we run on.
    }
}
