package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.inspect.Inspection;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.log.LogFilter;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gaps of repairs whose accounts were lost themselves, or cannot be read. */
class RecordedGapsTest {
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().segmentRecordsMax(40).scrub(false).build();

    @TempDir
    Path directory;

    @BeforeEach
    void write() {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (String mark : List.of("mark-one", "mark-two")) {
                cairn.tasks().create(NewTask.of(mark).metadata("{\"m\":1}"));
                cairn.tasks().patch(mark, TaskPatch.empty().metadata("{\"m\":\"lost " + mark + "\"}"));
                cairn.tasks().patch(mark, TaskPatch.empty().priority(2));
            }
            fill(cairn);
        }
    }

    /** So much that what was there before is in segments that are sealed. */
    private static void fill(Cairn cairn) {
        for (int i = 0; i < 100; i++) {
            cairn.log().append(NewRecord.of("notes", "n", "1"));
        }
    }

    private List<Inspection.Range> lose(String mark) throws IOException {
        TestDirectories.damageRecordWith(directory, mark);
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        plan.apply(OPTIONS);
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            fill(cairn);
        }
        return plan.lost();
    }

    /** @param first the first offset that is not lost */
    private void assertServesAndIsSound(long first) {
        for (int opening = 0; opening < 2; opening++) {
            for (boolean readOnly : new boolean[] {true, false}) {
                CairnOptions options = TestDirectories.smallSegments()
                        .segmentRecordsMax(40)
                        .readOnly(readOnly)
                        .build();
                try (Cairn cairn = Cairn.open(directory, options)) {
                    assertThat(cairn.tasks().get("mark-one").orElseThrow().incomplete())
                            .isTrue();
                    assertThat(cairn.log()
                                    .read(first, Long.MAX_VALUE, LogFilter.all(), 1)
                                    .records())
                            .hasSize(1);
                    assertThat(cairn.health().warnings()).isEmpty();
                }
            }
        }
        assertThat(Verification.of(directory, true, Progress.NONE).findings())
                .filteredOn(finding -> finding.severity() != Verification.Severity.NOTE)
                .isEmpty();
        assertThat(Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE).isDue())
                .isFalse();
    }

    /** The account is marked as lost like any other record, and the mark is no account. */
    @Test
    void shouldGoOnWhereTheAccountOfAnEarlierRepairWasLost() throws IOException {
        lose("lost mark-one");
        lose("lost mark-two");
        lose("\"durableOffset\""); // of the first account
        assertServesAndIsSound(0);
    }

    @Test
    void shouldOpenWhereTheOnlyAccountIsDamaged() throws IOException {
        lose("lost mark-one");
        TestDirectories.delete(
                directory.resolve("checkpoint")); // as behind a kill: the log is replayed over the damage
        TestDirectories.damageRecordWith(directory, "\"durableOffset\"");
        for (boolean readOnly : new boolean[] {true, false}) {
            try (Cairn cairn = Cairn.open(
                    directory,
                    TestDirectories.smallSegments()
                            .segmentRecordsMax(40)
                            .readOnly(readOnly)
                            .build())) {
                assertThat(cairn.tasks().get("mark-one").orElseThrow().incomplete())
                        .isTrue();
            }
        }
        lose("lost mark-two");
        assertServesAndIsSound(0);
    }

    /** What its segment held beside the gap is lost now, and by a second repair; the gap was lost by the first, and once. */
    @Test
    void shouldNotLoseAGapOnceMoreWithItsSegment() throws IOException {
        List<Inspection.Range> gap = lose("lost mark-one");
        assertThat(gap).hasSize(1);
        long offset = gap.get(0).first();
        Path segment = directory.resolve("log/0000000001/00000001.cq4");
        Files.delete(segment);

        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);

        assertThat(plan.lost())
                .containsExactly(new Inspection.Range(0, offset - 1), new Inspection.Range(offset + 1, 39));
        assertThat(plan.lostCount()).isEqualTo(39);
        assertThat(affectsOfDamage()).startsWith("offsets 0.." + (offset - 1) + ", offsets " + (offset + 1) + "..39;");
        plan.apply(OPTIONS);
        assertServesAndIsSound(40);
    }

    /** Its file is gone, and with it no record. */
    @Test
    void shouldLoseNothingWithASegmentOfWhichNothingWasLeft() throws IOException {
        Path segment = directory.resolve("log/0000000001/00000001.cq4");
        for (int time = 0; time < 2; time++) {
            Files.delete(segment);
            Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
            assertThat(plan.isDue()).isTrue();
            assertThat(plan.lostCount()).isEqualTo(time == 0 ? 40 : 0);
            assertThat(affectsOfDamage())
                    .startsWith(time == 0 ? "offsets 0..39;" : "no record: a repair had given up all of them");
            plan.apply(OPTIONS);
            assertServesAndIsSound(40);
        }
    }

    /** All behind a segment with a gap is gone, and so are its own bytes: what stands for it ends where the log did. */
    @Test
    void shouldEndTheLogInASegmentThatStandsForAGapToo() throws IOException {
        long offset = lose("lost mark-one").get(0).first();
        Path first = directory.resolve("log/0000000001/00000001.cq4");
        Files.delete(first);
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.getFileName().toString().startsWith("00000001.")) {
                    Files.delete(file);
                }
            }
        }
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.lost())
                .anyMatch(range -> range.first() <= offset && offset <= range.last()); // so is its account
        plan.apply(OPTIONS);
        long last;
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            last = cairn.watermarks().endOffset() - 1;
        }
        assertServesAndIsSound(last);
    }

    private String affectsOfDamage() {
        List<Verification.Finding> damages = Verification.of(directory, false, Progress.NONE).findings().stream()
                .filter(finding -> finding.severity() == Verification.Severity.DAMAGE)
                .toList();
        assertThat(damages).hasSize(1);
        return damages.get(0).affects();
    }
}
