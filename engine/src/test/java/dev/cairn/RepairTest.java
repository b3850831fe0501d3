package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.inspect.Inspection;
import dev.cairn.inspect.Verification;
import dev.cairn.internal.assembly.LogRepair;
import dev.cairn.internal.recovery.RepairExecution;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.log.LogFilter;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskQuery;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged log is repaired as it was planned: the rest keeps its offsets, and what was lost is told. */
class RepairTest {
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().imageInterval(4).build();
    private static final int TASKS = 300;

    @TempDir
    Path temporary;

    private Path directory;
    private final Map<Long, LogRecord> written = new HashMap<>();
    private final Map<String, Task> tasks = new HashMap<>();

    @BeforeEach
    void write() {
        directory = temporary.resolve("data");
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            String filler = "x".repeat(600);
            for (int round = 0; round < 34; round++) {
                for (int i = 0; i < TASKS; i++) {
                    String id = "t" + i;
                    if (round == 0) {
                        cairn.tasks().create(NewTask.of(id).metadata("{\"a\":\"" + filler + "\"}"));
                    } else if ((i + round) % 3 == 0) {
                        cairn.tasks()
                                .patch(
                                        id,
                                        TaskPatch.empty().metadata("{\"r\":" + round + ",\"b\":\"" + filler + "\"}"));
                    }
                }
            }
            cairn.sync();
            for (LogRecord record : allRecords(cairn)) {
                written.put(record.offset(), record);
            }
            for (int i = 0; i < TASKS; i++) {
                tasks.put("t" + i, cairn.tasks().get("t" + i).orElseThrow());
            }
        }
        assertThat(segments()).hasSizeGreaterThan(3);
    }

    private static List<LogRecord> allRecords(Cairn cairn) {
        List<LogRecord> records = new ArrayList<>();
        long next = 0;
        long end = cairn.watermarks().durableOffset();
        while (next <= end) {
            try {
                var page = cairn.log().read(next, Long.MAX_VALUE, LogFilter.all(), 1_000);
                records.addAll(page.records());
                next = page.next();
            } catch (GoneException e) {
                next = e.resumeFrom();
            }
        }
        return records;
    }

    private List<Path> segments() {
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void zero(Path file, long position, int bytes) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(position);
            opened.write(new byte[bytes]);
        }
    }

    private RepairPlan plan() throws IOException {
        return LogRepair.plan(
                new LogDirectory(directory), Inspection.of(directory).identity(), RepairScope.ALL, Progress.NONE);
    }

    private void apply(RepairPlan plan) throws IOException {
        LogRepair.apply(new LogDirectory(directory), plan, RepairScope.ALL, OPTIONS);
    }

    private static boolean isIn(List<OffsetRange> ranges, long offset) {
        return ranges.stream().anyMatch(range -> range.contains(offset));
    }

    private void assertRepaired(RepairPlan plan) {
        StateRoot root;
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            Map<Long, LogRecord> left = new HashMap<>();
            allRecords(cairn).forEach(record -> left.put(record.offset(), record));
            written.forEach((offset, record) -> {
                if (isIn(plan.lost(), offset)) {
                    assertThat(left).doesNotContainKey(offset);
                } else {
                    assertThat(left.get(offset)).usingRecursiveComparison().isEqualTo(record);
                }
            });
            assertThat(left.values().stream().map(LogRecord::type)).contains("RecoveryPerformed");
            plan.entities().stream()
                    .filter(entity -> tasks.containsKey(entity.key()))
                    .forEach(entity -> assertThat(cairn.tasks()
                                    .get(entity.key())
                                    .orElseThrow()
                                    .incomplete())
                            .isTrue());
            root = cairn.stateRoot();
            assertThat(cairn.projectionRoot(root.offset(), Duration.ofSeconds(20))
                            .kinds()
                            .get("task"))
                    .isEqualTo(root.kinds().get("task"));
        }
        CairnOptions withoutCheckpoint =
                TestDirectories.smallSegments().useCheckpoint(false).build();
        try (Cairn replayed = Cairn.open(directory, withoutCheckpoint)) {
            assertThat(replayed.stateRoot().kinds()).isEqualTo(root.kinds());
        }
    }

    @Test
    void shouldOpenOverDamageInAnOlderSegmentAndTellWhoLostRecords() throws IOException {
        zero(segments().get(1), 400_000, 4_096);
        Files.delete(directory.resolve("checkpoint/state.checkpoint"));
        RepairPlan plan = plan();
        assertThat(plan.lost()).hasSize(1);
        assertThat(plan.entities()).isNotEmpty();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            assertThatThrownBy(() -> cairn.log().read(plan.lost().get(0).first(), Long.MAX_VALUE, LogFilter.all(), 10))
                    .isInstanceOf(DamagedLogException.class);
            for (RepairPlan.LostEntity entity : plan.entities()) {
                assertThat(cairn.tasks().get(entity.key()).orElseThrow().incomplete())
                        .as(entity.key())
                        .isTrue();
            }
            long complete = tasks.keySet().stream()
                    .filter(id -> !cairn.tasks().get(id).orElseThrow().incomplete())
                    .peek(id -> assertThat(cairn.tasks().get(id).orElseThrow()).isEqualTo(tasks.get(id)))
                    .count();
            assertThat(complete).isGreaterThan(TASKS / 2);
        }
    }

    @Test
    void shouldRepairAnOlderSegmentAndKeepEveryOtherRecord() throws IOException {
        Path damaged = segments().get(1);
        zero(damaged, 400_000, 4_096);
        byte[] original = Files.readAllBytes(damaged);
        RepairPlan plan = plan();
        assertThat(plan.isDue()).isTrue();
        assertThat(plan.lostCount()).isBetween(3L, 8L);
        apply(plan);
        assertThat(Files.readAllBytes(directory.resolve("quarantine").resolve(damaged.getFileName())))
                .isEqualTo(original);
        assertThat(plan().isDue()).isFalse();
        assertThat(Inspection.of(directory).problems()).isEmpty();
        assertRepaired(plan);
        // The checkpoint knew what the lost records had said.
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (RepairPlan.LostEntity entity : plan.entities()) {
                Task task = cairn.tasks().get(entity.key()).orElseThrow();
                assertThat(task.metadata()).isEqualTo(tasks.get(entity.key()).metadata());
            }
        }
    }

    @Test
    void shouldRepairTheNewestSegmentWhichIsRefusedUntilThen() throws IOException {
        List<Path> files = segments();
        Path newest = files.get(files.size() - 1);
        zero(newest, 100_000, 4_096);
        RepairPlan plan = plan();
        assertThatThrownBy(() -> Cairn.open(directory, OPTIONS).close())
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining(plan.id());
        apply(plan);
        assertRepaired(plan);
    }

    @Test
    void shouldTellOfDamageThatTheCheckpointHides() throws Exception {
        zero(segments().get(1), 400_000, 4_096);
        RepairPlan plan = plan();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (cairn.health().warnings().isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
            assertThat(cairn.health().warnings()).anyMatch(warning -> warning.contains("1 damaged segment"));
            assertThat(cairn.health().ready()).isTrue();
            for (int i = 0; i < TASKS; i++) {
                Task task = cairn.tasks().get("t" + i).orElseThrow();
                assertThat(task.metadata()).isEqualTo(tasks.get(task.id()).metadata());
                assertThat(task.incomplete())
                        .as(task.id())
                        .isEqualTo(plan.entities().stream()
                                .anyMatch(entity -> entity.key().equals(task.id())));
            }
        }
    }

    @Test
    void shouldReadWhatIsLeftWithoutWriting() throws IOException {
        List<Path> files = segments();
        Path newest = files.get(files.size() - 1);
        zero(newest, Files.size(newest) / 2 / 4_096 * 4_096, 4_096);
        List<OffsetRange> lost = plan().lost();
        assertThat(lost).isNotEmpty();
        for (boolean checkpoint : new boolean[] {true, false}) {
            CairnOptions reading = TestDirectories.smallSegments()
                    .readOnly(true)
                    .useCheckpoint(checkpoint)
                    .build();
            try (Cairn cairn = Cairn.open(directory, reading)) {
                assertThat(cairn.tasks().get("t1").orElseThrow().id()).isEqualTo("t1");
                written.forEach((offset, record) -> {
                    if (!isIn(lost, offset)) {
                        assertThat(cairn.log()
                                        .read(offset, offset + 1, LogFilter.all(), 1)
                                        .records()
                                        .get(0))
                                .usingRecursiveComparison()
                                .isEqualTo(record);
                    }
                });
            }
        }
    }

    /** The engine's own records are about an entity as well: the checkpoint knows more of it than the log does then. */
    @Test
    void shouldRepairTheBeginningOfAnEpoch() throws IOException {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.tasks().create(NewTask.of("of-the-second-epoch"));
        }
        Path newest = segments().get(segments().size() - 1);
        byte[] bytes = Files.readAllBytes(newest);
        int key = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("epoch", 4_096);
        zero(newest, key, "epoch".length());
        RepairPlan plan = plan();
        assertThat(plan.lostCount()).isOne();
        apply(plan);

        assertThat(Verification.of(directory, true, Progress.NONE).findings())
                .filteredOn(finding -> finding.severity() != Verification.Severity.NOTE)
                .isEmpty();
    }

    @Test
    void shouldRepairWithoutACheckpoint() throws IOException {
        Files.delete(directory.resolve("checkpoint/state.checkpoint"));
        zero(segments().get(2), 300_000, 8_192);
        zero(segments().get(0), 300_000, 512);
        RepairPlan plan = plan();
        assertThat(plan.repairs()).hasSize(2);
        apply(plan);
        assertRepaired(plan);
    }

    /** Nothing behind the damage names a task that was only created: the projection does, which had read it before. */
    @Test
    void shouldAskTheProjectionWhoseOnlyRecordIsLost() throws IOException {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.tasks().create(NewTask.of("only-once").metadata("{\"mark\":\"only-once-here\"}"));
            cairn.tasks().create(NewTask.of("behind"), WriteOptions.defaults().withAck(Ack.DURABLE));
            cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(10));
        }
        Files.delete(directory.resolve("checkpoint/state.checkpoint"));
        Path newest = segments().get(segments().size() - 1);
        int key = new String(Files.readAllBytes(newest), StandardCharsets.ISO_8859_1).indexOf("only-once-here", 4_096);
        zero(newest, key, 4);
        RepairPlan plan = plan();
        assertThat(plan.lostCount()).isOne();
        assertThat(plan.entities()).extracting(RepairPlan.LostEntity::key).containsExactly("only-once");

        apply(plan);
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            assertThat(cairn.tasks().get("only-once"))
                    .as("nothing is left of it")
                    .isEmpty();
            assertThat(cairn.tasks().history("only-once"))
                    .singleElement()
                    .satisfies(record -> assertThat(record.type()).isEqualTo("recovered"))
                    .satisfies(record -> assertThat(record.payload()).contains("\"deleted\":true,\"lastVersion\":1"));
            Receipt again = cairn.tasks().create(NewTask.of("only-once"));
            assertThat(again.version()).as("no version is given twice").isEqualTo(3);
            assertThat(cairn.tasks().get("only-once").orElseThrow().incomplete())
                    .as("what begins anew has lost nothing")
                    .isFalse();
        }
        assertThat(Verification.of(directory, true, Progress.NONE).findings())
                .filteredOn(finding -> finding.severity() != Verification.Severity.NOTE)
                .isEmpty();
    }

    @Test
    void shouldStandInForSegmentsThatAreMissing() throws IOException {
        List<Path> files = segments();
        Files.delete(files.get(1));
        Files.delete(files.get(2));
        Files.delete(Path.of(files.get(2).toString().replace(".cq4", ".manifest")));
        DamagedLogException refusal = catchThrowableOfType(
                DamagedLogException.class, () -> Cairn.open(directory, OPTIONS).close());
        assertThat(refusal).isNotNull();
        RepairPlan plan = plan();
        assertThat(refusal.getMessage()).endsWith(plan.id());
        CairnOptions accepting =
                TestDirectories.smallSegments().acceptDataLoss(plan.id()).build();
        Cairn.open(directory, accepting).close();
        assertRepaired(plan);
    }

    @Test
    void shouldStandInForTheFirstSegmentsAndTheLast() throws IOException {
        List<Path> files = segments();
        for (Path file : List.of(files.get(0), files.get(files.size() - 1))) {
            Files.delete(file);
            Files.delete(Path.of(file.toString().replace(".cq4", ".manifest")));
        }
        assertThatThrownBy(() -> Cairn.open(directory, OPTIONS).close()).isInstanceOf(DamagedLogException.class);
        RepairPlan plan = plan();
        apply(plan);
        assertRepaired(plan);
    }

    /** Behind a kill so many offsets are left out that a projection would wait for what is missing as for a long rest of the log. */
    @Test
    void shouldListWhatIsLeftWhereTheNewestSegmentIsMissing() throws IOException {
        zero(segments().get(1), 400_000, 4_096);
        Files.delete(directory.resolve("clean"));
        apply(plan());
        List<Path> files = segments();
        Files.delete(files.get(files.size() - 1));
        Files.deleteIfExists(directory.resolve("projection.db"));
        CairnOptions reading = TestDirectories.smallSegments().readOnly(true).build();
        try (Cairn cairn = Cairn.open(directory, reading)) {
            assertThat(cairn.tasks().list(TaskQuery.all()).tasks()).hasSize(Math.min(TASKS, TaskQuery.LIMIT_DEFAULT));
        }
    }

    @Test
    void shouldFinishARepairThatWasCutOff() throws IOException {
        zero(segments().get(1), 400_000, 4_096);
        RepairPlan plan = plan();
        LogDirectory log = new LogDirectory(directory);
        new RepairExecution(log, plan.installation(), 1).execute(plan);
        // Cut off before the log had the record of it: any opening goes on.
        assertRepaired(plan);
    }

    /** The checkpoint of before is what the values of the entities came from, and nothing is wrong with it. */
    @Test
    void shouldBeSoundBehindARepairThatNoCleanCloseFollowed() throws IOException {
        zero(segments().get(1), 400_000, 4_096);
        RepairPlan plan = plan();
        new RepairExecution(new LogDirectory(directory), plan.installation(), 1).execute(plan);
        assertThat(Verification.of(directory, true, Progress.NONE).findings())
                .as("before the opening that ends the repair")
                .filteredOn(finding -> finding.severity() == Verification.Severity.DAMAGE)
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("a repair gave up which has not ended"))
                .satisfies(finding -> assertThat(finding.affects()).contains("records of task"));
        Path killed = temporary.resolve("killed");
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(20));
            TestDirectories.copyAsIfKilled(directory, killed);
        }
        Verification verified = Verification.of(killed, true, Progress.NONE);
        assertThat(verified.findings())
                .allMatch(finding -> finding.severity() == Verification.Severity.NOTE)
                .anyMatch(finding -> finding.what().contains("entities as they were before records of them were lost"));
    }

    /** Killed when the log has the record of the repair, and before its journal is gone. */
    @Test
    void shouldRecordARepairOnce() throws IOException {
        zero(segments().get(1), 400_000, 4_096);
        RepairPlan plan = plan();
        new RepairExecution(new LogDirectory(directory), plan.installation(), 1).execute(plan);
        Path journal = directory.resolve("repair.done");
        Path kept = Files.copy(journal, temporary.resolve("kept"));
        List<String> first = recordsOfRepair();
        assertThat(journal).doesNotExist();

        Files.copy(kept, journal);
        assertThat(recordsOfRepair()).isEqualTo(first).contains("RecoveryPerformed");
        assertThat(journal).doesNotExist();
    }

    /** Nobody knows what it has to tell, and no record goes behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"repair.begun", "repair.done"})
    void shouldRefuseToWriteWhereAnAccountCannotBeRead(String name) throws IOException {
        Path journal = Files.writeString(directory.resolve(name), "junk");

        assertThatThrownBy(() -> Cairn.open(directory, OPTIONS))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("move the file away");

        Files.delete(journal);
        Cairn.open(directory, OPTIONS).close();
    }

    private List<String> recordsOfRepair() {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            return allRecords(cairn).stream()
                    .filter(record -> "cairn".equals(record.actor()))
                    .map(LogRecord::type)
                    .toList();
        }
    }
}
