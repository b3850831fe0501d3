package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.LogView;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.internal.disk.DiskFaults.Fault;
import dev.cairn.internal.disk.DiskFaults.On;
import dev.cairn.log.LogFilter;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A repair is cut off at each of its operations, those of the opening that writes its account among them. Whoever reads then is told
 * of the losses as before it began, and it can be finished, begun anew without its journal, or made needless by a good copy.
 */
class UnfinishedRepairTest {
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .segmentRecordsMax(60)
            .unforcedRecordsMax(10)
            .build();
    private static final int TASKS = 20;
    private static final int ROUNDS = 9;

    /** In the second segment: one of a task that goes on, and all there is of another. */
    private static final List<String> OLDER = List.of("\"mark-4-3\"", "\"only-once\"");

    /** The last of a task, and one of another, in the newest segment. */
    private static final List<String> NEWEST = List.of("\"mark-8-19\"", "\"mark-8-5\"");

    @TempDir
    static Path made;

    @TempDir
    Path temporary;

    private static Path whole;
    private static List<LogRecord> written;
    private static final Map<String, Task> TASKS_BEFORE = new HashMap<>();

    private Path damaged;
    private Recovery plan;
    private Seen before;

    /** What a reader is told: offsets that cannot be read, and tasks that lost records. */
    private record Seen(SortedSet<Long> missing, SortedSet<String> incomplete) {}

    @BeforeAll
    static void fill() {
        whole = made.resolve("whole");
        try (Cairn cairn = Cairn.open(whole, OPTIONS)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < TASKS; i++) {
                    String mark = "{\"mark\":\"mark-" + round + "-" + i + "\"}";
                    if (round == 0) {
                        cairn.tasks().create(NewTask.of("t" + i).metadata(mark));
                    } else {
                        cairn.tasks().patch("t" + i, TaskPatch.empty().metadata(mark));
                    }
                }
                if (round == 4) {
                    cairn.tasks().create(NewTask.of("once").metadata("{\"mark\":\"only-once\"}"));
                }
            }
            cairn.tasks().create(NewTask.of("last").metadata("{\"mark\":\"mark-last\"}"));
            cairn.sync();
            written = TripwireTest.readAll(cairn, 0);
            for (String id : ids()) {
                TASKS_BEFORE.put(id, cairn.tasks().get(id).orElseThrow());
            }
            cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(20));
        }
    }

    private static List<String> ids() {
        List<String> ids = new ArrayList<>(List.of("once", "last"));
        for (int i = 0; i < TASKS; i++) {
            ids.add("t" + i);
        }
        return ids;
    }

    @BeforeEach
    void damage() throws IOException {
        damaged = copy(whole, "damaged");
        for (String mark : concat(OLDER, NEWEST)) {
            TestDirectories.damageRecordWith(damaged, mark);
        }
        plan = plan(damaged);
        assertThat(plan.lostCount()).isEqualTo(4);
        before = seen(damaged, new TreeSet<>(List.of("once", "t3", "t5", "t19")));
        assertThat(before.missing).hasSize(4);
    }

    private static List<String> concat(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private Path copy(Path directory, String name) {
        return TestDirectories.copyAsIfKilled(directory, temporary.resolve(name));
    }

    private static Recovery plan(Path directory) {
        return Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
    }

    /** What is said of {@code directory}, once as many as are {@code expected} are marked. */
    private static Seen seen(Path directory, SortedSet<String> expected) {
        return seen(directory, expected, false);
    }

    private static Seen seen(Path directory, SortedSet<String> expected, boolean inBetween) {
        CairnOptions reading = TestDirectories.smallSegments().readOnly(true).build();
        try (Cairn cairn = Cairn.open(directory, reading)) {
            if (!expected.isEmpty()) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> incomplete(cairn, inBetween).containsAll(expected));
                assertThat(cairn.health().ready()).isTrue();
            }
            if (!inBetween) {
                assertThat(searched(directory)).as("searched for").isEqualTo(expected);
            }
            return new Seen(missing(cairn), incomplete(cairn, inBetween));
        }
    }

    private static SortedSet<String> incomplete(Cairn cairn, boolean inBetween) {
        SortedSet<String> incomplete = new TreeSet<>();
        for (String id : ids()) {
            if (cairn.tasks().get(id).orElseThrow().incomplete()) {
                incomplete.add(id);
            }
            requireHistory(cairn, id, inBetween);
        }
        return incomplete;
    }

    /** What is left of it, or the damage by name. */
    private static void requireHistory(Cairn cairn, String id, boolean inBetween) {
        try {
            assertThat(cairn.tasks().history(id)).as("history of %s", id).isNotNull();
        } catch (DamagedLogException e) {
            assertThat(e.offset()).as("%s", e).isPositive();
        } catch (GoneException e) {
            assertThat(inBetween).as("%s", e).isTrue();
        }
    }

    private static SortedSet<String> searched(Path directory) {
        SortedSet<String> incomplete = new TreeSet<>();
        LogView view = LogView.open(directory);
        for (String id : ids()) {
            if (view.tasks().get(id).orElseThrow().incomplete()) {
                incomplete.add(id);
            }
        }
        return incomplete;
    }

    private static SortedSet<Long> missing(Cairn cairn) {
        SortedSet<Long> missing = new TreeSet<>();
        for (LogRecord record : written) {
            try {
                List<LogRecord> read = cairn.log()
                        .read(record.offset(), record.offset() + 1, LogFilter.all(), 1)
                        .records();
                if (!read.equals(List.of(record))) {
                    missing.add(record.offset());
                }
            } catch (DamagedLogException | GoneException e) {
                missing.add(record.offset());
            }
        }
        return missing;
    }

    /** Whether the repair of {@code directory} was cut off before its {@code nth} operation on a file. */
    private static boolean isCutOff(Path directory, On on, int nth) {
        try (DiskFaults faults = DiskFaults.fail(directory, on, nth, true, Fault.EIO)) {
            try {
                plan(directory).apply(OPTIONS);
            } catch (CairnException e) {
                assertThat(faults.struck()).as("%s", e).isNotEmpty();
            }
            return faults.hasStruck();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MOVE", "FORCE"})
    void shouldTellOfTheSameLossesWhereverItIsCutOff(On on) throws IOException {
        for (int nth = 1; ; nth++) {
            Path cut = copy(damaged, "cut-" + nth);
            if (!isCutOff(cut, on, nth)) {
                assertThat(nth).as("operations").isGreaterThan(20);
                return;
            }
            try {
                requireSame(cut);
            } catch (Throwable e) {
                throw new AssertionError("cut off at " + nth + " with " + listing(cut) + ": " + e, e);
            }
            FaultRun.delete(cut);
        }
    }

    private static String listing(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList() + "";
        }
    }

    private void requireSame(Path cut) throws IOException {
        boolean isDue = plan(cut).isDue();
        Verification verified = Verification.of(cut, false, Progress.NONE);
        assertThat(verified.isSound())
                .as("verify, where a plan is due: %s", isDue)
                .isEqualTo(!isDue);
        // A segment that waits for its new manifest is read by the old one, and more of it seems damaged than is.
        boolean inBetween = verified.findings().stream()
                .anyMatch(finding -> finding.file().toString().endsWith(".manifest"));
        Seen seen = seen(cut, before.incomplete, inBetween);
        assertThat(seen.missing).containsAll(before.missing);
        assertThat(seen.incomplete).containsAll(before.incomplete);
        if (!inBetween) {
            assertThat(seen).as("read only").isEqualTo(before);
        }

        Path finished = copy(cut, "finished");
        requireRepaired(finished);
        FaultRun.delete(finished);

        Path begunAnew = copy(cut, "begun-anew");
        Files.deleteIfExists(begunAnew.resolve("repair.begun"));
        Files.deleteIfExists(begunAnew.resolve("repair.done"));
        boolean isInLog =
                verified.findings().stream().noneMatch(finding -> finding.severity() == Verification.Severity.DAMAGE);
        assertThat(plan(begunAnew).isDue()).isEqualTo(!isInLog);
        if (!isInLog) {
            assertThat(plan(begunAnew).lost()).isEqualTo(plan.lost());
            assertThatThrownBy(() -> Cairn.open(begunAnew, OPTIONS).close())
                    .isInstanceOf(DamagedLogException.class)
                    .hasMessageContaining(plan(begunAnew).id());
        }
        requireRepaired(begunAnew);
        FaultRun.delete(begunAnew);

        if (isDue) {
            Path putBack = copy(cut, "put-back");
            putBack(putBack);
            requireNothingLost(putBack);
            FaultRun.delete(putBack);
        }
    }

    private void requireRepaired(Path directory) {
        Recovery rest = plan(directory);
        if (rest.isDue()) {
            assertThat(rest.lost()).isEqualTo(plan.lost());
            assertThat(rest.tasks()).isEqualTo(plan.tasks());
            Recovery.Applied applied = rest.apply(OPTIONS);
            assertThat(applied.offset()).as("offset of the account").isPositive();
            for (String original :
                    List.of("00000002.cq4", "00000003.cq4", "00000004.cq4")) { // or .1, as this is a copy
                assertThat(applied.originals()).anyMatch(file -> file.toString().startsWith("quarantine/" + original));
            }
        }
        assertSound(directory);
        assertThat(seen(directory, before.incomplete)).as("repaired").isEqualTo(before);
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            assertThat(account(cairn)).contains("\"entities\":4");
            for (Range range : plan.lost()) {
                assertThat(account(cairn)).contains("[" + range.first() + "," + range.last() + "]");
            }
            for (String id : ids()) {
                Task task = cairn.tasks().get(id).orElseThrow();
                assertThat(task.metadata()).isEqualTo(TASKS_BEFORE.get(id).metadata());
                assertThat(task.version() > TASKS_BEFORE.get(id).version())
                        .as("%s has a version of its own", id)
                        .isEqualTo(before.incomplete.contains(id));
            }
        }
    }

    private static String account(Cairn cairn) {
        return TripwireTest.readAll(cairn, 0).stream()
                .filter(record -> record.type().equals("RecoveryPerformed"))
                .reduce((first, second) -> second)
                .orElseThrow()
                .payload();
    }

    private static void assertSound(Path directory) {
        assertThat(plan(directory).isDue()).as("due again").isFalse();
        assertThat(Verification.of(directory, true, Progress.NONE).findings())
                .allMatch(finding -> finding.severity() == Verification.Severity.NOTE);
    }

    private static void putBack(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(whole.resolve("log"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(whole.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void requireNothingLost(Path directory) {
        Recovery rest = plan(directory);
        assertThat(rest.lost()).isEmpty();
        assertThat(rest.tasks()).isEmpty();
        rest.apply(OPTIONS);
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            assertThat(missing(cairn)).isEmpty();
        }
        assertSound(directory);
    }

    /** A kill left the newest segment without its manifest, and of its records none is whole. */
    @ParameterizedTest
    @EnumSource(names = {"MOVE", "FORCE"})
    void shouldBeFinishedWhereNothingIsLeftOfTheNewestSegment(On on) throws IOException {
        Path killed = copy(whole, "killed");
        Files.delete(killed.resolve("log/0000000001/00000004.manifest"));
        Files.delete(killed.resolve("clean"));
        for (String mark : List.of("\"mark-8-18\"", "\"mark-8-19\"", "\"mark-last\"")) {
            TestDirectories.damageRecordWith(killed, mark);
        }
        plan = plan(killed);
        assertThat(plan.lostCount()).isEqualTo(3);
        for (int nth = 1; ; nth++) {
            Path cut = copy(killed, "cut-" + nth);
            boolean struck = isCutOff(cut, on, nth);
            try {
                Recovery rest = plan(cut);
                assertThat(Verification.of(cut, false, Progress.NONE).isSound()).isEqualTo(!rest.isDue());
                if (rest.isDue()) {
                    assertThat(rest.lost()).isEqualTo(plan.lost());
                    assertThat(rest.apply(OPTIONS).offset()).isPositive();
                }
                assertSound(cut);
                assertThat(searched(cut)).containsExactly("last", "t18", "t19");
            } catch (Throwable e) {
                throw new AssertionError("cut off at " + nth + " with " + listing(cut) + ": " + e, e);
            }
            FaultRun.delete(cut);
            if (!struck) {
                assertThat(nth).as("operations").isGreaterThan(10);
                return;
            }
        }
    }

    /** Its pages may be in the cache alone, as behind a kill, and the manifest would outlive them. */
    @Test
    void shouldForceASegmentBeforeItsManifestSaysThatItIsWhole() throws IOException {
        Path killed = copy(damaged, "killed");
        Path manifest = killed.resolve("log/0000000001/00000001.manifest");
        Files.delete(manifest);
        try (DiskFaults faults =
                DiskFaults.failEach(killed, On.FORCE, file -> file.endsWith("00000001.cq4"), Fault.EIO)) {
            assertThatThrownBy(() -> plan(killed).apply(OPTIONS)).isInstanceOf(CairnException.class);
            assertThat(faults.hasStruck()).isTrue();
        }
        assertThat(manifest).doesNotExist();
        assertThat(plan(killed).apply(OPTIONS).offset()).isPositive();
        assertThat(manifest).exists();
        assertSound(killed);
    }

    /** The opening ends it by itself then. */
    @Test
    void shouldSayNothingOfWhatWasPutBackBeforeTheOpening() throws IOException {
        Path done = copy(damaged, "done");
        try (DiskFaults faults =
                DiskFaults.failEach(done, On.ANY, file -> Files.exists(done.resolve("repair.done")), Fault.EIO)) {
            assertThatThrownBy(() -> plan(done).apply(OPTIONS)).isInstanceOf(CairnException.class);
            assertThat(faults.hasStruck()).isTrue();
        }
        Path half = copy(done, "half");

        putBack(done);
        try (Cairn cairn = Cairn.open(done, OPTIONS)) {
            assertThat(account(cairn)).contains("\"lost\":[]").contains("\"entities\":0");
            for (String id : ids()) {
                assertThat(cairn.tasks().get(id)).contains(TASKS_BEFORE.get(id));
            }
        }
        assertSound(done);

        String second = "log/0000000001/00000002.";
        for (String name : List.of(second + "cq4", second + "manifest")) {
            Files.copy(whole.resolve(name), half.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        try (Cairn cairn = Cairn.open(half, OPTIONS)) {
            assertThat(account(cairn)).contains("\"entities\":2").contains("\"t5\"", "\"t19\"");
            assertThat(incomplete(cairn, false)).containsExactly("t19", "t5");
        }
    }
}
