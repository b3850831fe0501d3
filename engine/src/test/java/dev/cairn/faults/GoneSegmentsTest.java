package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.task.NewTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every run of segments is gone once, of a log in which each epoch but the first was ended by a kill: one repair ends it. */
class GoneSegmentsTest {
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .segmentRecordsMax(20)
            .unforcedRecordsMax(10)
            .projection(false)
            .scrub(false)
            .build();

    @TempDir
    static Path made;

    @TempDir
    Path temporary;

    private static Path original;
    private static List<LogRecord> written;

    @BeforeAll
    static void fill() {
        Path directory = made.resolve("epoch-0");
        for (int epoch = 1; epoch <= 3; epoch++) {
            Path killed = made.resolve("epoch-" + epoch);
            try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
                for (int i = 0; i < 45; i++) {
                    cairn.tasks()
                            .create(
                                    NewTask.of("t-" + epoch + "-" + i),
                                    WriteOptions.defaults().withAck(Ack.DURABLE));
                }
                if (epoch > 1) {
                    TestDirectories.copyAsIfKilled(directory, killed);
                }
            }
            if (epoch == 1) {
                TestDirectories.copyAsIfKilled(directory, killed);
            }
            directory = killed;
        }
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            written = TripwireTest.readAll(cairn, 0);
        }
        original = directory;
    }

    private static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    /** It was opened behind a kill, and closed without a record of that opening. */
    @Test
    void shouldBeSoundBefore() {
        assertThat(Verification.of(original, true, Progress.NONE).findings()).isEmpty();
        assertThat(Recovery.plan(original, 0, Long.MAX_VALUE, Progress.NONE).isDue())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "true, ",
        "false, ",
        "true, watermark",
        "true, watermark clean",
        "true, watermark clean control checkpoint"
    })
    void shouldBeRepairedAtOnce(boolean manifestsToo, @Nullable String filesToo) throws IOException {
        int count = segments(original).size();
        assertThat(count).isGreaterThan(8);
        for (int first = 0; first < count; first++) {
            for (int last = first; last < count && !(first == 0 && last == count - 1); last++) {
                if (filesToo != null && (first + last) % 3 != 0) {
                    continue; // a part of them will do
                }
                Path directory = temporary.resolve(first + "-" + last);
                TestDirectories.copyAsIfKilled(original, directory);
                for (Path segment : segments(directory).subList(first, last + 1)) {
                    Files.delete(segment);
                    if (manifestsToo) {
                        Files.deleteIfExists(Path.of(segment.toString().replace(".cq4", ".manifest")));
                    }
                }
                for (String name : filesToo == null ? new String[0] : filesToo.split(" ")) {
                    FaultRun.delete(directory.resolve(name));
                }
                requireRepair(directory);
                FaultRun.delete(directory);
            }
        }
    }

    /** What an opening left out before its first record was never used: neither says that it is missing. */
    @Test
    void shouldBeNamedAsTheirRepairNamesThem() throws IOException {
        int count = segments(original).size();
        for (int first = 0; first < count - 1; first++) {
            for (int last = first; last < count - 1; last++) {
                Path directory = temporary.resolve("named-" + first + "-" + last);
                TestDirectories.copyAsIfKilled(original, directory);
                for (Path segment : segments(directory).subList(first, last + 1)) {
                    Files.delete(segment);
                    Files.deleteIfExists(Path.of(segment.toString().replace(".cq4", ".manifest")));
                }
                requireSameNames(directory);
                FaultRun.delete(directory);
            }
        }
    }

    private static void requireSameNames(Path directory) {
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.lost()).as("%s", directory.getFileName()).hasSize(1);
        Range lost = plan.lost().get(0);
        Path missing = plan.segments().stream()
                .filter(segment -> segment.verdict() == Recovery.Verdict.MISSING)
                .map(Recovery.SegmentReport::file)
                .findFirst()
                .orElseThrow();
        assertThat(Verification.of(directory, false, Progress.NONE).findings())
                .as("%s", directory.getFileName())
                .filteredOn(finding -> finding.severity() == Verification.Severity.DAMAGE)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.file()).isEqualTo(missing);
                    assertThat(finding.affects().split(";")[0])
                            .isEqualTo("offsets " + lost.first() + ".." + lost.last());
                });
    }

    private static void requireRepair(Path directory) {
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.isDue()).as("%s", directory.getFileName()).isTrue();
        plan.apply(OPTIONS);
        assertThat(Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE).isDue())
                .as("%s", directory.getFileName())
                .isFalse();
        assertThat(Verification.of(directory, true, Progress.NONE).isSound())
                .as("%s", directory.getFileName())
                .isTrue();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            List<LogRecord> left = new ArrayList<>(written);
            left.removeIf(record ->
                    contain(plan.lost(), record.offset()) || plan.endUnknown() && record.offset() > plan.lastOffset());
            assertThat(TripwireTest.readAll(cairn, 0))
                    .as("%s", directory.getFileName())
                    .containsAll(left);
            for (LogRecord record : written) {
                if (contain(plan.lost(), record.offset())) {
                    assertThat(isGone(cairn, record.offset())).isTrue();
                }
            }
        }
    }

    private static boolean isGone(Cairn cairn, long offset) {
        try {
            return TripwireTest.read(cairn, offset).offset() != offset;
        } catch (GoneException e) {
            return true;
        }
    }

    private static boolean contain(List<Range> ranges, long offset) {
        return ranges.stream().anyMatch(range -> range.first() <= offset && offset <= range.last());
    }
}
