package dev.cairn.tools;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code cairn demo}: a throw-away directory with sample data, served, and what to try on it.
 *
 * <p>Threading: main thread; it waits until the process is told to stop.
 */
@Command(name = "demo", description = "Serves sample data from a directory that is gone afterwards.")
final class DemoVerb extends Verb {
    private static final String HOST = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", description = "0 for a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Override
    ExitCode run() throws IOException, InterruptedException {
        try (Stopping stopping = Stopping.install()) {
            Path directory = Files.createTempDirectory("cairn-demo-");
            try (Cairn cairn = Cairn.open(
                    directory, CairnOptions.builder().segmentBytesMax(1 << 20).build())) {
                int records = DemoSample.load(cairn);
                console().line("A morning of a few agents: " + records + " records in " + directory + ".");
                try (CairnServer server = new HttpService(console())
                        .start(
                                cairn,
                                HOST,
                                port,
                                Ack.DURABLE,
                                ServerOptions.defaults().consumerSession())) {
                    script(HttpService.url(HOST, server.port()), directory).forEach(console()::line);
                    console().flush();
                    stopping.await();
                }
            } finally {
                delete(directory);
            }
        }
        return ExitCode.OK;
    }

    /** What to try: every line that is indented is a command that works as it stands. */
    static List<String> script(String url, Path directory) {
        return List.of(
                "",
                "Try in another terminal:",
                "",
                "  # a task, and everything that happened to it, newest first",
                "  curl -s " + url + "/v1/tasks/test-42",
                "  curl -s '" + url + "/v1/tasks/test-42/history?limit=3'",
                "",
                "  # create a task; move it on, but only if it is still as we know it",
                "  curl -s " + url + "/v1/tasks -d '{\"id\":\"hello-1\",\"metadata\":{\"title\":\"My first task\"}}'"
                        + " -H 'Content-Type: application/json'",
                "  tag=$(curl -si " + url + "/v1/tasks/hello-1 | tr -d '\\r' | sed -n 's/^ETag: //Ip')",
                "  curl -s -X PATCH " + url + "/v1/tasks/hello-1 -d '{\"status\":\"running\",\"owner\":\"me\"}'"
                        + " -H 'Content-Type: application/json' -H \"If-Match: $tag\"",
                "",
                "  # the same once more is refused: the task has changed since",
                "  curl -s -X PATCH " + url + "/v1/tasks/hello-1 -d '{\"status\":\"running\",\"owner\":\"you\"}'"
                        + " -H 'Content-Type: application/json' -H \"If-Match: $tag\"",
                "",
                "  # lists and counts, answered by SQLite",
                "  curl -s '" + url + "/v1/tasks?status=completed&order=-updatedAt&limit=3'",
                "  curl -s '" + url + "/v1/tasks/count?by=status'",
                "",
                "  # a task as it was after the record at offset 20",
                "  curl -s '" + url + "/v1/tasks/test-42?asOf=20'",
                "",
                "  # the audit trail, live (Ctrl-C ends it)",
                "  curl -sN -H 'Accept: text/event-stream' '" + url + "/v1/log/tail?from=-5'",
                "",
                "  # the same from the files, beside the running server",
                "  java -jar " + quoted(jar()) + " tail -f --data " + quoted(directory),
                "",
                "Ctrl-C ends the demo and removes its directory.");
    }

    /** One word to a shell, whatever is in it. */
    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    /** The jar that is running; what the build makes, when it is none. */
    private static Path jar() {
        try {
            Path running = Path.of(DemoVerb.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return running.toString().endsWith(".jar") ? running : Path.of("tools/target/cairn.jar");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("expected a location that is a path", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.walk(directory)) {
            found = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : found) {
            Files.deleteIfExists(path);
        }
    }
}
