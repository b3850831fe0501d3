package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.LogRecord;
import dev.cairn.OutOfSpaceException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.inspect.Inspection;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.internal.assembly.LogRepair;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.internal.disk.DiskFaults.Fault;
import dev.cairn.internal.disk.DiskFaults.On;
import dev.cairn.internal.recovery.RepairExecution;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.system.RecordRepair;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repairs that have more to tell than the opening behind them has room for. */
class RepairRecordTest {
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .unforcedRecordsMax(100_000)
            .projection(false)
            .scrub(false)
            .build();
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();

    @TempDir
    Path directory;

    private RepairPlan plan() throws IOException {
        return LogRepair.plan(
                new LogDirectory(directory), Inspection.of(directory).identity(), RepairScope.ALL, Progress.NONE);
    }

    /** Up to the opening that puts it into the log. */
    private RepairPlan repairFiles() throws IOException {
        RepairPlan plan = plan();
        new RepairExecution(new LogDirectory(directory), plan.installation(), 1).execute(plan);
        return plan;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    private static int number(Path file) {
        return Integer.parseInt(file.getFileName().toString().substring(0, 8));
    }

    private static List<String> accounts(Cairn cairn) {
        return TripwireTest.readAll(cairn, 0).stream()
                .filter(record -> record.type().equals(RecordRepair.TYPE))
                .map(LogRecord::payload)
                .toList();
    }

    private void assertEnded() {
        assertThat(directory.resolve("repair.done")).doesNotExist();
        assertThat(Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE).isDue())
                .isFalse();
        assertThat(Verification.of(directory, true, Progress.NONE).findings())
                .allMatch(finding -> finding.severity() == Verification.Severity.NOTE);
    }

    /** The account alone would fit. Of the values some fit into no document that others have begun. */
    @Test
    void shouldNotEndBeforeAllWhoLostRecordsAreMarked() throws IOException {
        int tasks = 20;
        String large = "{\"large\":\"" + "x".repeat(277_700) + "\"}";
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (int i = 0; i < tasks; i++) {
                cairn.tasks().create(NewTask.of("t" + i).metadata(i % 2 == 0 ? "{}" : large));
            }
            for (int i = 0; i < tasks; i++) {
                cairn.tasks().patch("t" + i, TaskPatch.empty().metadata("{\"mark\":\"mark-" + i + ".\"}"));
            }
        }
        for (int i = 0; i < tasks; i++) {
            TestDirectories.damageRecordWith(directory, "\"mark-" + i + ".\"");
        }
        assertThat(repairFiles().entities()).hasSize(tasks);
        List<Path> before = segments();
        int newest = number(before.get(before.size() - 1));

        try (DiskFaults faults = DiskFaults.failEach(
                directory,
                On.RESIZE,
                file -> file.toString().endsWith(".precreated") && number(file) > newest + 1,
                Fault.ENOSPC)) {
            assertThatThrownBy(() -> Cairn.open(directory, OPTIONS).close()).isInstanceOf(OutOfSpaceException.class);
            assertThat(faults.hasStruck()).isTrue();
        }
        assertThat(plan().entities()).as("still to be marked").hasSize(tasks);

        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (int i = 0; i < tasks; i++) {
                assertThat(cairn.tasks().get("t" + i).orElseThrow().incomplete())
                        .as("t%d", i)
                        .isTrue();
            }
            assertThat(accounts(cairn)).singleElement().asString().contains("\"entities\":" + tasks);
        }
        assertEnded();
    }

    @Test
    void shouldLeaveOutNamesThatOneRecordHasNoRoomFor() throws IOException {
        int tasks = 9_000;
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (int i = 0; i < tasks; i++) {
                String id = String.format("%036d", i);
                cairn.tasks().create(NewTask.of(id), DEFAULTS.withOperation("operation-" + id));
            }
        }
        List<Path> files = segments();
        assertThat(files).hasSizeGreaterThan(2);
        Files.delete(files.get(0));
        Files.delete(files.get(1));
        RepairPlan plan = repairFiles();
        assertThat(plan.entities()).hasSizeGreaterThan(4_000);

        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            assertThat(accounts(cairn))
                    .singleElement()
                    .asString()
                    .contains("\"entities\":" + plan.entities().size(), "\"leftOut\":")
                    .contains("\"tasks\":[\"0", "\"operations\":[\"operation-0");
            assertThat(RecordRepair.lost(accounts(cairn).get(0))).isEqualTo(plan.lost());
        }
        assertEnded();
    }
}
