package dev.cairn.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What can be asked over HTTP about everything in a log: each thing alone, now and as it was after each of its records, its history,
 * its parts, what is around it, and the lists.
 *
 * <p>Threading: one thread.
 */
final class Questions {
    /** Topics whose keys are answered by themselves, with their paths. */
    private static final Map<String, String> PATHS = Map.of(
            "task", "/v1/tasks/",
            "lease", "/v1/leases/",
            "entity", "/v1/entities/",
            "session", "/v1/sessions/",
            "run", "/v1/runs/",
            "consumer", "/v1/consumers/",
            "decision", "/v1/decisions/");

    private static final int PAGE = 1_000;

    private final NavigableMap<Long, JsonNode> records;

    /** How an answer behind a loss is compared with that before. */
    enum Sort {
        /** One thing. */
        THING,
        /** Some of the log's records, newest first. */
        HISTORY,
        /** The messages or snapshots of one thing. */
        PARTS,
        /** A state that was saved: it, or a refusal. */
        STATE,
        /** What several things say together. */
        VIEW,
        /** What an entity is linked to. */
        LINKS
    }

    /**
     * One question.
     *
     * @param thing what is asked about, as topic and key
     * @param about the things whose records the answer is made of, as topic and key
     * @param through the offset of the last record that counts, {@link Long#MAX_VALUE} for now
     */
    record Question(Sort sort, String thing, String path, Set<String> about, long through) {}

    private Questions(NavigableMap<Long, JsonNode> records) {
        this.records = records;
    }

    /** Reads the log of {@code server}, all of which must be there. */
    static Questions aboutAllOf(TestServer server) {
        return new Questions(records(server));
    }

    /** All records that {@code server} gives, by their offsets. */
    static NavigableMap<Long, JsonNode> records(TestServer server) {
        NavigableMap<Long, JsonNode> found = new TreeMap<>();
        String from = "0";
        while (true) {
            Answer page = server.get("/v1/log?limit=" + PAGE + "&from=" + from);
            if (page.status() == 410) {
                from = page.json().path("resumeFrom").asText();
                continue;
            }
            if (page.status() != 200) {
                throw new AssertionError("the log from " + from + ": " + page);
            }
            page.lines().forEach(record -> found.put(record.path("offset").asLong(), record));
            String next = page.header("Cairn-Next");
            if (next.equals(from)) {
                return found;
            }
            from = next;
        }
    }

    NavigableMap<Long, JsonNode> records() {
        return records;
    }

    /** Topic and key of a record. */
    static String thing(JsonNode record) {
        return record.path("topic").asText() + "/" + record.path("key").asText();
    }

    /** The path of {@code thing} alone; empty where it has none. */
    static String path(String thing) {
        int slash = thing.indexOf('/');
        String path = PATHS.get(thing.substring(0, slash));
        return path == null ? "" : path + thing.substring(slash + 1);
    }

    private Set<String> things() {
        return records.values().stream().map(Questions::thing).collect(Collectors.toCollection(TreeSet::new));
    }

    List<Question> all() {
        List<Question> questions = new ArrayList<>();
        for (String thing : things()) {
            String path = path(thing);
            if (!path.isEmpty()) {
                addAbout(questions, thing, path);
            }
        }
        return questions;
    }

    private void addAbout(List<Question> questions, String thing, String path) {
        Set<String> alone = Set.of(thing);
        questions.add(new Question(Sort.THING, thing, path, alone, Long.MAX_VALUE));
        for (JsonNode record : records.values()) {
            if (thing(record).equals(thing)) {
                long offset = record.path("offset").asLong();
                questions.add(new Question(Sort.THING, thing, path + "?asOf=" + offset, alone, offset));
            }
        }
        switch (thing.substring(0, thing.indexOf('/'))) {
            case "task" -> {
                questions.add(
                        new Question(Sort.HISTORY, thing, path + "/history?limit=" + PAGE, alone, Long.MAX_VALUE));
                Set<String> around = around(thing);
                questions.add(
                        new Question(Sort.VIEW, thing, path + "/context?records=" + PAGE, around, Long.MAX_VALUE));
                for (String field : List.of("status", "priority", "metadata")) {
                    questions.add(
                            new Question(Sort.VIEW, thing, path + "/explain?field=" + field, around, Long.MAX_VALUE));
                }
            }
            case "lease" ->
                questions.add(
                        new Question(Sort.HISTORY, thing, path + "/history?limit=" + PAGE, alone, Long.MAX_VALUE));
            case "entity" -> {
                questions.add(
                        new Question(Sort.HISTORY, thing, path + "/history?limit=" + PAGE, alone, Long.MAX_VALUE));
                Set<String> all = things().stream()
                        .filter(other -> other.startsWith("entity"))
                        .collect(Collectors.toSet());
                questions.add(new Question(Sort.LINKS, thing, path + "/links?direction=both", all, Long.MAX_VALUE));
            }
            case "session" -> addParts(questions, thing, path + "/messages", alone);
            case "run" -> addParts(questions, thing, path + "/snapshots", ofRun(thing));
            default -> {}
        }
    }

    private void addParts(List<Question> questions, String thing, String path, Set<String> about) {
        questions.add(new Question(Sort.PARTS, thing, path + "?limit=" + PAGE, about, Long.MAX_VALUE));
        records.forEach((offset, record) -> {
            if (thing(record).equals(thing)) {
                questions.add(
                        new Question(Sort.PARTS, thing, path + "?limit=" + PAGE + "&asOf=" + offset, about, offset));
                if (path.endsWith("/snapshots")) {
                    questions.add(new Question(
                            Sort.STATE,
                            thing,
                            path + "/" + record.path("payload").path("snapshot").asText("none") + "?asOf=" + offset,
                            about,
                            offset));
                }
            }
        });
    }

    private Set<String> ofRun(String run) {
        String snapshots = "run-snapshot" + run.substring(run.indexOf('/')) + "/";
        return things().stream()
                .filter(other -> other.equals(run) || other.startsWith(snapshots))
                .collect(Collectors.toSet());
    }

    /** The task, and all that ever named it. */
    private Set<String> around(String task) {
        String id = task.substring(task.indexOf('/') + 1);
        Set<String> around = new TreeSet<>(Set.of(task, "lease/task:" + id, "task-context/" + id));
        for (JsonNode record : records.values()) {
            if (record.path("payload").toString().contains('"' + id + '"')) {
                String thing = thing(record);
                around.addAll(thing.startsWith("run/") ? ofRun(thing) : Set.of(thing));
            }
        }
        return around;
    }
}
