package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.log.From;
import java.util.function.Consumer;

/**
 * Consumer groups of a data directory or a server, in the shape of the HTTP API.
 *
 * <p>Threading: one verb, one thread.
 */
interface GroupAccess extends AutoCloseable {
    /** Hands all groups over, by name. */
    void list(Consumer<JsonNode> reader);

    /** Moves a group and returns it. */
    JsonNode reset(String group, From to);

    void delete(String group);

    @Override
    void close();
}
