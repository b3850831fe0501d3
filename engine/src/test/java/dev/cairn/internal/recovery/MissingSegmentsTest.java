package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.HandmadeLog.corrupter;
import static dev.cairn.internal.recovery.HandmadeLog.damage;
import static dev.cairn.internal.recovery.HandmadeLog.loseFrom;
import static dev.cairn.internal.recovery.HandmadeLog.position;
import static dev.cairn.internal.recovery.HandmadeLog.tear;
import static dev.cairn.internal.recovery.HandmadeLog.unseal;
import static dev.cairn.internal.recovery.RepairPlans.range;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.recovery.Evidence.CleanEnd;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a repair would do where whole segments are missing, lie in the place of others, or hold nothing. */
class MissingSegmentsTest extends PlannedLog {
    @Test
    void shouldMakeASegmentForOneWhoseFileIsMissing() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.sealed(10, 19);
        log.sealed(20, 29);
        Files.delete(file.path());
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 MISSING 10-19, lost 10-19", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "2 of epoch 1 from 10 without 10-19, of nothing");
        assertThat(plan.repairs().get(0).file()).isEqualTo(file.path());
    }

    @Test
    void shouldMakeASegmentForASingleRecordWhoseFileIsMissing() throws IOException {
        NumberedFile file = log.sealed(0, 0);
        log.sealed(1, 9);
        Files.delete(file.path());
        assertRepairs(plan(), "1 of epoch 1 from 0 without 0, of nothing");
    }

    @Test
    void shouldMakeASegmentForAnEmptyOneWhoseFileIsMissing() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.sealed(10, 9);
        log.skipNumber().sealed(20, 29);
        Files.delete(file.path());
        RepairPlan plan = plan();
        assertFound(
                plan,
                "1 WHOLE 0-9, 10 records",
                "2 MISSING",
                "3 MISSING 10-19, lost 10-19",
                "4 WHOLE 20-29, 10 records");
        assertRepairs(
                plan, "2 of epoch 1 from 10 without, of nothing", "3 of epoch 1 from 10 without 10-19, of nothing");
    }

    @Test
    void shouldMakeOneSegmentForSeveralThatAreMissingWithTheirManifests() throws IOException {
        log.sealed(0, 9);
        log.skipNumber().skipNumber().epoch(2).sealed(40, 49);
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "3 MISSING 10-39, lost 10-39", "4 WHOLE 40-49, 10 records");
        assertRepairs(plan, "3 of epoch 2 from 10 without 10-39, of nothing");
        assertThat(plan.repairs().get(0).file())
                .isEqualTo(log.directory.segmentFile(2, 3).path());
    }

    @Test
    void shouldNotMissNumbersThatHeldNoOffset() throws IOException {
        log.sealed(0, 9);
        log.skipNumber().skipNumber().sealed(10, 19);
        assertRepairs(plan());
    }

    @Test
    void shouldMakeASegmentForThoseThatAreMissingAtTheBeginning() throws IOException {
        log.skipNumber().skipNumber().sealed(20, 29);
        RepairPlan plan = plan();
        assertFound(plan, "2 MISSING 0-19, lost 0-19", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "2 of epoch 1 from 0 without 0-19, of nothing");
    }

    @Test
    void shouldMakeASegmentForAFirstOneThatHeldNothing() throws IOException {
        log.skipNumber().sealed(0, 9);
        RepairPlan plan = plan();
        assertFound(plan, "1 MISSING", "2 WHOLE 0-9, 10 records");
        assertRepairs(plan, "1 of epoch 1 from 0 without, of nothing");
    }

    @Test
    void shouldNotMissANumberWhereNoOffsetIsMissing() throws IOException {
        log.sealed(0, 9);
        log.skipNumber().sealed(10, 19);
        assertRepairs(plan());
    }

    @Test
    void shouldNotMissOffsetsBetweenTwoEpochs() throws IOException {
        log.sealed(0, 9);
        log.epoch(2).sealed(500, 509);
        assertFound(plan(), "1 WHOLE 0-9, 10 records", "2 WHOLE 500-509, 10 records");
    }

    @Test
    void shouldReplaceAFileThatBelongsElsewhere() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        Files.copy(first.path(), second.path(), REPLACE_EXISTING);
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 ANOTHER 10-19, lost 10-19", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "2 of epoch 1 from 10 without 10-19, of nothing");
    }

    @Test
    void shouldTakeOverTheRecordsOfASegmentWithoutHeaderAndManifest() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.segment(10, 19);
        corrupter(file).zero(0, position(0));
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 DAMAGED 10-19, 10 records");
        assertRepairs(plan, "2 of epoch 1 from 10 without");
    }

    @Test
    void shouldLoseOnlyTheRecordsThatWereHitWithTheHeader() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.segment(10, 19);
        corrupter(file).zero(0, position(2));
        log.skipNumber();
        assertFound(plan(), "1 WHOLE 0-9, 10 records", "2 TORN");
        RepairPlan plan = plan(durable(15));
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 DAMAGED 10-19, 8 records, lost 10-11");
        assertRepairs(plan, "2 of epoch 1 from 10 without 10-11");
    }

    @Test
    void shouldTakeOverTheRecordsOfASegmentWithoutHeaderAndManifestBeforeAnother() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.sealed(10, 19);
        unseal(file);
        corrupter(file).zero(0, position(1));
        log.sealed(20, 29);
        RepairPlan plan = plan();
        assertFound(
                plan, "1 WHOLE 0-9, 10 records", "2 DAMAGED 10-19, 9 records, lost 10", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "2 of epoch 1 from 10 without 10");
    }

    /** What lies between the end of the epoch before and its first record was never used, and is not lost. */
    @Test
    void shouldTakeOverTheBeginningOfAnEpochWithoutHeaderAndManifest() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.epoch(2).opens(9).segment(500, 509);
        corrupter(file).zero(0, position(0));
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 DAMAGED 500-509, 10 records");
        assertRepairs(plan, "2 of epoch 2 from 500 without");
    }

    /** Its first record says that the epoch before went on behind what is left of it. */
    @Test
    void shouldLoseTheEndOfTheEpochBeforeOneWithoutHeaderAndManifest() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.epoch(2).opens(14).segment(500, 509);
        corrupter(file).zero(0, position(0));
        RepairPlan plan = plan();
        assertThat(plan.lost()).contains(range(10, 499));
        assertThat(plan.records()).isEqualTo(20);
    }

    /** Offsets that its opening left out lie between: the segment that stands for what is missing is none of that epoch. */
    @Test
    void shouldMakeWhatIsMissingAtTheEndOfAnEpochASegmentOfThatEpoch() throws IOException {
        log.sealed(0, 9);
        Path gone = log.sealed(10, 19).path();
        log.epoch(2).opens(19).sealed(500, 509);
        Files.delete(gone);
        Files.delete(LogDirectory.manifestFile(gone));
        assertRepairs(plan(), "2 of epoch 1 from 10 without 10-19, of nothing");
    }

    /** One stands for all of them, right before the next: behind it offsets are left out, and no number may be. */
    @Test
    void shouldMakeOneSegmentOfSeveralThatAreMissingAtTheEndOfAnEpoch() throws IOException {
        log.sealed(0, 9);
        List<Path> gone = List.of(log.sealed(10, 19).path(), log.sealed(20, 29).path());
        log.epoch(2).opens(29).sealed(500, 509);
        for (Path file : gone) {
            Files.delete(file);
            Files.delete(LogDirectory.manifestFile(file));
        }
        assertRepairs(plan(), "3 of epoch 1 from 10 without 10-29, of nothing");
    }

    /** So it is where all of an epoch is gone, and where the log begins behind what is gone. */
    @Test
    void shouldMakeAWholeEpochThatIsMissingASegmentOfItsOwn() throws IOException {
        Path first = log.sealed(0, 9).path();
        Path gone = log.epoch(2).opens(9).sealed(300, 309).path();
        log.epoch(3).opens(309).sealed(500, 509);
        Files.delete(gone);
        Files.delete(LogDirectory.manifestFile(gone));
        assertRepairs(plan(), "2 of epoch 2 from 10 without 10-309, of nothing");
        Files.delete(first);
        Files.delete(LogDirectory.manifestFile(first));
        assertRepairs(plan(), "2 of epoch 2 from 0 without 0-309, of nothing");
    }

    /** A segment that lost its manifest and its tail looks torn; the epoch behind it says that there was more. */
    @Test
    void shouldLoseTheTailOfAnEpochsLastSegmentThatLostItsManifest() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        unseal(file);
        loseFrom(file, 7);
        log.epoch(2).opens(9).sealed(500, 509);
        RepairPlan plan = plan();
        assertFound(plan, "1 DAMAGED 0-9, 7 records, lost 7-9", "2 WHOLE 500-509, 10 records");
        assertRepairs(plan, "1 of epoch 1 from 0 without 7-9");
    }

    /** What a crash had torn off before the next epoch began was not in the log then either. */
    @Test
    void shouldLoseNothingBehindTheEndThatTheNextEpochStates() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        unseal(file);
        loseFrom(file, 7);
        log.epoch(2).opens(6).sealed(500, 509);
        RepairPlan plan = plan();
        assertThat(plan.lost()).isEmpty();
        assertRepairs(plan);
    }

    /** Nor a whole frame in a document that was torn off. */
    @Test
    void shouldLoseNothingOfADocumentThatTheNextEpochSaysWasCutOff() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        unseal(file);
        tear(file, 9);
        log.epoch(2).opens(8).sealed(500, 509);
        RepairPlan plan = plan();
        assertThat(plan.lost()).isEmpty();
        assertRepairs(plan);
    }

    /** The records behind the header count as any others: they tell how far the log was durable. */
    @Test
    void shouldAccountForWhatASegmentWithoutHeaderHolds() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.durable(25).segment(10, 19);
        corrupter(file).zero(0, position(1));
        RepairPlan plan = plan();
        assertThat(plan.lost()).containsExactly(range(10, 10), range(20, 25));
        assertThat(plan.durable()).isEqualTo(25);
        assertThat(plan.records()).isEqualTo(19);
    }

    /** Records of another epoch than that of its name do not belong there. */
    @Test
    void shouldReplaceAFileWithoutHeaderThatHoldsRecordsOfAnotherEpoch() throws IOException {
        log.sealed(0, 9);
        NumberedFile other = log.epoch(2).segment(10, 19);
        corrupter(other).zero(0, position(0));
        Path place = log.directory.segmentFile(3, 2).path();
        Files.createDirectories(place.getParent());
        Files.move(other.path(), place);
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 ANOTHER 10-19, lost 10-19");
    }

    @Test
    void shouldTakeOverTheSingleRecordOfASegmentWithoutHeaderAndManifest() throws IOException {
        corrupter(log.segment(0, 0)).zero(0, position(0));
        RepairPlan plan = plan();
        assertFound(plan, "1 DAMAGED 0, 1 records");
        assertRepairs(plan, "1 of epoch 1 from 0 without");
    }

    @Test
    void shouldReplaceASegmentOfAnotherLogThatTellsNothing() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.segment(10, 19);
        Files.copy(log.directory.segmentFile(1, 1).path(), file.path(), REPLACE_EXISTING);
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 ANOTHER");
        assertRepairs(plan, "2 of epoch 1 from 10 without, of nothing");
    }

    /** Neither the file nor its manifest tells what was there: what follows does. */
    @Test
    void shouldLoseUpToTheNextSegmentWhatAFileOfElsewhereHeld() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        unseal(second);
        Files.copy(first.path(), second.path(), REPLACE_EXISTING);
        log.sealed(20, 29);
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 ANOTHER 10-19, lost 10-19", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "2 of epoch 1 from 10 without 10-19, of nothing");
    }

    @Test
    void shouldLoseUpToTheNextEpochWhatAFileOfElsewhereHeld() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        unseal(second);
        Files.copy(first.path(), second.path(), REPLACE_EXISTING);
        log.epoch(2).sealed(20, 29);
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 ANOTHER 10-19, lost 10-19", "3 WHOLE 20-29, 10 records");
    }

    /** Between two epochs offsets are skipped that nobody was given; the first record of an epoch says where the log ended. */
    @Test
    void shouldLoseUpToTheEndThatTheNextEpochStates() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        unseal(second);
        Files.copy(first.path(), second.path(), REPLACE_EXISTING);
        log.epoch(2).opens(19).sealed(500, 509);
        assertFound(plan(), "1 WHOLE 0-9, 10 records", "2 ANOTHER 10-19, lost 10-19", "3 WHOLE 500-509, 10 records");
    }

    @Test
    void shouldLoseTheSingleRecordThatAFileOfElsewhereHeld() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 10);
        unseal(second);
        Files.copy(first.path(), second.path(), REPLACE_EXISTING);
        log.sealed(11, 19);
        assertFound(plan(), "1 WHOLE 0-9, 10 records", "2 ANOTHER 10, lost 10", "3 WHOLE 11-19, 9 records");
    }

    /** It may be the only one that is left of several. */
    @Test
    void shouldTakeOverTheSingleRecordOfASegmentWithoutHeaderBeyondAll() throws IOException {
        corrupter(log.skipNumber().skipNumber().segment(0, 0)).zero(0, position(0));
        assertRepairs(plan(), "3 of epoch 1 from 0 without");
    }

    /** In the place that its name says, and not in that of the epoch behind it. */
    @Test
    void shouldReplaceAFileInWhichNothingIsLeftWhereItLies() throws IOException {
        log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        unseal(second);
        corrupter(second).zero(0, position(10));
        log.epoch(2).sealed(20, 29);
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 ANOTHER 10-19, lost 10-19", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "2 of epoch 1 from 10 without 10-19, of nothing");
        assertThat(plan.repairs().get(0).file()).isEqualTo(second.path());
    }

    @Test
    void shouldLeaveEmptyFilesToTheOpening() throws IOException {
        log.sealed(0, 9);
        NumberedFile among = log.segment(10, 9);
        log.sealed(10, 19);
        NumberedFile last = log.segment(20, 19);
        loseFrom(among, 0);
        corrupter(among).zero(0, position(0));
        corrupter(last).zero(0, position(0));
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 ANOTHER", "3 WHOLE 10-19, 10 records", "4 TORN");
        assertRepairs(plan);
    }

    @Test
    void shouldAddWhatIsMissingAtTheEndToTheLastSegment() throws IOException {
        log.sealed(0, 9);
        log.sealed(10, 19);
        assertRepairs(plan(durable(19)));
        RepairPlan plan = plan(durable(22));
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 DAMAGED 10-22, 10 records, lost 20-22");
        assertRepairs(plan, "2 of epoch 1 from 10 without 20-22");
        assertThat(plan.durable()).isEqualTo(22);
    }

    @Test
    void shouldRepairTheLastSegmentOnceWhereMoreThanItsEndIsLost() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile last = log.sealed(10, 19);
        damage(first, 3);
        damage(last, 4);
        RepairPlan plan = plan(durable(22));
        assertFound(plan, "1 DAMAGED 0-9, 9 records, lost 3", "2 DAMAGED 10-22, 9 records, lost 14 20-22");
        assertRepairs(plan, "1 of epoch 1 from 0 without 3", "2 of epoch 1 from 10 without 14 20-22");
    }

    @Test
    void shouldAddWhatIsMissingAtTheEndToASegmentThatIsMissing() throws IOException {
        log.sealed(0, 9);
        NumberedFile missing = log.sealed(10, 19);
        Files.delete(missing.path());
        RepairPlan plan = plan(durable(22));
        assertThat(plan.lost()).containsExactly(range(10, 22));
        assertThat(plan.segments().get(1).verdict()).isEqualTo(RepairPlan.Verdict.MISSING);
        assertRepairs(plan, "2 of epoch 1 from 10 without 10-19 20-22, of nothing");
    }

    @Test
    void shouldAddWhatIsMissingAtTheEndToAnEmptySegment() throws IOException {
        log.sealed(0, 9);
        log.segment(10, 9);
        RepairPlan plan = plan(durable(12));
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 DAMAGED 10-12, lost 10-12");
        assertRepairs(plan, "2 of epoch 1 from 10 without 10-12");
    }

    /** Offsets that an opening left out before it was closed without a record are not lost. */
    @Test
    void shouldLoseNoMoreThanTheRecordsThatTheMarkOfACloseKnows() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        damage(file, 9);
        CleanEnd end = new CleanEnd(1, 5_000, HandmadeLog.checksum(file, 9), 9);
        assertThat(plan(new Evidence(-1, -1, 1, 0, end)).lost()).containsExactly(range(9, 9));
    }

    @Test
    void shouldMakeALogOfWhatIsMissingWhereAllIs() throws IOException {
        RepairPlan plan = plan(new Evidence(4, -1, 3, 0, CleanEnd.NONE));
        assertFound(plan, "1 MISSING 0-4, lost 0-4");
        assertRepairs(plan, "1 of epoch 3 from 0 without 0-4, of nothing");
        assertRepairs(plan(durable(4)), "1 of epoch " + EPOCHS + " from 0 without 0-4, of nothing");
    }

    @Test
    void shouldMissWhatTheMarkerOfACleanStopProves() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        CleanEnd end = new CleanEnd(1, 10, HandmadeLog.checksum(file, 9));
        assertFound(plan(new Evidence(-1, -1, 1, 0, end)), "1 WHOLE 0-9, 10 records");
        CleanEnd another = new CleanEnd(1, 12, 4_711);
        assertFound(plan(new Evidence(-1, -1, 1, 0, another)), "1 DAMAGED 0-11, 10 records, lost 10-11");
    }

    @Test
    void shouldMissWhatTheMarkerProvesWhereNothingIsLeft() throws IOException {
        RepairPlan plan = plan(new Evidence(-1, -1, 1, 0, new CleanEnd(1, 3, 4_711)));
        assertFound(plan, "1 MISSING 0-2, lost 0-2");
    }

    /** The segments behind were begun and sealed after the plan had listed what there is. */
    @Test
    void shouldNotMissWhatAWriterClosedWithMeanwhile() throws IOException {
        log.sealed(0, 9);
        Evidence closed = new Evidence(29, 29, 1, 0, new CleanEnd(1, 30, 4_711));
        RepairPlan plan = plan(closed, new RepairScope(0, Long.MAX_VALUE, 9));
        assertFound(plan, "1 WHOLE 0-9, 10 records");
        assertThat(plan.isDue()).isFalse();
    }

    @Test
    void shouldNotHoldTheMarkerAgainstAnEndThatWasNotLookedAt() throws IOException {
        log.sealed(0, 0);
        log.sealed(1, 9);
        RepairPlan plan = plan(new Evidence(-1, -1, 1, 0, new CleanEnd(1, 30, 4_711)), new RepairScope(0, 1));
        assertFound(plan, "1 WHOLE 0, 1 records", "2 SKIPPED 1-9");
        assertThat(plan.durable()).isEqualTo(9);
    }
}
