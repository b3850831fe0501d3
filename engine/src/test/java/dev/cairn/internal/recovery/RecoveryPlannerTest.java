package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.HandmadeLog.checksum;
import static dev.cairn.internal.recovery.HandmadeLog.damage;
import static dev.cairn.internal.recovery.HandmadeLog.frame;
import static dev.cairn.internal.recovery.HandmadeLog.loseSector;
import static dev.cairn.internal.recovery.HandmadeLog.position;
import static dev.cairn.internal.recovery.HandmadeLog.tear;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.recovery.Evidence.CleanEnd;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.SegmentScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What opening decides about the logs that a stop, a crash or damage may leave. */
class RecoveryPlannerTest extends OpenedLog {
    @Test
    void shouldBeginAtOffset0WhereThereIsNothing() throws IOException {
        assertThat(plan(new Evidence(-1, -1, 0, 0, CleanEnd.NONE)))
                .isEqualTo(
                        new RecoveryPlan(true, false, List.of(), List.of(), List.of(), -1, 0, -1, UNFORCED, 1, 0, ""));
    }

    /** A watermark is written before the first record: where there is none, what told of the end is gone. */
    @Test
    void shouldNotKnowTheEndOfALogWithoutWatermarkUnlessItWasClosedThere() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        CleanEnd end = new CleanEnd(1, 10, checksum(file, 9));
        assertThat(plan(new Evidence(-1, -1, 0, 0, CleanEnd.NONE)).endUnknown()).isTrue();
        assertThat(plan(new Evidence(9, -1, 0, 0, CleanEnd.NONE)).endUnknown()).isTrue();
        assertThat(plan(new Evidence(-1, -1, 0, 0, end)).endUnknown()).isFalse();
        assertThat(plan(new Evidence(-1, -1, 1, 0, CleanEnd.NONE)).endUnknown()).isFalse();
    }

    @Test
    void shouldNotBeginAgainAtAnOffsetThatWasSeen() throws IOException {
        RecoveryPlan plan = plan(new Evidence(-1, 0, 1, 0, CleanEnd.NONE));
        assertThat(plan.clean()).isFalse();
        assertThat(plan.nextOffset()).isEqualTo(1 + UNFORCED + DOCUMENT);
    }

    @Test
    void shouldGoOnWhereACleanStopLeftTheLog() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        RecoveryPlan plan = plan(clean(1, 10, checksum(file, 9)));
        assertThat(plan)
                .isEqualTo(new RecoveryPlan(
                        true, false, List.of(), List.of(), List.of(), 9, checksum(file, 9), 9, UNFORCED, 2, 10, ""));
    }

    @Test
    void shouldSkipOffsetsThatACleanStopHadSkipped() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        RecoveryPlan plan = plan(clean(1, 5_000, checksum(file, 9)));
        assertThat(plan.clean()).isTrue();
        assertThat(plan.nextOffset()).isEqualTo(5_000);
    }

    @Test
    void shouldForgetTheLimitOfTheLastWriterAfterACleanStop() throws IOException {
        int checksum = checksum(log.sealed(0, 9), 9);
        RecoveryPlan plan = plan(new Evidence(9, -1, 1, 7_000, new CleanEnd(1, 10, checksum)));
        assertThat(plan.clean()).isTrue();
        assertThat(plan.unforcedRecordsMax()).isEqualTo(UNFORCED);
    }

    @Test
    void shouldNotCallAStopCleanThatLeftNoMarker() throws IOException {
        log.sealed(0, 9);
        assertUnclean(NOTHING);
    }

    @Test
    void shouldNotCallAStopCleanWhoseMarkerIsOfAnotherEnd() throws IOException {
        int checksum = checksum(log.sealed(0, 9), 9);
        assertUnclean(clean(1, 10, checksum + 1));
        assertUnclean(clean(2, 10, checksum));
        assertUnclean(clean(1, 9, checksum));
    }

    @Test
    void shouldNotCallAStopCleanWhenOffsetsBehindItWereSeen() throws IOException {
        int checksum = checksum(log.sealed(0, 9), 9);
        CleanEnd end = new CleanEnd(1, 13, checksum);
        assertThat(plan(new Evidence(9, 12, 1, 0, end)).clean()).isTrue();
        RecoveryPlan plan = plan(new Evidence(9, 13, 1, 0, end));
        assertThat(plan.clean()).isFalse();
        assertThat(plan.nextOffset()).isEqualTo(14 + UNFORCED + DOCUMENT);
    }

    @Test
    void shouldRefuseALogWithoutTheRecordsOfItsCleanEnd() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        assertRefused(
                clean(1, 12, 4_711),
                file.path(),
                position(10),
                10,
                "expected durable records up to offset 11, was the end of the log at offset 9");
    }

    private void assertUnclean(Evidence evidence) throws IOException {
        RecoveryPlan plan = plan(evidence);
        assertThat(plan.clean()).isFalse();
        assertThat(plan.lastOffset()).isEqualTo(9);
        assertThat(plan.nextOffset()).isEqualTo(10 + UNFORCED + DOCUMENT);
        assertThat(plan.unforcedRecordsMax()).isEqualTo(UNFORCED);
    }

    @Test
    void shouldSealWhatAKilledWriterLeft() throws IOException {
        NumberedFile file = log.segment(0, 9);
        RecoveryPlan plan = plan(durable(6));
        assertSeals(plan, file);
        assertThat(plan)
                .isEqualTo(new RecoveryPlan(
                        false,
                        false,
                        plan.seal(),
                        List.of(),
                        List.of(),
                        9,
                        checksum(file, 9),
                        6,
                        UNFORCED,
                        2,
                        10 + UNFORCED + DOCUMENT,
                        ""));
    }

    @Test
    void shouldNotCallAStopCleanThatLeftSomethingToSeal() throws IOException {
        int checksum = checksum(log.segment(0, 9), 9);
        assertThat(plan(clean(1, 10, checksum)).clean()).isFalse();
    }

    @Test
    void shouldCutATornEndAndSkipItsOffsets() throws IOException {
        NumberedFile file = log.segment(0, 9);
        tear(file, 9);
        RecoveryPlan plan = plan(durable(8));
        assertSeals(plan, file);
        assertThat(plan.lastOffset()).isEqualTo(8);
        assertThat(plan.lastChecksum()).isEqualTo(checksum(file, 8));
        assertThat(plan.nextOffset()).isEqualTo(10 + UNFORCED + DOCUMENT);
        assertThat(plan.cut()).isEqualTo("00000001.cq4 at byte " + position(9) + ": " + WITHOUT_WORD);
    }

    @Test
    void shouldRefuseToCutWhatWasDurable() throws IOException {
        NumberedFile file = log.segment(0, 9);
        tear(file, 9);
        assertRefused(
                durable(9),
                file.path(),
                position(9),
                9,
                "expected durable records up to offset 9, was 00000001.cq4 at byte " + position(9) + ": "
                        + WITHOUT_WORD);
    }

    @Test
    void shouldRefuseToCutWhatRecordsBehindTheHoleCallDurable() throws IOException {
        NumberedFile file = log.durable(4).segment(0, 9);
        loseSector(file, 4);
        assertRefused(
                NOTHING,
                file.path(),
                position(4),
                4,
                "expected durable records up to offset 4, was 00000001.cq4 at byte " + position(4)
                        + ": expected a document, was zeros up to a sector boundary");
    }

    @Test
    void shouldCutAHoleBehindWhichNothingWasDurable() throws IOException {
        NumberedFile file = log.durable(3).segment(0, 9);
        loseSector(file, 4);
        RecoveryPlan plan = plan(NOTHING);
        assertThat(plan.lastOffset()).isEqualTo(3);
        assertThat(plan.durable()).isEqualTo(3);
        assertThat(plan.nextOffset()).isEqualTo(10 + UNFORCED + DOCUMENT);
    }

    @Test
    void shouldRefuseALogThatEndsBeforeItsDurableOffset() throws IOException {
        NumberedFile file = log.segment(0, 9);
        assertThat(plan(durable(9)).lastOffset()).isEqualTo(9);
        assertRefused(
                durable(12),
                file.path(),
                position(10),
                10,
                "expected durable records up to offset 12, was the end of the log at offset 9");
    }

    @Test
    void shouldRefuseAnEmptyLogThatOnceHeldDurableRecords() {
        assertRefused(
                durable(5),
                log.directory.logDirectory(),
                0,
                0,
                "expected durable records up to offset 5, was the end of the log at offset -1");
    }

    @Test
    void shouldRefuseADamagedEnd() throws IOException {
        NumberedFile file = log.segment(0, 9);
        damage(file, 7);
        DamagedLogException refusal = refusal(NOTHING);
        assertThat(refusal.file()).isEqualTo(file.path());
        assertThat(refusal.position()).isEqualTo(frame(7));
        assertThat(refusal.offset()).isEqualTo(7);
        assertThat(refusal.what()).startsWith("frame 0: expected frame checksum");
    }

    @Test
    void shouldRefuseASegmentWithoutItsHeaderAtTheOffsetExpectedThere() throws IOException {
        log.sealed(0, 9);
        assertRefusedWithoutHeader(log.segment(10, 19), 10);
    }

    @Test
    void shouldExpectASegmentWithoutItsHeaderBehindThoseThatAreNotSealed() throws IOException {
        log.sealed(0, 9);
        log.segment(10, 19);
        assertRefusedWithoutHeader(log.segment(20, 29), 20);
    }

    private void assertRefusedWithoutHeader(NumberedFile file, long offset) throws IOException {
        HandmadeLog.corrupter(file).zero(HandmadeLog.START, 100);
        assertRefused(
                NOTHING,
                file.path(),
                HandmadeLog.START,
                offset,
                "expected a segment header, was none before the first record");
    }

    @Test
    void shouldSkipAllOffsetsThatTheLastWriterMayHaveHandedOut() throws IOException {
        log.segment(0, 9);
        RecoveryPlan plan = plan(new Evidence(-1, -1, 1, 5_000, CleanEnd.NONE));
        assertThat(plan.nextOffset()).isEqualTo(10 + 5_000 + DOCUMENT);
        assertThat(plan.unforcedRecordsMax()).isEqualTo(5_000);
        plan = plan(new Evidence(-1, -1, 1, 10, CleanEnd.NONE));
        assertThat(plan.nextOffset()).isEqualTo(10 + UNFORCED + DOCUMENT);
        assertThat(plan.unforcedRecordsMax()).isEqualTo(UNFORCED);
    }

    @Test
    void shouldBelieveAHighestOffsetAsFarAsAWriterCanHaveCome() throws IOException {
        log.segment(0, 9);
        long furthest = 9 + UNFORCED + DOCUMENT;
        for (long highest : new long[] {3, 500, furthest, furthest + 1, Long.MAX_VALUE}) {
            long believed = Math.min(furthest, Math.max(9, highest));
            assertThat(plan(new Evidence(-1, highest, 1, 0, CleanEnd.NONE)).nextOffset())
                    .as("highest %d", highest)
                    .isEqualTo(believed + 1 + UNFORCED + DOCUMENT);
        }
    }

    @Test
    void shouldBeginAnEpochBehindAllThatAreKnown() throws IOException {
        log.epoch(4).segment(0, 9);
        assertThat(plan(NOTHING).epoch()).isEqualTo(5);
        assertThat(plan(new Evidence(-1, -1, 7, 0, CleanEnd.NONE)).epoch()).isEqualTo(8);
        Files.createDirectories(log.directory.epochDirectory(9));
        assertThat(plan(new Evidence(-1, -1, 7, 0, CleanEnd.NONE)).epoch()).isEqualTo(10);
        Files.createDirectories(log.directory.epochDirectory(2));
        assertThat(plan(NOTHING).epoch()).isEqualTo(10);
    }

    @Test
    void shouldSealEachOpenSegmentOfAKilledWriter() throws IOException {
        log.sealed(0, 9);
        NumberedFile second = log.segment(10, 19);
        NumberedFile third = log.segment(20, 29);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan, second, third);
        assertThat(plan.durable()).isEqualTo(9);
        assertThat(plan.lastOffset()).isEqualTo(29);
    }

    @Test
    void shouldSetAsideANewestSegmentWithoutRecords() throws IOException {
        NumberedFile first = log.segment(0, 9);
        NumberedFile empty = log.segment(10, 9);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan, first);
        assertSetsAside(plan, empty);
        assertThat(plan.cut()).isEmpty();
    }

    @Test
    void shouldNotCallAStopCleanThatLeftSomethingToSetAside() throws IOException {
        int checksum = checksum(log.sealed(0, 9), 9);
        log.segment(10, 9);
        assertThat(plan(clean(1, 10, checksum)).clean()).isFalse();
    }

    @Test
    void shouldExpectWhatIsMissingInTheEmptySegment() throws IOException {
        log.sealed(0, 9);
        NumberedFile empty = log.segment(10, 9);
        assertRefused(
                durable(12),
                empty.path(),
                position(0),
                10,
                "expected durable records up to offset 12, was the end of the log at offset 9");
    }

    @Test
    void shouldCutASegmentWhoseFirstRecordIsTorn() throws IOException {
        log.sealed(0, 9);
        NumberedFile torn = log.segment(10, 10);
        tear(torn, 0);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan);
        assertSetsAside(plan, torn);
        assertThat(plan.lastOffset()).isEqualTo(9);
        assertThat(plan.cut()).isEqualTo("00000002.cq4 at byte " + position(0) + ": " + WITHOUT_WORD);
        assertThat(plan.nextOffset()).isEqualTo(11 + UNFORCED + DOCUMENT);
    }

    @Test
    void shouldCutBehindASegmentWhoseRecordsNeverReachedTheDisk() throws IOException {
        NumberedFile first = log.segment(0, 9);
        NumberedFile empty = log.segment(10, 9);
        NumberedFile behind = log.segment(10, 19);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan, first);
        assertSetsAside(plan, empty, behind);
        assertThat(plan.lastOffset()).isEqualTo(9);
        assertThat(plan.nextOffset()).isEqualTo(20 + UNFORCED + DOCUMENT);
        assertThat(plan.cut())
                .isEqualTo("00000002.cq4 at byte " + position(0) + ": its records never reached the disk");
    }

    @Test
    void shouldGoOnBehindAnEmptySegmentOfAnEarlierEpoch() throws IOException {
        NumberedFile first = log.segment(0, 9);
        NumberedFile empty = log.segment(10, 9);
        NumberedFile second = log.epoch(2).segment(500, 509);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan, first, second);
        assertSetsAside(plan, empty);
        assertThat(plan.lastOffset()).isEqualTo(509);
        assertThat(plan.cut()).isEmpty();
    }

    @Test
    void shouldCutWhereRecordsOfAnEpochAreMissing() throws IOException {
        NumberedFile first = log.segment(0, 9);
        NumberedFile behind = log.segment(12, 19);
        RecoveryPlan plan = plan(durable(9));
        assertSeals(plan, first);
        assertSetsAside(plan, behind);
        assertThat(plan.lastOffset()).isEqualTo(9);
        assertThat(plan.cut()).isEqualTo("00000002.cq4 at byte 0: records 10 to 11 never reached the disk");
        assertRefused(
                durable(10),
                behind.path(),
                0,
                10,
                "expected durable records up to offset 10, was 00000002.cq4 at byte 0:"
                        + " records 10 to 11 never reached the disk");
    }

    @Test
    void shouldKeepTheFirstReasonToCut() throws IOException {
        NumberedFile first = log.segment(0, 9);
        tear(first, 9);
        NumberedFile second = log.segment(10, 19);
        tear(second, 9);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan, first);
        assertSetsAside(plan, second);
        assertThat(plan.cut()).isEqualTo("00000001.cq4 at byte " + position(9) + ": " + WITHOUT_WORD);
        assertThat(plan.nextOffset()).isEqualTo(20 + UNFORCED + DOCUMENT);
    }

    @Test
    void shouldRefuseDamageBehindACutToo() throws IOException {
        NumberedFile first = log.segment(0, 9);
        tear(first, 9);
        NumberedFile second = log.segment(10, 19);
        damage(second, 3);
        DamagedLogException refusal = refusal(NOTHING);
        assertThat(refusal.file()).isEqualTo(second.path());
        assertThat(refusal.offset()).isEqualTo(13);
    }

    @Test
    void shouldSumUpForPeople() throws IOException {
        assertThat(plan(NOTHING).summary())
                .isEqualTo("clean stop; log ends at offset -1, durable up to -1; epoch 2 begins at offset 0");
        RecoveryPlan plan = new RecoveryPlan(
                false,
                false,
                List.of(new SegmentScanner(HandmadeLog.INSTALLATION).scan(log.segment(0, 9), 0)),
                List.of(Path.of("b")),
                List.of("c"),
                9,
                0,
                8,
                UNFORCED,
                2,
                100,
                "d");
        assertThat(plan.summary())
                .isEqualTo("unclean stop; log ends at offset 9, durable up to 8; epoch 2 begins at offset 100;"
                        + " segments to seal: 1; set aside: [b]; torn tail: d; damaged: [c]");
    }
}
