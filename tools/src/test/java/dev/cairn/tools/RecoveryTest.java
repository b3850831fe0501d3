package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Cairn;
import dev.cairn.DamagedLogException;
import dev.cairn.log.LogFilter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** G3: damage is named, what is lost is told before it is given up, and the rest is served as it was. */
class RecoveryTest {
    private static final int PAGE = 4_096;

    @TempDir
    static Path whole;

    @TempDir
    Path dir;

    private static DamagedDirectory original;

    @BeforeAll
    static void write() {
        original = DamagedDirectory.write(whole.resolve("data"));
        assertThat(original.segments()).hasSizeGreaterThan(3);
    }

    /** What is done to a log. */
    private enum Harm {
        TWO_PLACES_OF_A_SEGMENT {
            @Override
            void to(DamagedDirectory log) throws IOException {
                log.zero(log.segments().get(1), 300_000, PAGE);
                log.zero(log.segments().get(1), 600_000, 512);
            }
        },
        TWO_SEGMENTS {
            @Override
            void to(DamagedDirectory log) throws IOException {
                log.zero(log.segments().get(0), 300_000, PAGE);
                log.zero(log.segments().get(2), 500_000, PAGE);
            }
        },
        MISSING_SEGMENT {
            @Override
            void to(DamagedDirectory log) throws IOException {
                Files.delete(log.segments().get(1));
            }
        },
        TRUNCATED_SEGMENT {
            @Override
            void to(DamagedDirectory log) throws IOException {
                log.truncate(log.segments().get(1), 500_000);
            }
        },
        TRUNCATED_NEWEST {
            @Override
            void to(DamagedDirectory log) throws IOException {
                log.truncate(log.newest(), 80_000);
            }
        },
        SWAPPED_AND_DAMAGED {
            @Override
            void to(DamagedDirectory log) throws IOException {
                log.swap(log.segments().get(1), log.segments().get(2));
                log.zero(log.segments().get(1), 300_000, PAGE);
            }
        },
        OVERWRITTEN_SEGMENT {
            @Override
            void to(DamagedDirectory log) throws IOException {
                Files.copy(log.segments().get(1), log.segments().get(2), StandardCopyOption.REPLACE_EXISTING);
            }
        };

        abstract void to(DamagedDirectory log) throws IOException;
    }

    @Test
    void shouldRefuseToWriteBehindDamageInTheNewestSegmentUntilItIsRepaired() throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        long position = Files.size(log.newest()) / 2 / PAGE * PAGE;
        log.zero(log.newest(), position, PAGE);
        Map<String, String> before = log.listing();

        RunVerb refused = RunVerb.cairn("serve", "--data", log.data(), "--port", "0");
        assertThat(refused.exit()).isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(refused.err())
                .contains(log.newest().getFileName().toString())
                .containsPattern("at byte \\d+, offset \\d+")
                .contains("cairn replay --dry-run");
        assertReads(log);
        assertServedReadOnly(log);
        assertNamed(log, log.newest(), position);

        JsonNode plan = planWithReport(log);
        before.remove("LOCK");
        Map<String, String> after = log.listing();
        after.remove("LOCK");
        before.remove("");
        after.remove("");
        assertThat(after).isEqualTo(before);
        JsonNode applied = log.apply();
        assertApplied(log, plan, applied);
    }

    @Test
    void shouldWriteOnBesideDamageInASealedSegment() throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        Path damaged = log.segments().get(1);
        log.zero(damaged, 100 * PAGE, PAGE);
        JsonNode before = log.dryRun();
        long lost = before.at("/lost/0/0").asLong();

        try (Cairn cairn = Cairn.open(log.data())) {
            Assertions.assertThatThrownBy(() -> cairn.log().read(lost, Long.MAX_VALUE, LogFilter.all(), 1))
                    .isInstanceOf(DamagedLogException.class);
        }
        assertReads(log);
        assertServedReadOnly(log);
        assertNamed(log, damaged, 100L * PAGE);

        JsonNode plan = planWithReport(log);
        assertThat(plan.path("lost")).isEqualTo(before.path("lost"));
        JsonNode applied = log.apply();
        assertApplied(log, plan, applied);
        assertThat(dir.resolve("data/quarantine").resolve(damaged.getFileName()))
                .hasSameBinaryContentAs(damagedOriginal(damaged));
    }

    private Path damagedOriginal(Path damaged) throws IOException {
        DamagedDirectory same = original.copy(dir.resolve("same"));
        same.zero(same.segments().get(1), 100 * PAGE, PAGE);
        return same.segments().get(1).resolveSibling(damaged.getFileName());
    }

    private void assertReads(DamagedDirectory log) {
        RunVerb got = RunVerb.cairn("get", "t0", "--data", log.data());
        assertThat(got.exit()).as(got.err()).isZero();
        RunVerb tail = RunVerb.cairn("tail", "--from", "0", "-n", "50", "--data", log.data(), "-o", "json");
        assertThat(tail.exit()).isZero();
        assertThat(tail.out().lines()).hasSize(50);
    }

    private void assertServedReadOnly(DamagedDirectory log) throws Exception {
        try (CairnProcess server =
                CairnProcess.start(dir, "serve", "--read-only", "--data", log.data(), "--port", "0")) {
            String url = server.url();
            assertThat(get(url + "/v1/tasks/t0").path("id").asText()).isEqualTo("t0");
        }
    }

    /** {@code verify} points at the damage. */
    private void assertNamed(DamagedDirectory log, Path file, long position) throws Exception {
        RunVerb verified = RunVerb.cairn("verify", "--data", log.data(), "-o", "json");
        assertThat(verified.exit()).isEqualTo(ExitCode.FINDINGS.number());
        JsonNode findings = Json.parse(verified.out()).path("findings");
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.path("file").asText())
                    .endsWith(file.getFileName().toString());
            assertThat(finding.path("severity").asText()).isEqualTo("damage");
            assertThat(finding.path("position").asLong()).isBetween(position - PAGE, position + PAGE);
        });
    }

    private JsonNode planWithReport(DamagedDirectory log) throws Exception {
        Path report = dir.resolve("report.json");
        JsonNode plan = log.dryRun("--report", report);
        assertThat(Json.parse(Files.readString(report)).path("lost")).isEqualTo(plan.path("lost"));
        assertThat(Json.parse(Files.readString(report)).path("id")).isEqualTo(plan.path("id"));
        assertThat(plan.path("due").asBoolean()).isTrue();
        assertThat(plan.path("tasks")).isNotEmpty();
        assertThat(plan.path("acknowledged")).isEqualTo(plan.path("lostCount"));
        return plan;
    }

    private void assertApplied(DamagedDirectory log, JsonNode plan, JsonNode applied) throws Exception {
        assertThat(applied.path("applied").asBoolean()).isTrue();
        assertThat(applied.path("id")).isEqualTo(plan.path("id"));
        assertThat(applied.path("lost")).isEqualTo(plan.path("lost"));
        JsonNode record = Json.parse(DamagedDirectory.export(log.data())
                .get(applied.path("recordOffset").asLong()));
        assertThat(record.path("type").asText()).isEqualTo("RecoveryPerformed");
        assertThat(record.at("/payload/lost")).isEqualTo(plan.path("lost"));
        assertThat(record.path("epoch")).isEqualTo(applied.path("epoch"));
        log.assertRepaired(plan);
        try (CairnProcess server = CairnProcess.start(dir, "serve", "--data", log.data(), "--port", "0")) {
            String url = server.url();
            for (JsonNode task : plan.path("tasks")) {
                assertThat(get(url + "/v1/tasks/" + task.asText())
                                .path("incomplete")
                                .asBoolean())
                        .isTrue();
                assertThat(get(url + "/v1/tasks/" + task.asText() + "/history?limit=3")
                                .path("incomplete")
                                .asBoolean())
                        .isTrue();
            }
            for (int i = 0; i < DamagedDirectory.TASKS; i++) {
                JsonNode task = get(url + "/v1/tasks/t" + i);
                assertThat(get(url + "/v1/tasks/t" + i + "/history").has("incomplete"))
                        .as("t" + i)
                        .isEqualTo(task.has("incomplete"));
            }
        }
    }

    private static JsonNode get(String url) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url)).build(),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body());
    }

    @ParameterizedTest
    @EnumSource
    void shouldLoseExactlyWhatWasPlanned(Harm harm) throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        harm.to(log);
        JsonNode plan = log.dryRun();
        assertThat(plan.path("lost")).isNotEmpty();

        log.apply();

        log.assertRepaired(plan);
    }

    /** All records are there, only under the names of others. */
    @Test
    void shouldLoseNothingOfSegmentsThatExchangedTheirNames() throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        List<Path> files = log.segments();
        log.swap(files.get(1), log.newest());
        log.swap(files.get(0), files.get(1));
        JsonNode plan = log.dryRun();
        assertThat(plan.path("lost")).isEmpty();
        assertThat(plan.path("tasks")).isEmpty();
        assertThat(plan.at("/segments/0/verdict").asText()).isEqualTo("misplaced");
        assertThat(plan.at("/segments/0/liesAt").asText()).endsWith("00000002.cq4");
        assertThat(plan.at("/options/0/option").asText()).contains("--read-only");
        assertThat(RunVerb.cairn("replay", "--data", log.data()).out())
                .contains("MISPLACED, nothing is lost, found as log/")
                .contains("nothing more is lost by it");
        assertThat(RunVerb.cairn("serve", "--data", log.data(), "--port", "0").err())
                .contains("no record is lost: cairn replay --dry-run")
                .contains(plan.path("id").asText());

        JsonNode applied = log.apply();

        log.assertRepaired(plan);
        JsonNode record = Json.parse(DamagedDirectory.export(log.data())
                .get(applied.path("recordOffset").asLong()));
        assertThat(record.at("/payload/lost")).isEmpty();
        assertThat(record.at("/payload/misplaced")).hasSize(3);
        assertThat(record.at("/payload/misplaced/0/segment").asText()).endsWith("00000001.cq4");
        assertThat(record.at("/payload/misplaced/0/layAt").asText()).endsWith("00000002.cq4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"repair.begun", "quarantine/00000002.cq4", "quarantine/00000003.cq4", "repair.done"})
    void shouldEndTheSameWhenItIsKilledWhilePuttingSegmentsIntoTheirPlaces(String sign) throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        Harm.SWAPPED_AND_DAMAGED.to(log);
        killedAndRepeated(log, sign);
    }

    @ParameterizedTest
    @ValueSource(strings = {"repair.begun", "quarantine/00000001.cq4", "quarantine/00000003.cq4", "repair.done"})
    void shouldEndTheSameWhenItIsKilledAndRepeated(String sign) throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        Harm.TWO_SEGMENTS.to(log);
        killedAndRepeated(log, sign);
    }

    private void killedAndRepeated(DamagedDirectory log, String sign) throws Exception {
        JsonNode plan = log.dryRun();

        try (CairnProcess child = CairnProcess.start(dir, "replay", "--apply", "--data", log.data())) {
            Path awaited = log.data().resolve(sign);
            while (!Files.exists(awaited) && child.isAlive()) {
                Thread.onSpinWait();
            }
            child.kill();
        }

        RunVerb again = RunVerb.cairn("replay", "--data", log.data(), "-o", "json");
        if (again.exit() == ExitCode.FINDINGS.number()) {
            JsonNode rest = Json.parse(again.out());
            assertThat(List.of(rest.path("id"), rest.path("lost"), rest.path("tasks"), rest.path("operations")))
                    .isEqualTo(
                            List.of(plan.path("id"), plan.path("lost"), plan.path("tasks"), plan.path("operations")));
            assertThat(log.apply().path("finishesAnother").asBoolean()).isTrue();
        }
        log.assertRepaired(plan);
    }
}
