package dev.cairn.tools;

import dev.cairn.Ack;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The flags of the server. {@link ConfigKey} holds their defaults.
 *
 * <p>Threading: filled by picocli, then only read.
 */
@SuppressWarnings("NullAway.Init") // picocli gives every field its default before a verb runs
final class ServerFlags {
    @Option(names = "--host", paramLabel = "HOST", description = "The address to listen on. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The port to listen on, 0 for a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--ack",
            paramLabel = "durable|accepted",
            description = "When a write that does not say is acknowledged. Default: ${DEFAULT-VALUE}.")
    private Ack ack;

    @Option(
            names = "--workflow",
            paramLabel = "FILE|open",
            description = "The workflow to put in force; none keeps the one in the log.")
    private @Nullable String workflow;

    @Option(
            names = "--identity",
            paramLabel = "UUID",
            description = "Refuses any other data directory, and an empty one.")
    private @Nullable UUID identity;

    @Option(names = "--consumer-session", converter = Converters.Span.class, paramLabel = "TIME", hidden = true)
    private Duration consumerSession;

    Duration consumerSession() {
        return consumerSession;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    Ack ack() {
        return ack;
    }

    @Nullable
    String workflow() {
        return workflow;
    }

    @Nullable
    UUID identity() {
        return identity;
    }
}
