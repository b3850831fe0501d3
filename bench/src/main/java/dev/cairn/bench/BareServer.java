package dev.cairn.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A Javalin server that does nothing: parses the JSON that it is sent and answers with bytes that are always the same.
 *
 * <p>Threading: any thread.
 */
final class BareServer implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();

    private final Javalin javalin;
    private final byte[] answer;

    /** @param answer what it always says, as long as what Cairn says */
    BareServer(String answer) {
        this.answer = answer.getBytes(StandardCharsets.UTF_8);
        javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.get("/v1/tasks/{id}", this::answer);
            config.routes.patch("/v1/tasks/{id}", this::parse);
            config.routes.post("/v1/tasks/claim", this::parse);
            config.routes.post("/v1/leases/{id}", this::parse);
            config.routes.delete("/v1/leases/{id}/{token}", this::answer);
        });
        javalin.start("127.0.0.1", 0);
    }

    int port() {
        return javalin.port();
    }

    private void parse(Context context) throws IOException {
        int fields = 0;
        try (JsonParser parser = JSON.createParser(context.bodyAsBytes())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                fields += token == JsonToken.FIELD_NAME ? 1 : 0;
            }
        }
        if (fields != 2) {
            throw new IOException("expected two fields, was " + fields);
        }
        answer(context);
    }

    private void answer(Context context) {
        context.pathParamMap();
        context.contentType("application/json").result(answer);
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
