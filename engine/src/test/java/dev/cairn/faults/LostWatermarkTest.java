package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.internal.disk.DiskFaults.Fault;
import dev.cairn.internal.disk.DiskFaults.On;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.Watermark;
import dev.cairn.task.NewTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The watermark is gone, and perhaps the end of the log with it: after a stop that was not clean nothing tells, so a person has to
 * say that what is there is taken for all.
 */
class LostWatermarkTest {
    private static final CairnOptions OPTIONS = options().build();
    private static final int RECORDS_PER_SEGMENT = 40;

    @TempDir
    Path temporary;

    private Path closed;
    private Path killed;
    private long lastWritten;

    private static CairnOptions.Builder options() {
        return TestDirectories.smallSegments()
                .segmentRecordsMax(RECORDS_PER_SEGMENT)
                .unforcedRecordsMax(10)
                .projection(false);
    }

    @BeforeEach
    void fill() {
        closed = temporary.resolve("closed");
        killed = temporary.resolve("killed");
        try (Cairn cairn = Cairn.open(closed, OPTIONS)) {
            for (int i = 0; i < 100; i++) {
                lastWritten = cairn.tasks()
                        .create(NewTask.of("t-" + i), WriteOptions.defaults().withAck(Ack.DURABLE))
                        .offset();
            }
            TestDirectories.copyAsIfKilled(closed, killed);
        }
    }

    private static DamagedLogException refusal(Path directory) {
        return Objects.requireNonNull(
                catchThrowableOfType(
                        DamagedLogException.class,
                        () -> Cairn.open(directory, OPTIONS).close()),
                "expected a refusal, was an opening");
    }

    /** All that knows of the end, and the segments from {@code number} on. */
    private static void deleteEnd(Path directory, int number) throws IOException {
        for (String name : List.of("watermark", "control", "clean", "checkpoint")) {
            FaultRun.delete(directory.resolve(name));
        }
        try (Stream<Path> files = Files.list(directory.resolve("log/0000000001"))) {
            List<Path> newest = files.filter(file -> segmentNumber(file) >= number)
                    .sorted(Comparator.reverseOrder())
                    .toList();
            assertThat(newest).isNotEmpty();
            for (Path file : newest) {
                FaultRun.delete(file);
            }
        }
    }

    private static int segmentNumber(Path file) {
        String name = file.getFileName().toString();
        return Character.isDigit(name.charAt(0)) ? Integer.parseInt(name.substring(0, name.indexOf('.'))) : 0;
    }

    @Test
    void shouldRefuseWhereTheMarkOfACleanCloseIsOlderThanWhatAWriterHasTold() throws IOException {
        Path later = temporary.resolve("later");
        Path mark = temporary.resolve("clean");
        Files.copy(closed.resolve("clean"), mark);
        try (Cairn cairn = Cairn.open(closed, OPTIONS)) {
            cairn.tasks().create(NewTask.of("later"), WriteOptions.defaults().withAck(Ack.DURABLE));
            TestDirectories.copyAsIfKilled(closed, later);
        }
        TestDirectories.delete(later.resolve("log/0000000002"));
        Files.delete(later.resolve("watermark"));
        Files.copy(mark, later.resolve("clean"));
        assertThat(refusal(later)).hasMessageContaining("expected the watermark of the last opening");
        assertThat(Verification.of(later, false, Progress.NONE).isSound()).isFalse();
        Files.delete(later.resolve("control"));
        Cairn.open(later, OPTIONS).close(); // then the directory is that of the earlier close
    }

    @Test
    void shouldRefuseUntilTheEndThatIsThereIsAccepted() throws IOException {
        deleteEnd(killed, 3);
        DamagedLogException refusal = refusal(killed);
        assertThat(refusal)
                .hasMessageContaining("watermark at byte 0")
                .hasMessageContaining(
                        "expected the watermark of the last opening, or the mark of a clean close, was neither")
                .hasMessageContaining("look for a copy of the whole directory first")
                .hasMessageContaining("to take offset 79 for the end of the log, accept the data loss ");
        assertThat(refusal.offset()).isLessThan(lastWritten);
        String message = String.valueOf(refusal.getMessage());
        CairnOptions accepting = options()
                .acceptDataLoss(message.substring(message.length() - 8))
                .build();
        try (Cairn cairn = Cairn.open(killed, accepting)) {
            requireGoesOn(cairn, refusal.offset());
        }
        try (Cairn cairn = Cairn.open(killed, OPTIONS)) {
            assertThat(cairn.health().warnings()).isEmpty();
        }
    }

    /** Nobody knows how many offsets and epochs were given out behind what is left. */
    private void requireGoesOn(Cairn cairn, long end) {
        List<LogRecord> records = TripwireTest.readAll(cairn, 0);
        assertThat(records).filteredOn(record -> record.offset() < end).hasSize((int) end);
        assertThat(records)
                .filteredOn(record -> record.offset() >= end)
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.offset()).isGreaterThan(lastWritten))
                .allSatisfy(record -> assertThat(record.epoch()).isGreaterThan(1_000))
                .allSatisfy(record -> assertThat(record.offset()).isGreaterThan(1L << 32))
                .anySatisfy(record -> {
                    assertThat(record.type()).isEqualTo("RecoveryPerformed");
                    assertThat(record.payload()).contains("\"endUnknown\":true", "\"lost\":[]");
                });
        assertThat(cairn.tasks().get("t-0")).isPresent();
        assertThat(cairn.tasks().get("t-99")).isEmpty();
    }

    @Test
    void shouldBePlannedAndApplied() throws IOException {
        deleteEnd(killed, 3);
        Recovery plan = Recovery.plan(killed, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.isDue()).isTrue();
        assertThat(plan.endUnknown()).isTrue();
        assertThat(plan.lostCount()).isZero();
        assertThat(plan.choices())
                .anySatisfy(choice -> assertThat(choice.cost())
                        .contains("offset " + plan.lastOffset() + " is taken for the end of the log"));
        plan.apply(OPTIONS);
        assertThat(Recovery.plan(killed, 0, Long.MAX_VALUE, Progress.NONE).isDue())
                .isFalse();
        assertThat(Verification.of(killed, true, Progress.NONE).findings())
                .filteredOn(finding -> finding.severity() != Severity.NOTE)
                .isEmpty();
    }

    /** Where the log ends as a close left it, the watermark is made again and nobody need be asked. */
    @Test
    void shouldOpenWhatWasClosed() throws IOException {
        Files.delete(closed.resolve("watermark"));
        assertThat(Recovery.plan(closed, 0, Long.MAX_VALUE, Progress.NONE).isDue())
                .isFalse();
        try (Cairn cairn = Cairn.open(closed, OPTIONS)) {
            assertThat(cairn.tasks().get("t-99")).isPresent();
            assertThat(cairn.watermarks().epoch()).isEqualTo(2);
        }
    }

    /** What was closed in good order, and has since lost its last segment as well, ends elsewhere than it was closed. */
    @Test
    void shouldCountWhatTheMarkOfTheCloseKnows() throws IOException {
        Files.delete(closed.resolve("watermark"));
        FaultRun.delete(closed.resolve("checkpoint"));
        byte[] mark = Files.readAllBytes(closed.resolve("clean"));
        deleteEnd(closed, 3);
        Files.write(closed.resolve("clean"), mark);
        Recovery plan = Recovery.plan(closed, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.lost()).isNotEmpty();
        assertThat(plan.endUnknown()).as("the mark knows it").isFalse();
        assertThat(plan.lastOffset()).isGreaterThanOrEqualTo(lastWritten);
        plan.apply(OPTIONS);
        Cairn.open(closed, OPTIONS).close();
    }

    /** Neither slot can be read: the same as none. */
    @Test
    void shouldRefuseAWatermarkOfWhichNothingCanBeRead() throws IOException {
        Files.delete(killed.resolve("control"));
        Files.write(killed.resolve("watermark"), new byte[4_096]);
        assertThat(refusal(killed)).hasMessageContaining("nothing tells whether durable records followed offset");
        Recovery.plan(killed, 0, Long.MAX_VALUE, Progress.NONE).apply(OPTIONS);
        assertThat(killed.resolve("quarantine/watermark")).hasSize(4_096);
        Cairn.open(killed, OPTIONS).close();
    }

    @Test
    void shouldAcceptOneEndAndNoOther() throws IOException {
        Path shorter = temporary.resolve("shorter");
        TestDirectories.copyAsIfKilled(killed, shorter);
        deleteEnd(killed, 3);
        deleteEnd(shorter, 2);
        String message = String.valueOf(refusal(killed).getMessage());
        CairnOptions accepting = options()
                .acceptDataLoss(message.substring(message.length() - 8))
                .build();
        assertThat(catchThrowableOfType(
                        DamagedLogException.class,
                        () -> Cairn.open(shorter, accepting).close()))
                .hasMessageContaining("was neither");
    }

    @Test
    void shouldBeToldToReadersAndByVerification() throws IOException {
        deleteEnd(killed, 3);
        try (Cairn cairn = Cairn.open(killed, options().readOnly(true).build())) {
            assertThat(cairn.health().warnings().toString()).contains("nothing tells whether durable records followed");
            assertThat(cairn.tasks().get("t-0")).isPresent();
        }
        assertThat(Verification.of(killed, false, Progress.NONE).findings())
                .filteredOn(finding -> finding.severity() == Severity.DAMAGE)
                .singleElement()
                .satisfies(finding -> assertThat(finding.file()).isEqualTo(Path.of("watermark")));
    }

    /** Of the opening before: everything that the last one wrote may be gone but the records that are left. */
    @Test
    void shouldRefuseTheWatermarkOfAnEarlierOpening() throws IOException {
        byte[] older = Files.readAllBytes(closed.resolve("watermark"));
        Path again = temporary.resolve("again");
        try (Cairn cairn = Cairn.open(closed, OPTIONS)) {
            for (int i = 0; i < 100; i++) {
                cairn.tasks()
                        .create(NewTask.of("u-" + i), WriteOptions.defaults().withAck(Ack.DURABLE));
            }
            TestDirectories.copyAsIfKilled(closed, again);
        }
        for (String name : List.of("control", "clean", "checkpoint")) {
            FaultRun.delete(again.resolve(name));
        }
        assertThat(Recovery.plan(again, 0, Long.MAX_VALUE, Progress.NONE).isDue())
                .as("its own watermark")
                .isFalse();
        Files.write(again.resolve("watermark"), older);
        assertThat(refusal(again)).hasMessageContaining("nothing tells whether durable records followed offset");
        Recovery.plan(again, 0, Long.MAX_VALUE, Progress.NONE).apply(OPTIONS);
        Cairn.open(again, OPTIONS).close();
    }

    /** What a repair changes has nothing to do with what tells of the end. */
    @Test
    void shouldStillKnowTheEndBehindARepairOfAPart() throws IOException {
        Files.delete(closed.resolve("watermark"));
        TestDirectories.damageRecordWith(closed, "t-7");
        Recovery part = Recovery.plan(closed, 0, 30, Progress.NONE);
        assertThat(part.lostCount()).isOne();
        part.apply(OPTIONS);
        Cairn.open(closed, OPTIONS).close();
    }

    /** Looking at the end alone is looking at the end. */
    @Test
    void shouldBeSeenByAPlanOfTheLastRecords() throws IOException {
        deleteEnd(killed, 3);
        assertThat(Recovery.plan(killed, 0, 50, Progress.NONE).isDue())
                .as("without the end")
                .isFalse();
        Recovery last = Recovery.plan(killed, 60, Long.MAX_VALUE, Progress.NONE);
        assertThat(last.endUnknown()).isTrue();
        last.apply(OPTIONS);
        Cairn.open(killed, OPTIONS).close();
    }

    /** The id that a person accepted holds until the repair is done, and there is one account of it. */
    @Test
    void shouldBeTheSameRepairWhereverItIsCutOff() throws IOException {
        deleteEnd(killed, 3);
        TestDirectories.damageRecordWith(killed, "t-7");
        Recovery plan = Recovery.plan(killed, 0, Long.MAX_VALUE, Progress.NONE);
        Path cut = temporary.resolve("cut");
        boolean struck = true;
        for (int nth = 1; struck; nth += nth < 50 ? 1 : 11) {
            FaultRun.delete(cut);
            TestDirectories.copyAsIfKilled(killed, cut);
            struck = applyCutOff(cut, nth);
            Recovery rest = Recovery.plan(cut, 0, Long.MAX_VALUE, Progress.NONE);
            if (rest.isDue()) {
                assertThat(rest.id()).as("cut off at %s", nth).isEqualTo(plan.id());
                rest.apply(OPTIONS);
            }
            try (Cairn cairn = Cairn.open(cut, OPTIONS)) {
                assertThat(TripwireTest.readAll(cairn, 0))
                        .as("cut off at %s", nth)
                        .filteredOn(record -> record.type().equals("RecoveryPerformed"))
                        .singleElement()
                        .satisfies(record -> assertThat(record.payload()).contains("\"endUnknown\":true"));
            }
        }
    }

    private static boolean applyCutOff(Path directory, int nth) throws IOException {
        try (DiskFaults faults = DiskFaults.fail(directory, On.ANY, nth, true, Fault.EIO)) {
            Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE).apply(OPTIONS);
            return faults.hasStruck();
        } catch (CairnException e) {
            return true;
        }
    }

    /** So that no loss is likely to be larger. */
    @Test
    void shouldKeepOffsetsAndEpochsFree() throws IOException {
        deleteEnd(killed, 3);
        Recovery plan = Recovery.plan(killed, 0, Long.MAX_VALUE, Progress.NONE);
        plan.apply(OPTIONS);
        LogDirectory directory = new LogDirectory(killed);
        Watermark.Mark mark = Objects.requireNonNull(Watermark.read(directory, plan.identity()));
        assertThat(mark.epoch()).isGreaterThan(1_000);
        try (Cairn cairn = Cairn.open(killed, OPTIONS)) {
            assertThat(cairn.watermarks().endOffset()).isGreaterThan(1L << 32);
        }
    }
}
