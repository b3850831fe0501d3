package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.decision.NewDecision;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import dev.cairn.task.Claim;
import dev.cairn.task.ClaimRequest;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of a directory beside its server, and of the server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainVerbTest {
    @TempDir
    static Path dir;

    private Path data;
    private Cairn cairn;
    private CairnServer server;
    private String url;
    private Claim claim;

    @BeforeAll
    void start() {
        data = dir.resolve("data");
        cairn = Cairn.open(
                data,
                CairnOptions.builder().segmentBytesMax(1 << 20).ack(Ack.DURABLE).build());
        cairn.tasks().create(NewTask.of("t").metadata("{\"repo\":\"cairn\"}"));
        cairn.decisions().append(NewDecision.of("d", "ann", "Do it", "Now").task("t"));
        claim = cairn.tasks()
                .claim(ClaimRequest.of("ann", Duration.ofMinutes(5)), WriteOptions.defaults())
                .orElseThrow();
        cairn.tasks()
                .patch(
                        "t",
                        TaskPatch.empty().priority(3),
                        WriteOptions.defaults()
                                .withActor("bob")
                                .withFence(new Fence("task:t", claim.lease().token())));
        server = CairnServer.start(cairn, ServerOptions.builder().port(0).build());
        url = "http://127.0.0.1:" + server.port();
    }

    @AfterAll
    void stop() {
        server.close();
        cairn.close();
    }

    private List<Object[]> places() {
        return List.of(new Object[] {"--data", data}, new Object[] {"--url", url});
    }

    @Test
    void shouldSayWhoSetTheStatus() {
        for (Object[] place : places()) {
            RunVerb run = RunVerb.cairn("explain", "t", place[0], place[1]);

            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out().lines())
                    .contains("status    \"running\"", "before    \"pending\"", "actor     ann")
                    .contains("record    " + claim.receipt().offset() + " claimed")
                    .contains("lease     task:t token " + claim.lease().token() + " held by ann")
                    .contains("decision  d by ann: Do it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "owner", "priority", "metadata", "metadata.repo", "metadata.none"})
    void shouldSayTheSameBesideAServerAsTheServer(String field) throws Exception {
        RunVerb files = RunVerb.cairn("explain", "t", field, "--data", data, "-o", "json");
        RunVerb http = RunVerb.cairn("explain", "t", field, "--url", url, "-o", "json");

        assertThat(files.exit()).as(files.err()).isZero();
        JsonNode explanation = Json.parse(files.out());
        assertThat(explanation).isEqualTo(Json.parse(http.out()));
        assertThat(explanation.path("field").asText()).isEqualTo(field);
        assertThat(files.out().lines()).hasSize(1);
    }

    /** Refusals are in the memory of the process that refused, and of no other. */
    @Test
    void shouldTellWhatTheServerRefused() {
        cairn.tasks().create(NewTask.of("r"), WriteOptions.defaults());
        try {
            cairn.tasks().transition("r", "completed", WriteOptions.defaults().withActor("eve"));
        } catch (dev.cairn.InvalidTransitionException e) {
            assertThat(e.from()).isEqualTo("pending");
        }

        RunVerb http = RunVerb.cairn("explain", "r", "--url", url);
        RunVerb files = RunVerb.cairn("explain", "r", "--data", data);

        assertThat(http.out()).contains("REFUSED").contains("eve").contains("invalid_transition");
        assertThat(files.out()).contains("\"pending\"").doesNotContain("REFUSED");
    }

    @Test
    void shouldSayWhatItCannotExplain() {
        for (Object[] place : places()) {
            RunVerb none = RunVerb.cairn("explain", "none", place[0], place[1]);
            RunVerb field = RunVerb.cairn("explain", "t", "colour", place[0], place[1]);

            assertThat(none.exit()).isEqualTo(ExitCode.FAILED.number());
            assertThat(none.err()).startsWith("cairn: ").contains("none");
            assertThat(field.exit()).isEqualTo(ExitCode.USAGE.number());
            assertThat(field.err()).contains("expected").contains("colour");
        }
        assertThat(RunVerb.cairn("explain", "--data", data).exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(RunVerb.cairn("explain", "t", "status", "x", "--data", data).exit())
                .isEqualTo(ExitCode.USAGE.number());
    }
}
