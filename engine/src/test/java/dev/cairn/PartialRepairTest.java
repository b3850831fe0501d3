package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.internal.assembly.LogRepair;
import dev.cairn.internal.recovery.RepairExecution;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskQuery;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repair of a part of the log forgets nobody: who lost records there is told by records behind it, which are looked at no further. */
class PartialRepairTest {
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .segmentRecordsMax(130)
            .imageInterval(4)
            .build();
    private static final int TASKS = TaskQuery.LIMIT_DEFAULT;
    private static final int ROUNDS = 8;

    @TempDir
    Path directory;

    /** Each round is in a segment of its own, or nearly, so the next record of a task is behind the segment that has one. */
    @BeforeEach
    void write() throws IOException {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            String filler = "x".repeat(600);
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < TASKS; i++) {
                    String metadata = "{\"r\":" + round + ",\"b\":\"" + filler + "\"}";
                    if (round == 0) {
                        cairn.tasks().create(NewTask.of("t" + i).metadata(metadata));
                    } else {
                        cairn.tasks().patch("t" + i, TaskPatch.empty().metadata(metadata));
                    }
                }
            }
            cairn.sync();
            cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(20));
        }
        assertThat(all().segments()).hasSizeGreaterThan(4);
    }

    private Recovery all() {
        return plan(null, null);
    }

    private Recovery plan(@Nullable From from, @Nullable From until) {
        return Recovery.plan(directory, from, until, Progress.NONE);
    }

    private Recovery.SegmentReport segment(int index) {
        return all().segments().get(index);
    }

    private void damage(int index) throws IOException {
        Path file = directory.resolve(segment(index).file());
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(40_000);
            opened.write(new byte[4_096]);
        }
    }

    /** The plan for the segment at {@code index} alone. */
    private Recovery planOf(int index) {
        Range offsets = segment(index).offsets();
        return plan(From.offset(offsets.first()), From.offset(offsets.last() + 1));
    }

    private void assertTold(Recovery plan) {
        assertThat(plan.tasks()).hasSizeGreaterThan(2);
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            StateRoot root = cairn.stateRoot();
            cairn.projectionRoot(root.offset(), Duration.ofSeconds(20));
            for (String task : plan.tasks()) {
                assertThat(cairn.tasks().get(task).orElseThrow().incomplete())
                        .as(task)
                        .isTrue();
                assertThat(cairn.tasks().history(task))
                        .anyMatch(record -> record.type().equals("recovered"));
            }
            assertThat(incomplete(cairn)).containsExactlyInAnyOrderElementsOf(plan.tasks());
            List<LogRecord> accounts = cairn.log()
                    .read(plan.lastOffset() + 1, Long.MAX_VALUE, LogFilter.all(), 1_000)
                    .records();
            assertThat(accounts)
                    .filteredOn(record -> record.type().equals("RecoveryPerformed"))
                    .singleElement()
                    .satisfies(record -> plan.tasks()
                            .forEach(task -> assertThat(record.payload()).contains('"' + task + '"')));
        }
        assertSound();
    }

    /** Tasks that lists say are incomplete. */
    private static List<String> incomplete(Cairn cairn) {
        return cairn.tasks().list(TaskQuery.all()).tasks().stream()
                .filter(Task::incomplete)
                .map(Task::id)
                .toList();
    }

    private void assertSound() {
        assertThat(Verification.of(directory, true, Progress.NONE).findings())
                .allMatch(finding -> finding.severity() == Verification.Severity.NOTE);
    }

    @Test
    void shouldTellOfTasksWhoseNextRecordIsBehindTheEndOfThePart() throws IOException {
        damage(1);
        Recovery part = plan(null, From.offset(segment(1).offsets().last() + 1));
        assertThat(part.tasks()).isEqualTo(all().tasks());
        assertThat(part.isPartial()).isTrue();
        part.apply(OPTIONS);
        assertTold(part);
    }

    @Test
    void shouldTellOfThemInTheMidstOfTheLog() throws IOException {
        damage(2);
        Recovery part = planOf(2);
        assertThat(part.tasks()).isEqualTo(all().tasks());
        part.apply(OPTIONS);
        assertTold(part);
    }

    /** Records that are damaged elsewhere name nobody until they are repaired as well. */
    @Test
    void shouldLeaveASoundLogBehindOnePartAfterTheOther() throws IOException {
        damage(1);
        damage(2);
        Recovery first = planOf(1);
        first.apply(OPTIONS);
        Recovery second = planOf(2);
        second.apply(OPTIONS);
        assertThat(all().isDue()).isFalse();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (Recovery plan : List.of(first, second)) {
                for (String task : plan.tasks()) {
                    assertThat(cairn.tasks().get(task).orElseThrow().incomplete())
                            .as(task)
                            .isTrue();
                }
            }
        }
        assertSound();
    }

    /** Repairs of earlier versions did forget: who makes state and projection anew finds all of them, whatever images were written meanwhile. */
    @Test
    void shouldFindWhomARepairForgotWhereAllIsMadeAnew() throws IOException {
        damage(1);
        List<String> tasks = all().tasks();
        LogDirectory log = new LogDirectory(directory);
        RepairPlan plan = LogRepair.plan(log, all().identity(), RepairScope.ALL, Progress.NONE);
        RepairPlan forgetful = new RepairPlan(
                plan.installation(),
                plan.segments(),
                plan.repairs(),
                plan.lost(),
                List.of(),
                plan.operations(),
                plan.durable(),
                plan.records(),
                plan.assumedEnd(),
                null);
        new RepairExecution(log, plan.installation(), 1).execute(forgetful);
        for (int inlineBytesMax : new int[] {OPTIONS.inlineBytesMax(), 128}) {
            Files.delete(directory.resolve("checkpoint/state.checkpoint"));
            Files.delete(directory.resolve("projection.db"));
            CairnOptions options = TestDirectories.smallSegments()
                    .inlineBytesMax(inlineBytesMax)
                    .scrub(false)
                    .build();
            try (Cairn cairn = Cairn.open(directory, options)) {
                cairn.projectionRoot(cairn.stateRoot().offset(), Duration.ofSeconds(20));
                assertThat(tasks)
                        .allMatch(task -> cairn.tasks().get(task).orElseThrow().incomplete());
                assertThat(incomplete(cairn)).containsExactlyInAnyOrderElementsOf(tasks);
            }
            assertSound();
        }
    }

    @Test
    void shouldRefuseAPartBeyondTheEndOfTheLog() {
        long end = all().lastOffset() + 1;
        assertThat(plan(null, From.offset(end)).isPartial())
                .as("exactly the end is all of it")
                .isFalse();
        assertThatThrownBy(() -> plan(null, From.offset(end + 1)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("expected an offset from 0 to " + end + ", was " + (end + 1));
        assertThatThrownBy(() -> plan(From.offset(end + 1), null))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("expected an offset from 0 to " + end + ", was " + (end + 1));
    }
}
