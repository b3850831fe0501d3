package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.CairnOptions;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContextRoutesTest {
    private static final String CONTEXT = "/v1/tasks/t/context";
    private static final String EXPLAIN = "/v1/tasks/t/explain";

    @TempDir
    static Path directory;

    private TestServer server;
    private long token;

    /** A task that is held, waited for, decided about, talked about and run. */
    @BeforeAll
    void start() {
        server = TestServer.start(directory);
        server.post("/v1/tasks", "{\"id\":\"t\",\"metadata\":{\"a/b\":1}}", "Cairn-Actor", "ann");
        for (int i = 0; i < 20; i++) {
            server.post(
                    "/v1/decisions",
                    "{\"id\":\"d" + i + "\",\"agent\":\"ann\",\"task\":\"t\",\"title\":\"T\",\"decision\":\"D\"}");
            server.post(
                    "/v1/sessions/s" + i % 6 + "/messages", "{\"role\":\"user\",\"content\":" + i + ",\"task\":\"t\"}");
            server.patch("/v1/tasks/t", "{\"priority\":" + i + "}");
        }
        server.post(
                "/v1/runs/r/snapshots",
                "{\"kind\":\"manual\",\"id\":\"first\",\"state\":{\"n\":1},\"metadata\":{\"task\":\"t\"}}");
        Answer claim = server.post("/v1/tasks/claim", "{\"agent\":\"bob\",\"ttlMs\":600000}");
        token = claim.json().at("/lease/token").asLong();
        server.patch("/v1/tasks/t", "{\"status\":\"blocked\"}", "Cairn-Actor", "eve");
        server.patch(
                "/v1/tasks/t", "{\"metadata\":{\"x\":[1]}}", "Cairn-Actor", "bob", "Cairn-Fence", "task:t=" + token);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static List<String> names(JsonNode array, String pointer) {
        List<String> names = new ArrayList<>();
        array.forEach(element -> names.add(element.at(pointer).asText()));
        return names;
    }

    @Test
    void shouldShowWhatIsAroundATask() {
        Answer answer = server.get(CONTEXT);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cairn-Durable-Offset")).isNotEmpty();
        JsonNode context = answer.json();
        List<String> members = new ArrayList<>();
        context.fieldNames().forEachRemaining(members::add);
        assertThat(members).containsExactly("offset", "task", "lease", "records", "decisions", "sessions", "snapshot");
        assertThat(context.get("task")).isEqualTo(server.get("/v1/tasks/t").json());
        assertThat(answer.header("ETag"))
                .isEqualTo("\"" + context.at("/task/revision").asLong() + "\"");
        assertThat(context.get("offset").asLong())
                .isGreaterThanOrEqualTo(context.at("/task/revision").asLong());
        assertThat(context.at("/lease/name").asText()).isEqualTo("task:t");
        assertThat(context.at("/lease/holder").asText()).isEqualTo("bob");
        assertThat(context.at("/lease/token").asLong()).isEqualTo(token);
        assertThat(names(context.get("records"), "/type")).hasSize(10).startsWith("patched", "claimed", "patched");
        assertThat(context.at("/records/0/fences/0/token").asLong()).isEqualTo(token);
        assertThat(names(context.get("decisions"), "/id")).hasSize(10).startsWith("d19", "d18");
        assertThat(names(context.get("sessions"), "/session/id")).containsExactly("s1", "s0", "s5", "s4");
        assertThat(names(context.at("/sessions/0/messages"), "/content")).containsExactly("19", "13", "7", "1");
        assertThat(context.at("/snapshot/id").asText()).isEqualTo("first");
        assertThat(context.at("/snapshot/state/n").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "records,0,/records,0",
        "records,3,/records,3",
        "records,1000,/records,23",
        "decisions,0,/decisions,0",
        "decisions,1,/decisions,1",
        "decisions,16,/decisions,16",
        "sessions,0,/sessions,0",
        "sessions,16,/sessions,6",
        "messages,0,/sessions/0/messages,0",
        "messages,2,/sessions/0/messages,2",
        "messages,100,/sessions/0/messages,4"
    })
    void shouldKeepToTheSizesAskedFor(String parameter, String value, String pointer, int size) {
        Answer answer = server.get(CONTEXT + "?" + parameter + "=" + value);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at(pointer)).hasSize(size);
    }

    @Test
    void shouldLeaveOutTheStateOnlyWhenAsked() {
        assertThat(server.get(CONTEXT + "?state=true")
                        .json()
                        .at("/snapshot/state/n")
                        .asInt())
                .isEqualTo(1);
        JsonNode snapshot = server.get(CONTEXT + "?state=false").json().get("snapshot");
        assertThat(snapshot.has("state")).isFalse();
        assertThat(snapshot.get("id").asText()).isEqualTo("first");
    }

    @Test
    void shouldShowATaskThatIsAlone() {
        server.post("/v1/tasks", "{\"id\":\"alone/1\"}");
        JsonNode context = server.get("/v1/tasks/alone%2F1/context").json();
        assertThat(context.get("lease").isNull()).isTrue();
        assertThat(context.get("snapshot").isNull()).isTrue();
        assertThat(context.get("decisions")).isEmpty();
        assertThat(context.get("sessions")).isEmpty();
        assertThat(names(context.get("records"), "/type")).containsExactly("created");
    }

    @Test
    void shouldExplainWhoSetTheStatusUnderWhichLease() {
        JsonNode why = server.get(EXPLAIN).json();
        List<String> members = new ArrayList<>();
        why.fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .containsExactly(
                        "task", "field", "value", "before", "record", "at", "actor", "lease", "decision", "refused");
        assertThat(why.get("task").asText()).isEqualTo("t");
        assertThat(why.get("field").asText()).isEqualTo("status");
        assertThat(why.get("value").asText()).isEqualTo("running");
        assertThat(why.get("before").asText()).isEqualTo("pending");
        assertThat(why.at("/record/type").asText()).isEqualTo("claimed");
        assertThat(why.get("at")).isEqualTo(why.at("/record/at"));
        assertThat(why.get("actor").asText()).isEqualTo("bob");
        assertThat(why.get("lease"))
                .isEqualTo(TestServer.parse("{\"name\":\"task:t\",\"token\":" + token + ",\"holder\":\"bob\"}"));
        assertThat(why.at("/decision/id").asText()).isEqualTo("d19");
        assertThat(names(why.get("refused"), "/code")).containsExactly("held");
        assertThat(names(why.get("refused"), "/actor")).containsExactly("eve");
        assertThat(why.at("/refused/0/endOffset").asLong()).isEqualTo(token + 1);
        assertThat(server.get(EXPLAIN + "?field=status").json()).isEqualTo(why);
        assertThat(server.get(EXPLAIN + "?field=").json().get("parameter").asText())
                .isEqualTo("field");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "owner|\"bob\"|null|claimed|true",
                "queue|\"default\"|null|created|false",
                "priority|19|18|patched|false",
                "attempts|0|null|created|false",
                "metadata|{\"a/b\":1,\"x\":[1]}|{\"a/b\":1}|patched|true",
                "metadata.x|[1]|null|patched|true",
                "metadata.a%2Fb|1|null|created|false"
            })
    void shouldExplainEachField(String field, String value, String before, String type, boolean underLease) {
        JsonNode why = server.get(EXPLAIN + "?field=" + field).json();
        assertThat(why.get("value")).isEqualTo(TestServer.parse(value));
        assertThat(why.get("before")).isEqualTo(TestServer.parse(before));
        assertThat(why.at("/record/type").asText()).isEqualTo(type);
        assertThat(why.get("lease").isNull()).isEqualTo(!underLease);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "records=-1",
                "records=1001",
                "records=x",
                "records=99999999999",
                "decisions=17",
                "sessions=17",
                "messages=101",
                "messages=1.5",
                "state=yes",
                "records=1&records=2",
                "asOf=1",
                "field=status"
            })
    void shouldSayWhatIsWrongWithAContext(String query) {
        shouldBeRefused(server.get(CONTEXT + "?" + query), query);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "field=version",
                "field=Status",
                "field=metadata.",
                "field=metadataa",
                "field=status&field=owner",
                "records=1"
            })
    void shouldSayWhatIsWrongWithAnExplanation(String query) {
        shouldBeRefused(server.get(EXPLAIN + "?" + query), query);
    }

    private static void shouldBeRefused(Answer answer, String query) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("code").asText()).isEqualTo("invalid_request");
        assertThat(answer.json().get("parameter").asText()).isEqualTo(query.substring(0, query.indexOf('=')));
        assertThat(answer.json().get("detail").asText()).contains("expected ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"context", "explain"})
    void shouldKnowOnlyTasksThatAreThere(String route) {
        Answer none = server.get("/v1/tasks/none/" + route);
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.json().get("code").asText()).isEqualTo("not_found");
        assertThat(server.get("/v1/tasks/a%00b/" + route).status()).isEqualTo(400);
        assertThat(server.post("/v1/tasks/t/" + route, "{}").status()).isEqualTo(405);

        server.post("/v1/tasks", "{\"id\":\"gone\"}");
        assertThat(server.get("/v1/tasks/gone/" + route).status()).isEqualTo(200);
        server.delete("/v1/tasks/gone");
        assertThat(server.get("/v1/tasks/gone/" + route).status()).isEqualTo(404);
        server.post("/v1/tasks", "{\"id\":\"gone\"}");
        JsonNode again = server.get("/v1/tasks/gone/" + route).json();
        String record = route.equals("context") ? "/records/0/type" : "/record/type";
        assertThat(again.at(record).asText()).isEqualTo("created");
    }

    @Test
    void shouldAnswerWhereADirectoryIsOnlyRead(@TempDir Path other) {
        try (TestServer writing = TestServer.start(other)) {
            writing.post("/v1/tasks", "{\"id\":\"t\"}", "Cairn-Actor", "ann");
            writing.post("/v1/sessions/s/messages", "{\"role\":\"user\",\"content\":1,\"task\":\"t\"}");
        }
        try (TestServer reading = TestServer.start(other, CairnOptions.builder().readOnly(true), options -> options)) {
            JsonNode context = reading.get(CONTEXT).json();
            assertThat(names(context.get("sessions"), "/session/id")).containsExactly("s");
            JsonNode why = reading.get(EXPLAIN).json();
            assertThat(why.get("actor").asText()).isEqualTo("ann");
            assertThat(why.get("refused")).isEmpty();
        }
    }
}
