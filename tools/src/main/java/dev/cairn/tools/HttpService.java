package dev.cairn.tools;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import java.time.Duration;

/**
 * A server over an engine, announced on stdout once it answers, until the process is told to stop.
 *
 * <p>Threading: main thread.
 */
final class HttpService {
    private final Console console;

    HttpService(Console console) {
        this.console = console;
    }

    /** Starts the server; the caller closes it before it closes the engine. */
    CairnServer start(Cairn cairn, String host, int port, Ack ack, Duration consumerSession) {
        ServerOptions options;
        try {
            options = ServerOptions.builder()
                    .host(host)
                    .port(port)
                    .ack(ack)
                    .consumerSession(consumerSession)
                    .jsonBytesMax(cairn.options().jsonBytesMax())
                    .messageBytesMax(cairn.options().messageBytesMax())
                    .build();
        } catch (IllegalArgumentException e) {
            throw new VerbFailedException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        CairnServer server;
        try {
            server = CairnServer.start(cairn, options);
        } catch (RuntimeException e) {
            throw VerbFailedException.failed("expected to listen on " + address(host, port) + ", was " + cause(e), e);
        }
        console.line("listening on " + url(host, server.port()));
        console.flush();
        return server;
    }

    static String url(String host, int port) {
        return "http://" + address(host, port);
    }

    private static String address(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static String cause(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage() == null ? deepest : deepest.getMessage());
    }
}
