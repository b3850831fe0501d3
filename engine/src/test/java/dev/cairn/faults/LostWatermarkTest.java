package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.inspect.Verification.Severity;
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
    void shouldRefuseUntilTheEndThatIsThereIsAccepted() throws IOException {
        deleteEnd(killed, 3);
        DamagedLogException refusal = refusal(killed);
        assertThat(refusal)
                .hasMessageContaining("watermark at byte 0")
                .hasMessageContaining("expected a watermark beside the log, or the mark of a clean close, was neither")
                .hasMessageContaining("put the file back from a copy")
                .hasMessageContaining("cairn replay --apply")
                .hasMessageContaining("accept the data loss ");
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

    /** A whole segment of offsets, and an epoch, may have been given out behind what is left. */
    private void requireGoesOn(Cairn cairn, long end) {
        List<LogRecord> records = TripwireTest.readAll(cairn, 0);
        assertThat(records).filteredOn(record -> record.offset() < end).hasSize((int) end);
        assertThat(records)
                .filteredOn(record -> record.offset() >= end)
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.offset()).isGreaterThan(lastWritten))
                .allSatisfy(record -> assertThat(record.epoch()).isEqualTo(3))
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

    /** A part of the log is repaired; the opening behind it says what the whole lacks, and the repair of that ends it. */
    @Test
    void shouldLeaveTheEndToARepairOfTheWhole() throws IOException {
        deleteEnd(killed, 3);
        Recovery part = Recovery.plan(killed, 0, 50, Progress.NONE);
        assertThat(part.isDue()).isFalse();
        assertThat(part.endUnknown()).isFalse();
        Recovery.plan(killed, 0, Long.MAX_VALUE, Progress.NONE).apply(OPTIONS);
        Cairn.open(killed, OPTIONS).close();
    }
}
