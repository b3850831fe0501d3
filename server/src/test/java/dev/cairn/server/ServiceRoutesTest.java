package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.CairnOptions;
import dev.cairn.server.TestServer.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceRoutesTest {
    private static final Path PAGE = Path.of("../docs/reference/http-api.md");

    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Set<String> routes() {
        return server.server().routes().stream()
                .map(route -> route.method() + " " + route.path())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldSayThatItLivesAndIsReady() {
        assertThat(server.get("/livez").status()).isEqualTo(200);
        assertThat(server.get("/readyz").json().get("status").asText()).isEqualTo("ready");
        assertThat(server.get("/").json().get("links").get("tasks").asText()).isEqualTo("/v1/tasks");
    }

    @Test
    void shouldSayWhyItIsNotReady() {
        server.cairn().close();

        Answer answer = server.get("/readyz");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().get("code").asText()).isEqualTo("not_ready");
        assertThat(answer.json().get("reasons")).isNotEmpty();
        assertThat(server.get("/livez").status()).isEqualTo(200);
        assertThat(server.get("/v1/tasks/t").status()).isEqualTo(503);
    }

    @Test
    void shouldFinishRunningRequestsWhenClosed() throws Exception {
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> server.get("/v1/log?from=end&waitMs=60000"));
        Awaitility.await().until(() -> server.server().waiting() == 1);

        server.server().close();

        assertThat(waiting.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    @Test
    void shouldCountWhatItDoes() {
        server.post("/v1/tasks", "{\"id\":\"t\"}");
        server.get("/v1/tasks/t");
        server.get("/v1/tasks/u");

        Answer metrics = server.get("/metrics");

        assertThat(metrics.header("Content-Type")).startsWith("text/plain;");
        assertThat(metrics.body())
                .contains("cairn_http_requests_seconds_count{method=\"GET\",route=\"/v1/tasks/{id}\",status=\"2xx\"} 1")
                .contains("cairn_http_requests_seconds_count{method=\"GET\",route=\"/v1/tasks/{id}\",status=\"4xx\"} 1")
                .containsPattern("(?m)^cairn_append_records_total [1-9]")
                .containsPattern("(?m)^cairn_log_durable_offset [1-9]")
                .contains("jvm_memory_used_bytes")
                .doesNotContain("NaN");
    }

    @Test
    void shouldDocumentExactlyTheMetricsThatItHas() throws IOException {
        server.get("/livez");

        Set<String> measured = Pattern.compile("(?m)^# TYPE (cairn_\\w+) ")
                .matcher(server.get("/metrics").body())
                .results()
                .map(match -> match.group(1))
                .filter(name -> !name.endsWith("_seconds_max"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> documented = Pattern.compile("(?m)^\\| `(cairn_\\w+)` \\|")
                .matcher(Files.readString(Path.of("../docs/reference/metrics.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(measured);
    }

    @Test
    void shouldRefuseWritesWhenItOnlyReads(@TempDir Path other) {
        try (TestServer writing = TestServer.start(other)) {
            writing.post("/v1/tasks", "{\"id\":\"t\"}");
        }
        try (TestServer reading = TestServer.start(other, CairnOptions.builder().readOnly(true), options -> options)) {
            assertThat(reading.get("/v1/tasks/t").status()).isEqualTo(200);
            assertThat(reading.get("/v1/tasks?order=id").json().get("tasks")).hasSize(1);
            assertThat(reading.get("/readyz").status()).isEqualTo(200);
            assertThat(reading.post("/v1/tasks", "{}").status()).isEqualTo(403);
            assertThat(reading.patch("/v1/tasks/t", "{}").status()).isEqualTo(403);
            assertThat(reading.lines("/v1/batch", "{\"op\":\"delete\",\"id\":\"t\"}\n")
                            .body())
                    .contains("\"status\":403");
        }
    }

    @Test
    void shouldDescribeExactlyTheRoutesThatItHas() {
        Answer description = server.get("/openapi.yaml");

        Set<String> described = new TreeSet<>();
        String path = "";
        for (String line : description.body().lines().toList()) {
            if (line.startsWith("components:")) {
                break;
            }
            Matcher pathLine = Pattern.compile("  (/\\S*):").matcher(line);
            Matcher methodLine =
                    Pattern.compile("    (get|post|put|patch|delete):").matcher(line);
            if (pathLine.matches()) {
                path = pathLine.group(1);
            } else if (methodLine.matches()) {
                described.add(methodLine.group(1).toUpperCase(Locale.ROOT) + " " + path);
            }
        }

        assertThat(description.header("Content-Type")).isEqualTo("application/yaml");
        assertThat(described).isEqualTo(routes());
    }

    @Test
    void shouldDescribeEveryParameterAndCode() {
        String description = server.get("/openapi.yaml").body();

        for (Route route : server.server().routes()) {
            for (String parameter : route.parameters()) {
                assertThat(description).contains("      name: " + parameter.replace(".", "") + "\n");
            }
        }
        for (Problem.Code code : Problem.Code.values()) {
            assertThat(description).contains("            - " + code.word() + "\n");
        }
        Matcher reference = Pattern.compile("#/components/(\\w+)/(\\w+)").matcher(description);
        while (reference.find()) {
            assertThat(description).contains("\n    " + reference.group(2) + ":");
        }
    }

    @Test
    void shouldDocumentExactlyTheRoutesThatItHasEachWithAnExample() throws IOException {
        String page = Files.readString(PAGE);

        Set<String> documented = Pattern.compile(
                        "(?m)^### `([A-Z]+ /\\S*)`\\R(?:(?!^###).*\\R)*?```sh\\R(?:.*\\R)*?```")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(routes());
        for (Problem.Code code : Problem.Code.values()) {
            assertThat(page).contains("| " + code.status() + " | `" + code.word() + "` |");
        }
    }

    private static boolean hasCurl() throws InterruptedException {
        try {
            return new ProcessBuilder("curl", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void shouldRunTheExamplesOfThePage() throws Exception {
        assumeTrue(hasCurl(), "curl is not installed");
        String page = Files.readString(PAGE);
        Matcher example = Pattern.compile("```sh\\R((?:.*\\R)*?)```").matcher(page);
        int run = 0;
        while (example.find()) {
            String script = example.group(1).replace("http://127.0.0.1:7070", "http://127.0.0.1:" + server.port());
            script = "B=http://127.0.0.1:" + server.port() + "\n" + script.replace("--max-time 5", "--max-time 1");
            Process curl = new ProcessBuilder("sh", "-c", script)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            curl.waitFor();
            assertThat(output).as(script).doesNotContain("urn:cairn:problem").doesNotContain("not found");
            run++;
        }
        assertThat(run).isGreaterThan(routes().size());
    }
}
