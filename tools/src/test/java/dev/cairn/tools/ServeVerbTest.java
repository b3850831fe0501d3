package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process shows: the announcement, signals, pipes, and a directory that two processes want. */
class ServeVerbTest {
    @TempDir
    Path dir;

    @Test
    void shouldServeUntilItIsToldToStopAndBeReadBesideIt() throws Exception {
        Path data = dir.resolve("data");
        try (CairnProcess server = CairnProcess.start(dir, "serve", "--data", data, "--port", "0")) {
            String url = server.url();
            assertThat(url).matches("http://127\\.0\\.0\\.1:\\d+");
            ServerConnection connection = new ServerConnection(java.net.URI.create(url));
            byte[] task = "{\"id\":\"a/b\",\"metadata\":{\"n\":1}}".getBytes(StandardCharsets.UTF_8);
            connection.send("POST", "/v1/tasks", Query.none(), "application/json", task);

            JsonNode overHttp = Json.parse(
                    RunVerb.cairn("get", "a/b", "--url", url, "-o", "json").out());
            JsonNode besides = Json.parse(
                    RunVerb.cairn("get", "a/b", "--data", data, "-o", "json").out());
            assertThat(besides).isEqualTo(overHttp);
            String tailed = RunVerb.cairn("tail", "--url", url, "-o", "json").out();
            assertThat(tailed)
                    .isNotEmpty()
                    .isEqualTo(
                            RunVerb.cairn("tail", "--data", data, "-o", "json").out());
            assertThat(RunVerb.cairn("list", "--data", data, "-o", "json").out())
                    .isEqualTo(RunVerb.cairn("list", "--url", url, "-o", "json").out());
            assertThat(RunVerb.cairn("history", "a/b", "--data", data, "-o", "json")
                            .out())
                    .isEqualTo(RunVerb.cairn("history", "a/b", "--url", url, "-o", "json")
                            .out());
            JsonNode described = Json.parse(
                    RunVerb.cairn("describe", "--data", data, "-o", "json").out());
            assertThat(described.path("writer").asText()).contains("pid " + server.pid());

            RunVerb second = RunVerb.cairn("import", "/dev/null", "--data", data);
            assertThat(second.exit()).isEqualTo(ExitCode.DIRECTORY.number());
            assertThat(second.err()).contains("expected no other writer").contains("pid " + server.pid());

            server.terminate();
            assertThat(server.exit()).isEqualTo(ExitCode.TERMINATED.number());
            assertThat(server.err()).isEmpty();
        }
        JsonNode described = Json.parse(
                RunVerb.cairn("describe", "--data", data, "-o", "json").out());
        assertThat(described.path("writer").isNull()).isTrue();
        assertThat(described.path("checkpoints")).hasSize(1);
        assertThat(described.path("problems")).isEmpty();
    }

    @Test
    void shouldFollowTheLogOfALivingServer() throws Exception {
        Path data = dir.resolve("data");
        try (CairnProcess server = CairnProcess.start(dir, "serve", "--data", data, "--port", "0")) {
            String url = server.url();
            append(url, "first");
            try (CairnProcess besides = CairnProcess.start(dir, "tail", "-f", "-n", "1", "-o", "json", "--data", data);
                    CairnProcess over = CairnProcess.start(dir, "tail", "-f", "-n", "1", "-o", "json", "--url", url)) {
                for (CairnProcess tail : List.of(besides, over)) {
                    assertThat(Json.parse(tail.readLine()).path("key").asText()).isEqualTo("first");
                }
                append(url, "second");
                for (CairnProcess tail : List.of(besides, over)) {
                    assertThat(Json.parse(tail.readLine()).path("key").asText()).isEqualTo("second");
                    assertThat(tail.err()).isEmpty();
                }
            }
        }
    }

    @Test
    void shouldEndSilentlyWhenItsReaderGoesAway() throws Exception {
        Path data = dir.resolve("data");
        Path rows = dir.resolve("rows.ndjson");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            lines.add("{\"id\":" + i + ",\"text\":\"" + "x".repeat(200) + "\"}");
        }
        Files.write(rows, lines);
        assertThat(RunVerb.cairn("import", rows, "--data", data, "--metadata", "text")
                        .exit())
                .isZero();

        try (CairnProcess export = CairnProcess.start(dir, "export", "--data", data)) {
            assertThat(export.readLine()).startsWith("{\"offset\":0");
            export.closeOutput();

            assertThat(export.exit()).isEqualTo(ExitCode.CLOSED_PIPE.number());
            assertThat(export.err()).isEmpty();
        }
    }

    @Test
    void shouldRefuseAnotherInstallation() {
        Path data = dir.resolve("data");

        RunVerb run = RunVerb.cairn(
                "serve", "--data", data, "--port", "0", "--identity", "00000000-0000-0000-0000-000000000001");

        assertThat(run.exit()).isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(run.err()).contains("was no directory");
        assertThat(run.out()).isEmpty();
        assertThat(data).as("a refusal changes nothing").doesNotExist();
    }

    @Test
    void shouldRunTheDemoAndEveryLineThatItPrints() throws Exception {
        String url;
        Path demoData;
        try (CairnProcess demo = CairnProcess.start(dir, "demo", "--port", "0")) {
            String first = demo.readLine();
            demoData = Path.of(first.substring(first.lastIndexOf(" in ") + 4, first.length() - 1));
            assertThat(demoData).isDirectory();
            url = demo.url();
            List<String> results = runScript(DemoVerb.script(url, demoData));

            assertThat(results.get(0)).contains("\"id\":\"test-42\"").contains("\"status\":\"completed\"");
            assertThat(results.get(1)).contains("\"records\":[");
            assertThat(results.get(2)).contains("\"receipt\"").contains("\"hello-1\"");
            assertThat(results.get(4)).contains("\"status\":\"running\"").contains("\"owner\":\"me\"");
            assertThat(results.get(5)).contains("\"status\":412");
            assertThat(results.get(6)).contains("\"tasks\":[{");
            assertThat(results.get(7)).contains("\"completed\":12");
            assertThat(results.get(8)).contains("\"id\":\"test-42\"").contains("\"version\":");
            assertThat(results.get(9)).contains("event: record").contains("hello-1");
            demo.terminate();
            assertThat(demo.exit()).isEqualTo(ExitCode.TERMINATED.number());
        }
        assertThat(demoData).doesNotExist();
    }

    /** Runs the commands one after the other in one shell, each for a few seconds at most. */
    private List<String> runScript(List<String> lines) throws Exception {
        List<String> results = new ArrayList<>();
        StringBuilder script = new StringBuilder();
        int commands = 0;
        for (String line : lines) {
            String command = line.strip();
            boolean ours = command.startsWith("java ");
            if (line.startsWith("  ") && !command.startsWith("#") && !ours) {
                String patient = command.startsWith("curl -sN") ? "timeout 5 " + command : command;
                script.append(patient.startsWith("tag=") ? patient : patient + " > out" + commands)
                        .append('\n');
                commands++;
            }
        }
        Process shell = new ProcessBuilder("bash", "-c", script.toString())
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < commands; i++) {
            Path out = dir.resolve("out" + i);
            results.add(Files.exists(out) ? Files.readString(out) : "");
        }
        return results;
    }

    private static void append(String url, String key) {
        byte[] body = ("{\"key\":\"" + key + "\",\"payload\":1}").getBytes(StandardCharsets.UTF_8);
        new ServerConnection(java.net.URI.create(url))
                .send("POST", "/v1/topics/events/records", Query.none(), "application/json", body);
    }
}
