package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.WriteOptions;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A data directory of several small segments, what its log said while it was whole, and what is done to its files from outside.
 *
 * <p>Threading: one thread.
 */
record DamagedDirectory(Path data, Map<Long, String> written) {
    static final int TASKS = 200;

    private static final int SECTIONS = 5;
    private static final Pattern OFFSET = Pattern.compile("^\\{\"offset\":(\\d+),");

    /** Fills {@code data}: five sections of tasks and records, each of more than a segment. */
    static DamagedDirectory write(Path data) {
        CairnOptions options = CairnOptions.builder()
                .segmentBytesMax(1 << 20)
                .unforcedRecordsMax(1_000)
                .ack(Ack.ACCEPTED)
                .build();
        String filler = "x".repeat(500);
        try (Cairn cairn = Cairn.open(data, options)) {
            for (int i = 0; i < TASKS; i++) {
                cairn.tasks().create(NewTask.of("t" + i).metadata("{\"a\":\"" + filler + "\"}"));
            }
            for (int n = 0; n < SECTIONS * 1_100; n++) {
                if (n % 4 == 0) {
                    WriteOptions named = WriteOptions.defaults().withOperation("op-" + n);
                    cairn.log().append(NewRecord.of("events", "k" + n % 7, "{\"n\":" + n + "}"), named);
                } else {
                    String patch = "{\"n\":" + n + ",\"b\":\"" + filler + "\"}";
                    cairn.tasks().patch("t" + n % TASKS, TaskPatch.empty().metadata(patch));
                }
            }
            cairn.sync();
        }
        return new DamagedDirectory(data, export(data));
    }

    DamagedDirectory copy(Path to) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(data.relativize(file).toString()));
            }
        }
        return new DamagedDirectory(to, written);
    }

    /** Every record of a log as a line of JSON, by its offset. */
    static Map<Long, String> export(Path data) {
        RunVerb run = RunVerb.cairn("export", "--data", data);
        assertThat(run.exit()).as(run.err()).isZero();
        Map<Long, String> records = new TreeMap<>();
        run.out().lines().forEach(line -> {
            Matcher offset = OFFSET.matcher(line);
            assertThat(offset.find()).as(line).isTrue();
            records.put(Long.parseLong(offset.group(1)), line);
        });
        return records;
    }

    /** Files of the log, oldest first. */
    List<Path> segments() {
        try (Stream<Path> files = Files.walk(data.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path newest() {
        List<Path> segments = segments();
        return segments.get(segments.size() - 1);
    }

    void zero(Path file, long position, int bytes) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(position);
            opened.write(new byte[bytes]);
        }
    }

    void truncate(Path file, long bytes) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(bytes);
        }
    }

    void swap(Path one, Path other) throws IOException {
        Path aside = data.resolve("aside");
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other);
    }

    /** Names, sizes and times of all files. */
    Map<String, String> listing() throws IOException {
        Map<String, String> listing = new TreeMap<>();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                listing.put(data.relativize(file).toString(), Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return listing;
    }

    JsonNode dryRun(Object... more) throws IOException {
        RunVerb run = replay("--dry-run", more);
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.FINDINGS.number());
        return Json.parse(run.out());
    }

    JsonNode apply(Object... more) throws IOException {
        RunVerb run = replay("--apply", more);
        assertThat(run.exit()).as(run.err()).isZero();
        return Json.parse(run.out());
    }

    private RunVerb replay(String how, Object... more) {
        List<Object> args = new ArrayList<>(List.of("replay", how, "--data", data, "-o", "json"));
        args.addAll(List.of(more));
        return RunVerb.cairn(args.toArray());
    }

    /** Lost are exactly the offsets that {@code plan} lists; all others are there with equal bytes, and nothing is wrong any more. */
    void assertRepaired(JsonNode plan) throws IOException {
        Map<Long, String> left = export(data);
        written.forEach((offset, record) -> {
            if (isLost(plan, offset)) {
                assertThat(left).doesNotContainKey(offset);
            } else {
                assertThat(left).containsEntry(offset, record);
            }
        });
        assertThat(left.values()).anyMatch(record -> record.contains("\"type\":\"RecoveryPerformed\""));
        RunVerb verified = RunVerb.cairn("verify", "--deep", "--data", data);
        assertThat(verified.exit()).as(verified.out() + verified.err()).isZero();
        RunVerb again = RunVerb.cairn("replay", "--data", data);
        assertThat(again.exit()).as(again.out() + again.err()).isZero();
        for (JsonNode task : plan.path("tasks")) {
            JsonNode told = Json.parse(RunVerb.cairn("get", task.asText(), "--data", data, "-o", "json")
                    .out());
            assertThat(told.path("incomplete").asBoolean()).as(told.toString()).isTrue();
        }
    }

    static boolean isLost(JsonNode plan, long offset) {
        for (JsonNode range : plan.path("lost")) {
            if (offset >= range.path(0).asLong() && offset <= range.path(1).asLong()) {
                return true;
            }
        }
        return false;
    }
}
