package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskQuery;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What single questions say of tasks that lost records, asked of a directory whose log is damaged.
 *
 * <p>Threading: one thread.
 */
class LostRecordsTest {
    private static final String LAST = "\"last\":true";

    @TempDir
    static Path dir;

    private static DamagedDirectory whole;

    @BeforeAll
    static void fill() {
        whole = DamagedDirectory.write(dir.resolve("whole"));
    }

    @Test
    void shouldSayOfATaskThatRecordsOfItWereLost() throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve("older"));
        log.zero(log.segments().get(1), 300_000, 2_000);
        Set<String> lost = new HashSet<>();
        log.dryRun().path("tasks").forEach(task -> lost.add(task.asText()));
        assertThat(lost).isNotEmpty().hasSizeLessThan(DamagedDirectory.TASKS);

        RunVerb list = RunVerb.cairn("list", "--data", log.data(), "--limit", DamagedDirectory.TASKS, "-o", "json");
        for (String line : list.out().lines().toList()) {
            JsonNode listed = Json.parse(line);
            String id = listed.path("id").asText();
            assertThat(listed.path("incomplete").asBoolean()).as(id).isEqualTo(lost.contains(id));
        }
        for (String id : List.of(lost.iterator().next(), whole(lost))) {
            RunVerb get = RunVerb.cairn("get", id, "--data", log.data(), "-o", "json");
            assertThat(Json.parse(get.out()).path("incomplete").asBoolean())
                    .as(id)
                    .isEqualTo(lost.contains(id));
            RunVerb history = RunVerb.cairn("history", id, "-n", 1, "--data", log.data());
            assertThat(history.err().contains("lost to damage")).as(id).isEqualTo(lost.contains(id));
        }
    }

    private static String whole(Set<String> lost) {
        for (int i = 0; i < DamagedDirectory.TASKS; i++) {
            if (!lost.contains("t" + i)) {
                return "t" + i;
            }
        }
        throw new IllegalStateException("expected a task that is whole, was none");
    }

    @Test
    void shouldSayOfATaskThatItsNewestRecordIsLostAsTheProjectionKnows() throws IOException {
        DamagedDirectory log = crashed("read");
        damageLast(log.newest());

        JsonNode listed = listed(log, "t1");
        assertThat(listed.at("/metadata/last").asBoolean()).isTrue();
        assertThat(listed.path("incomplete").asBoolean()).isTrue();
        JsonNode got = Json.parse(
                RunVerb.cairn("get", "t1", "--data", log.data(), "-o", "json").out());
        assertThat(got.at("/metadata/last").isMissingNode()).isTrue();
        assertThat(got.path("incomplete").asBoolean()).isTrue();
        JsonNode other = Json.parse(
                RunVerb.cairn("get", "t2", "--data", log.data(), "-o", "json").out());
        assertThat(other.path("incomplete").asBoolean()).isFalse();

        CairnOptions reading =
                CairnOptions.builder().readOnly(true).scrub(false).build();
        try (Cairn cairn = Cairn.open(log.data(), reading)) {
            assertThat(cairn.tasks().get("t1")).get().matches(Task::incomplete);
            assertThat(cairn.tasks().get("t2")).get().matches(task -> !task.incomplete());
            // As it was is no better known than as it is.
            long end = cairn.watermarks().endOffset() - 1;
            assertThat(cairn.tasks().getAsOf("t1", end)).get().matches(Task::incomplete);
            assertThat(cairn.tasks().getAsOf("t2", end)).get().matches(task -> !task.incomplete());
            assertThat(cairn.tasks().getAsOf("t1", 0)).isEmpty();
            assertThatThrownBy(() -> cairn.tasks().getAsOf("late", end)).isInstanceOf(DamagedLogException.class);
            assertThatThrownBy(() -> cairn.tasks().history("late", Long.MAX_VALUE, 1))
                    .isInstanceOf(DamagedLogException.class);
            assertThatThrownBy(() -> cairn.tasks().history("never", Long.MAX_VALUE, 1))
                    .isInstanceOf(NotFoundException.class);
            assertThat(cairn.health().ready()).isTrue();
            assertThat(cairn.health().warnings())
                    .anyMatch(warning ->
                            warning.contains(log.newest().getFileName().toString()) && warning.contains(", offset "));
        }
        // Nothing is left of the one that was made last; a list knows it, and asking for it names the damage.
        RunVerb gone = RunVerb.cairn("get", "late", "--data", log.data());
        assertThat(gone.exit()).isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(gone.err()).contains(".cq4 at byte ");
        assertThat(listed(log, "late").path("incomplete").asBoolean()).isTrue();
    }

    /** The checkpoint is older than the task that is wholly lost: the account has its name from the projection. */
    @Test
    void shouldSayInTheHistoryThatNothingIsLeft() throws Exception {
        DamagedDirectory log = crashed("repaired");
        damageLast(log.newest());
        JsonNode plan = log.dryRun();
        assertThat(plan.path("tasks")).extracting(JsonNode::asText).contains("late", "t1");
        log.apply();
        RunVerb offline = RunVerb.cairn("history", "late", "--data", log.data());
        assertThat(offline.err()).contains("lost to damage");

        try (CairnProcess server = CairnProcess.start(dir, "serve", "--data", log.data(), "--port", "0")) {
            String url = server.url();
            RunVerb online = RunVerb.cairn("history", "late", "--url", url);
            assertThat(online.err()).contains("lost to damage");
            String tasks = url + "/v1/tasks";
            String late = tasks + "/late";
            assertThat(answer(HttpRequest.newBuilder(URI.create(late))).statusCode())
                    .isEqualTo(404);
            assertThat(history(late, 10)).containsExactly("recovered");
            HttpResponse<String> created = answer(HttpRequest.newBuilder(URI.create(tasks))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"late\"}")));
            assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
            assertThat(history(late, 10)).containsExactly("created", "recovered");
        }
    }

    /** A page that can be read is served, though the one behind it cannot. */
    @Test
    void shouldServeTheHistoryUpToTheDamage() throws Exception {
        DamagedDirectory log = whole.copy(dir.resolve("paged"));
        log.zero(log.segments().get(1), 300_000, 2_000);
        JsonNode plan = log.dryRun();
        String task = plan.path("tasks").path(0).asText();
        List<Long> readable = new ArrayList<>();
        for (Map.Entry<Long, String> record : log.written().entrySet()) {
            if (record.getKey() > plan.at("/lost/0/1").asLong()
                    && Json.parse(record.getValue()).path("key").asText().equals(task)) {
                readable.add(0, record.getKey());
            }
        }
        assertThat(readable).isNotEmpty();

        try (CairnProcess server = CairnProcess.start(dir, "serve", "--data", log.data(), "--port", "0")) {
            String history = server.url() + "/v1/tasks/" + task + "/history?limit=1";
            List<Long> read = new ArrayList<>();
            String cursor = "";
            while (true) {
                HttpResponse<String> answer = answer(HttpRequest.newBuilder(URI.create(history + cursor)));
                if (answer.statusCode() != 200) {
                    assertThat(answer.body()).contains("\"code\":\"damaged\"");
                    break;
                }
                JsonNode page = Json.parse(answer.body());
                read.add(page.at("/records/0/offset").asLong());
                cursor = "&cursor=" + page.path("next").asText();
            }
            assertThat(read).isEqualTo(readable);
        }
    }

    /** The types of the records of a history that says it is incomplete. */
    private static List<String> history(String task, int limit) throws Exception {
        HttpResponse<String> answer = answer(HttpRequest.newBuilder(URI.create(task + "/history?limit=" + limit)));
        JsonNode page = Json.parse(answer.body());
        assertThat(page.path("incomplete").asBoolean()).as(answer.body()).isTrue();
        List<String> types = new ArrayList<>();
        page.path("records").forEach(record -> types.add(record.path("type").asText()));
        return types;
    }

    private static HttpResponse<String> answer(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode listed(DamagedDirectory log, String id) throws IOException {
        RunVerb list = RunVerb.cairn("list", "--data", log.data(), "--limit", 1_000, "-o", "json");
        for (String line : list.out().lines().toList()) {
            JsonNode task = Json.parse(line);
            if (task.path("id").asText().equals(id)) {
                return task;
            }
        }
        throw new AssertionError("expected " + id + " in the list, was " + list.out() + list.err());
    }

    /** Its writer died after a task was changed and another made, and all of it was durable. */
    private static DamagedDirectory crashed(String name) throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve(name + "-written"));
        try (Cairn cairn = Cairn.open(log.data())) {
            cairn.tasks().patch("t2", TaskPatch.empty().metadata("{\"before\":true}"));
            cairn.tasks().patch("t1", TaskPatch.empty().metadata("{" + LAST + "}"));
            Receipt last = cairn.tasks().create(NewTask.of("late").metadata("{" + LAST + "}"));
            cairn.sync();
            cairn.tasks().list(including(last.offset()));
            return log.copy(dir.resolve(name));
        }
    }

    private static TaskQuery including(long offset) {
        TaskQuery all = TaskQuery.all();
        return new TaskQuery(
                all.statuses(),
                all.owner(),
                all.queue(),
                all.updatedAfter(),
                all.updatedBefore(),
                all.createdAfter(),
                all.createdBefore(),
                all.metadata(),
                all.order(),
                all.descending(),
                1,
                null,
                offset,
                Duration.ofSeconds(30));
    }

    private static void damageLast(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        byte[] text = LAST.getBytes(StandardCharsets.US_ASCII);
        int found = 0;
        for (int at = bytes.length - text.length; at >= 0; at--) {
            if (Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
                bytes[at + 1] ^= 1;
                found++;
            }
        }
        assertThat(found).isEqualTo(2);
        Files.write(segment, bytes);
    }
}
