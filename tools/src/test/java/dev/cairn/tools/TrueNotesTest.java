package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.OperationOutcome;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code verify} says of a file is what an opening and a repair will do, and where it says so is where the damage is.
 *
 * <p>Threading: one thread.
 */
class TrueNotesTest {
    private static final int RECORDS = 6_000;
    private static final int PAGE_BYTES = 4 << 10;

    /** What a frame begins with. */
    private static final String FRAME = "CRNF";

    @TempDir
    static Path dir;

    private static DamagedDirectory whole;

    @BeforeAll
    static void fill() {
        Path data = dir.resolve("whole");
        CairnOptions options = CairnOptions.builder()
                .segmentBytesMax(1 << 20)
                .ack(Ack.ACCEPTED)
                .build();
        String filler = "x".repeat(300);
        try (Cairn cairn = Cairn.open(data, options)) {
            for (int n = 0; n < RECORDS; n++) {
                cairn.log().append(NewRecord.of("events", "k" + n % 7, "{\"n\":" + n + ",\"x\":\"" + filler + "\"}"));
            }
        }
        whole = new DamagedDirectory(data, Map.of());
        assertThat(whole.segments()).hasSizeGreaterThan(2);
    }

    /** No segment is sealed, as where a writer died, and pages in the middle read as zeros though they were durable. */
    @Test
    void shouldNotCallRecordsUnforcedThatARepairSaves() throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve("unsealed"));
        for (Path segment : log.segments()) {
            Files.delete(segment.resolveSibling(segment.getFileName().toString().replace(".cq4", ".manifest")));
        }
        Files.delete(log.data().resolve("clean"));
        Path second = log.segments().get(1);
        long from = Files.size(second) / PAGE_BYTES / 2 * PAGE_BYTES;
        log.zero(second, from, (int) (Files.size(second) - from));
        JsonNode plan = log.dryRun();

        RunVerb verify = RunVerb.cairn("verify", "--data", log.data(), "-o", "json");
        assertThat(verify.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(verify.out()).doesNotContain("never forced").contains("\"damage\"");
        JsonNode lost = plan.path("lost").path(0);
        assertThat(verify.out())
                .contains(
                        "offsets " + lost.path(0).asLong() + ".." + lost.path(1).asLong());
    }

    @Test
    void shouldNameTheFrameThatIsDamaged() throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve("batch"));
        long first = append(log);
        long damaged = first + 13;
        long position = flip(log.newest(), "batch-13.");

        JsonNode findings = Json.parse(RunVerb.cairn("verify", "--data", log.data(), "-o", "json")
                        .out())
                .path("findings");
        assertThat(findings).hasSize(1);
        assertNear(findings.get(0).path("position").asLong(), position);
        assertThat(findings.get(0).path("offset").asLong()).isEqualTo(damaged);

        RunVerb refused = RunVerb.cairn("import", "-", "--data", log.data());
        assertThat(refused.exit()).isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(refused.err()).contains(", offset " + damaged + ": ");
        assertNear(Long.parseLong(refused.err().replaceAll("(?s).* at byte (\\d+),.*", "$1")), position);
    }

    /** The length of a frame is damaged, and with it the way through its document. */
    @Test
    void shouldNameTheFrameThatIsDamagedWhereReadingEnds() throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve("chained"));
        long first = append(log);
        String bytes = Files.readString(log.newest(), StandardCharsets.ISO_8859_1);
        int frame = bytes.lastIndexOf(FRAME, bytes.indexOf("batch-13."));
        log.zero(log.newest(), frame + Frame.LENGTH_AT, Integer.BYTES);

        RunVerb tail = RunVerb.cairn("tail", "--data", log.data(), "--from", first);
        assertThat(tail.out().lines()).hasSize(13);
        assertThat(tail.err()).contains(" at byte " + frame + ", offset " + (first + 13) + ": ");
        JsonNode findings = Json.parse(RunVerb.cairn("verify", "--data", log.data(), "-o", "json")
                        .out())
                .path("findings");
        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).path("position").asLong()).isEqualTo(frame);
    }

    @ParameterizedTest
    @ValueSource(strings = {"repair.begun", "repair.done"})
    void shouldSayHowToGoOnWithoutAnAccountThatCannotBeRead(String name) throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve("account-" + name));
        Files.writeString(log.data().resolve(name), "not an account");

        RunVerb verify = RunVerb.cairn("verify", "--data", log.data(), "-o", "json");
        assertThat(verify.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(verify.out()).contains(name).contains("move the file away");
        RunVerb refused = RunVerb.cairn("replay", "--apply", "--data", log.data());
        assertThat(refused.exit()).isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(refused.err()).contains(name).contains("move the file away");

        Files.delete(log.data().resolve(name));
        assertThat(RunVerb.cairn("verify", "--data", log.data()).exit()).isZero();
    }

    /** An operation of which the record is lost may have been committed, whatever is remembered. */
    @Test
    void shouldNotDenyAnOperationThatMayHaveBeenLost() throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve("operations"));
        Path second = log.segments().get(1);
        log.zero(second, Files.size(second) / PAGE_BYTES / 2 * PAGE_BYTES, PAGE_BYTES);
        JsonNode lost = log.dryRun().path("lost").path(0);
        assertThat(RunVerb.cairn("replay", "--apply", "--data", log.data()).exit())
                .isZero();

        try (Cairn cairn = Cairn.open(log.data())) {
            assertThat(cairn.operation("perhaps"))
                    .isInstanceOfSatisfying(
                            OperationOutcome.Unknown.class,
                            unknown -> assertThat(unknown.rememberedFrom())
                                    .isEqualTo(lost.path(1).asLong() + 1));
        }
    }

    /** The last records that are left are not the last ones. */
    @Test
    void shouldSayThatTheEndIsMissingBehindTheLastRecords() throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve("exchanged"));
        Path second = log.segments().get(1);
        Path newest = log.newest();
        Path aside = dir.resolve("aside");
        Files.move(newest, aside);
        Files.move(second, newest);
        Files.move(aside, second);

        RunVerb last = RunVerb.cairn("tail", "-n", "3", "--data", log.data());
        RunVerb from = RunVerb.cairn("tail", "--from", "-3", "--data", log.data());

        assertThat(from.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(last).isEqualTo(from);
    }

    /** One segment stands for several that are missing with their manifests; of the others not even a number is left. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldFindNothingToDoBehindARepairOfSeveralMissingSegments(int first) throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve("missing-" + first));
        for (Path segment : log.segments().subList(first, first + 2)) {
            Files.delete(segment);
            Files.delete(segment.resolveSibling(segment.getFileName().toString().replace(".cq4", ".manifest")));
        }
        assertThat(RunVerb.cairn("verify", "--data", log.data()).exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(RunVerb.cairn("replay", "--apply", "--data", log.data()).exit())
                .isZero();

        assertThat(RunVerb.cairn("replay", "--data", log.data()).exit()).isZero();
        RunVerb verify = RunVerb.cairn("verify", "--deep", "--data", log.data());
        assertThat(verify.exit()).as(verify.out()).isZero();
    }

    private static long append(DamagedDirectory log) {
        try (Cairn cairn = Cairn.open(log.data())) {
            Batch batch = cairn.batch();
            for (int i = 0; i < 20; i++) {
                batch.add(LogWrites.append(NewRecord.of("events", "batch", "{\"of\":\"batch-" + i + ".\"}")));
            }
            return batch.commitAtomic(Ack.DURABLE).get(0).offset();
        }
    }

    private static void assertNear(long stated, long damage) {
        assertThat(stated).isBetween(damage - 200, damage);
    }

    private static long flip(Path segment, String text) throws IOException {
        String bytes = Files.readString(segment, StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf(text);
        assertThat(at).isPositive();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(at);
            file.write(text.charAt(0) ^ 1);
        }
        return at;
    }

    @Test
    void shouldKnowTheFilesOfARepair() throws IOException {
        DamagedDirectory log = whole.copy(dir.resolve("repaired"));
        log.zero(log.segments().get(1), 300_000, 2_000);
        try (DiskFaults full = DiskFaults.failEach(
                log.data(),
                DiskFaults.On.MOVE,
                file -> file.toString().endsWith(".salvaged") && Files.exists(file),
                DiskFaults.Fault.ENOSPC)) {
            assertThat(RunVerb.cairn("replay", "--apply", "--data", log.data()).exit())
                    .isEqualTo(ExitCode.FAILED.number());
            assertThat(full.hasStruck()).isTrue();
        }
        String verified = RunVerb.cairn("verify", "--data", log.data()).out();
        assertThat(verified)
                .contains("repair.begun")
                .contains("cairn replay --apply finishes")
                .contains(".cq4.salvaged")
                .doesNotContain("expected files of Cairn");

        Files.move(log.data().resolve("repair.begun"), log.data().resolve("repair.done"));
        assertThat(RunVerb.cairn("verify", "--data", log.data()).out())
                .contains("the log does not have yet")
                .doesNotContain("expected files of Cairn");
    }
}
