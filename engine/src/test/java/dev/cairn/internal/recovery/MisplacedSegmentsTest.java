package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.HandmadeLog.corrupter;
import static dev.cairn.internal.recovery.HandmadeLog.damage;
import static dev.cairn.internal.recovery.HandmadeLog.loseEndOf;
import static dev.cairn.internal.recovery.HandmadeLog.position;
import static dev.cairn.internal.recovery.HandmadeLog.unseal;
import static dev.cairn.internal.recovery.RepairPlans.range;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.recovery.RepairPlan.Put;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a repair would do with segments that lie in the places of others. */
class MisplacedSegmentsTest extends PlannedLog {
    /** Each file takes the name of the next, the last that of the first. */
    static void rotate(NumberedFile... files) throws IOException {
        Path held = files[0].path().resolveSibling("held");
        Files.move(files[files.length - 1].path(), held);
        for (int i = files.length - 2; i >= 0; i--) {
            Files.move(files[i].path(), files[i + 1].path());
        }
        Files.move(held, files[0].path());
    }

    @Test
    void shouldPutTwoSegmentsBackThatWereExchanged() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        rotate(first, second);
        RepairPlan plan = plan();
        assertFound(plan, "1 MISPLACED 0-9, 10 records", "2 MISPLACED 10-19, 10 records", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "1 of epoch 1 as it is at 00000002.cq4", "2 of epoch 1 as it is at 00000001.cq4");
        assertThat(plan.repairs()).hasOnlyElementsOfType(Put.class);
        assertThat(plan.repairs().get(0).file()).isEqualTo(first.path());
        assertThat(plan.repairs().get(0).source()).isEqualTo(second.path());
        assertThat(plan.segments().get(0).file()).isEqualTo(first.path());
        assertThat(plan.segments().get(0).liesAt()).isEqualTo(second.path());
        assertThat(plan.segments().get(2).liesAt())
                .isEqualTo(plan.segments().get(2).file());
        assertThat(plan.isDue()).isTrue();
        assertThat(plan.entities()).isEmpty();
        assertThat(plan.records()).isEqualTo(30);
        assertThat(plan.durable()).isEqualTo(29);
    }

    @Test
    void shouldPutThreeSegmentsOfTwoEpochsBack() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        NumberedFile third = log.epoch(2).sealed(500, 509);
        rotate(first, second, third);
        RepairPlan plan = plan();
        assertFound(
                plan,
                "1 MISPLACED 0-9, 10 records",
                "2 MISPLACED 10-19, 10 records",
                "3 MISPLACED 500-509, 10 records");
        assertRepairs(
                plan,
                "1 of epoch 1 as it is at 00000002.cq4",
                "2 of epoch 1 as it is at 00000003.cq4",
                "3 of epoch 2 as it is at 00000001.cq4");
        assertThat(plan.repairs().get(2).file()).isEqualTo(third.path());
        assertThat(plan.segments().get(2).epoch()).isEqualTo(2);
    }

    @Test
    void shouldPutTheNewestSegmentBackWhichIsNotSealed() throws IOException {
        NumberedFile sealed = log.sealed(0, 9);
        log.sealed(10, 19);
        NumberedFile newest = log.durable(25).segment(20, 29);
        rotate(sealed, newest);
        RepairPlan plan = plan();
        assertFound(plan, "1 MISPLACED 0-9, 10 records", "2 WHOLE 10-19, 10 records", "3 MISPLACED 20-29, 10 records");
        assertRepairs(plan, "1 of epoch 1 as it is at 00000003.cq4", "3 of epoch 1 as it is at 00000001.cq4, unsealed");
        assertThat(plan.durable()).isEqualTo(25);
    }

    @Test
    void shouldLeaveATornEndToTheOpeningWhereverItLies() throws IOException {
        NumberedFile sealed = log.sealed(0, 9);
        NumberedFile newest = log.segment(10, 19);
        loseEndOf(newest, 9);
        rotate(sealed, newest);
        RepairPlan plan = plan();
        assertFound(plan, "1 MISPLACED 0-9, 10 records", "2 MISPLACED 10-18, 9 records");
        assertRepairs(plan, "1 of epoch 1 as it is at 00000002.cq4", "2 of epoch 1 as it is at 00000001.cq4, unsealed");
    }

    @Test
    void shouldPutSegmentsBackThatWereExchangedWithTheirManifests() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        rotate(first, second);
        rotate(
                new NumberedFile(1, 1, LogDirectory.manifestFile(first.path())),
                new NumberedFile(1, 2, LogDirectory.manifestFile(second.path())));
        assertRepairs(
                plan(),
                "1 of epoch 1 as it is at 00000002.cq4, unsealed",
                "2 of epoch 1 as it is at 00000001.cq4, unsealed");
    }

    @Test
    void shouldLoseOnlyWhatIsDamagedInASegmentThatLiesElsewhere() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        damage(first, 4);
        rotate(first, second);
        RepairPlan plan = plan();
        assertFound(
                plan, "1 DAMAGED 0-9, 9 records, lost 4", "2 MISPLACED 10-19, 10 records", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "1 of epoch 1 from 0 without 4 at 00000002.cq4", "2 of epoch 1 as it is at 00000001.cq4");
        assertThat(plan.segments().get(0).damages()).hasSize(1);
    }

    @Test
    void shouldLoseOnlyWhatIsDamagedInTheNewestSegmentThatLiesElsewhere() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile newest = log.segment(10, 19);
        damage(newest, 4);
        rotate(first, newest);
        RepairPlan plan = plan();
        assertFound(plan, "1 MISPLACED 0-9, 10 records", "2 DAMAGED 10-19, 9 records, lost 14");
        assertRepairs(plan, "1 of epoch 1 as it is at 00000002.cq4", "2 of epoch 1 from 10 without 14 at 00000001.cq4");
    }

    @Test
    void shouldFindASegmentByItsRecordsWhoseHeaderIsDamaged() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        corrupter(first).zero(0, position(2));
        rotate(first, second);
        RepairPlan plan = plan();
        assertFound(
                plan,
                "1 DAMAGED 0-9, 8 records, lost 0-1",
                "2 MISPLACED 10-19, 10 records",
                "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "1 of epoch 1 from 0 without 0-1 at 00000002.cq4", "2 of epoch 1 as it is at 00000001.cq4");
    }

    @Test
    void shouldFindASegmentByTheOneRecordThatIsLeft() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        corrupter(first).zero(0, position(9));
        rotate(first, second);
        assertRepairs(
                plan(), "1 of epoch 1 from 0 without 0-8 at 00000002.cq4", "2 of epoch 1 as it is at 00000001.cq4");
    }

    @Test
    void shouldFindASegmentInItsPlaceWhoseHeaderIsDamaged() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        Files.copy(second.path(), first.path(), REPLACE_EXISTING);
        corrupter(second).zero(0, position(0));
        assertRepairs(plan(), "1 of epoch 1 from 0 without 0-9, of nothing", "2 of epoch 1 from 10 without");
        HandmadeLog.damage(second, 3);
        assertRepairs(plan(), "1 of epoch 1 from 0 without 0-9, of nothing", "2 of epoch 1 as it is at 00000001.cq4");
    }

    /** Of the segment whose place it took nothing is left. */
    @Test
    void shouldPutASegmentBackThatWasMovedOverAnother() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        Files.move(first.path(), second.path(), REPLACE_EXISTING);
        RepairPlan plan = plan();
        assertFound(plan, "1 MISPLACED 0-9, 10 records", "2 ANOTHER 10-19, lost 10-19", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "1 of epoch 1 as it is at 00000002.cq4", "2 of epoch 1 from 10 without 10-19, of nothing");
    }

    @Test
    void shouldAddWhatIsMissingAtTheEndToASegmentThatLiesElsewhere() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        rotate(first, second);
        RepairPlan plan = plan(durable(22));
        assertFound(plan, "1 MISPLACED 0-9, 10 records", "2 DAMAGED 10-22, 10 records, lost 20-22");
        assertRepairs(
                plan, "1 of epoch 1 as it is at 00000002.cq4", "2 of epoch 1 from 10 without 20-22 at 00000001.cq4");
    }

    @Test
    void shouldPutASegmentBackFromANumberThatIsFree() throws IOException {
        log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        Files.move(second.path(), log.directory.segmentFile(1, 4).path());
        RepairPlan plan = plan();
        assertFound(
                plan,
                "1 WHOLE 0-9, 10 records",
                "2 MISPLACED 10-19, 10 records",
                "3 WHOLE 20-29, 10 records",
                "4 ANOTHER");
        assertRepairs(plan, "2 of epoch 1 as it is at 00000004.cq4", "4 of epoch 1 from 30 without, of nothing");
    }

    /** A segment there would make those look lost whose numbers are skipped. */
    @Test
    void shouldTakeAFileAwayWhoseNumberIsBeyondAll() throws IOException {
        log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        Files.copy(second.path(), log.directory.segmentFile(1, 6).path());
        Files.move(second.path(), log.directory.segmentFile(1, 7).path());
        RepairPlan plan = plan();
        assertFound(
                plan,
                "1 WHOLE 0-9, 10 records",
                "2 MISPLACED 10-19, 10 records",
                "3 WHOLE 20-29, 10 records",
                "6 ANOTHER",
                "7 ANOTHER");
        assertRepairs(plan, "2 of epoch 1 as it is at 00000006.cq4", "6 of epoch 1 away", "7 of epoch 1 away");
    }

    @Test
    void shouldLetTheLastSegmentTellWhatIsMissingBehindItAndNotAFileBeyond() throws IOException {
        log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        Files.copy(second.path(), log.directory.segmentFile(1, 6).path());
        RepairPlan plan = plan(durable(22));
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 DAMAGED 10-22, 10 records, lost 20-22", "6 ANOTHER");
        assertRepairs(plan, "6 of epoch 1 away", "2 of epoch 1 from 10 without 20-22");
    }

    /** A segment of an earlier epoch cannot follow one of a later. */
    @Test
    void shouldTakeAFileAwayWhoseEpochIsBeforeTheLast() throws IOException {
        log.sealed(0, 9);
        NumberedFile last = log.epoch(2).sealed(10, 19);
        Files.move(last.path(), log.directory.segmentFile(1, 3).path());
        assertRepairs(plan(), "2 of epoch 2 as it is at 00000003.cq4", "3 of epoch 1 away");
    }

    @Test
    void shouldMakeASegmentForOneThatIsMissingWhereItsManifestIs() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.epoch(2).sealed(10, 19);
        log.sealed(20, 29);
        Files.move(first.path(), log.directory.segmentFile(1, 2).path());
        Files.delete(second.path());
        RepairPlan plan = plan();
        assertRepairs(
                plan,
                "1 of epoch 1 as it is at 00000002.cq4",
                "2 of epoch 2 from 10 without 10-19, of nothing",
                "2 of epoch 1 away");
        assertThat(plan.repairs().get(1).file()).isEqualTo(second.path());
    }

    @Test
    void shouldMakeASegmentInTheNewestEpochForOneWithoutAManifest() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.epoch(2).segment(10, 19);
        Files.copy(first.path(), log.directory.segmentFile(1, 2).path());
        Files.copy(first.path(), second.path(), REPLACE_EXISTING);
        RepairPlan plan = plan(durable(19));
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 ANOTHER 10-19, lost 10-19", "2 ANOTHER");
        assertRepairs(plan, "2 of epoch 2 from 10 without 10-19, of nothing", "2 of epoch 1 away");
    }

    @Test
    void shouldPutASegmentBackIntoTheDirectoryOfItsEpoch() throws IOException {
        log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.epoch(2).sealed(20, 29);
        Path elsewhere = log.directory.segmentFile(2, 2).path();
        Files.move(second.path(), elsewhere);
        RepairPlan plan = plan();
        assertFound(
                plan,
                "1 WHOLE 0-9, 10 records",
                "2 MISPLACED 10-19, 10 records",
                "3 WHOLE 20-29, 10 records",
                "2 ANOTHER");
        assertRepairs(plan, "2 of epoch 1 as it is at 00000002.cq4", "2 of epoch 2 away");
        assertThat(plan.repairs().get(0).file()).isEqualTo(second.path());
        assertThat(plan.repairs().get(1).file()).isEqualTo(elsewhere);
    }

    @Test
    void shouldTakeACopyAwayThatLiesInTheDirectoryOfAnotherEpoch() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        log.epoch(2).sealed(20, 29);
        Files.copy(first.path(), log.directory.segmentFile(2, 1).path());
        assertRepairs(plan(), "1 of epoch 2 away");
    }

    @Test
    void shouldPreferACopyOfWhichMoreCanBeRead() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        Files.copy(first.path(), second.path(), REPLACE_EXISTING);
        damage(first, 4);
        assertRepairs(
                plan(), "1 of epoch 1 as it is at 00000002.cq4", "2 of epoch 1 from 10 without 10-19, of nothing");
        damage(second, 6);
        assertRepairs(plan(), "1 of epoch 1 from 0 without 4", "2 of epoch 1 from 10 without 10-19, of nothing");
    }

    @Test
    void shouldPreferACopyToAFileInWhichNothingIsLeft() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        Files.copy(second.path(), first.path(), REPLACE_EXISTING);
        corrupter(second).zero(0, position(10));
        assertRepairs(plan(), "1 of epoch 1 from 0 without 0-9, of nothing", "2 of epoch 1 as it is at 00000001.cq4");
    }

    @Test
    void shouldNotTakeASegmentOfAnotherLog() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        Path other = root.resolve("other");
        NumberedFile foreign = new HandmadeLog(other, new UUID(1, 2)).segment(0, 9);
        Files.copy(foreign.path(), second.path(), REPLACE_EXISTING);
        Files.delete(first.path());
        assertRepairs(
                plan(),
                "1 of epoch 1 from 0 without 0-9, of nothing",
                "2 of epoch 1 from 10 without 10-19, of nothing");
    }

    @Test
    void shouldNotPreferASegmentOfAnotherLogForWhereItLies() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        NumberedFile foreign = new HandmadeLog(root.resolve("other"), new UUID(1, 2)).segment(0, 9);
        Files.move(first.path(), second.path(), REPLACE_EXISTING);
        Files.copy(foreign.path(), first.path());
        assertRepairs(
                plan(), "1 of epoch 1 as it is at 00000002.cq4", "2 of epoch 1 from 10 without 10-19, of nothing");
    }

    /** Its manifest says that another file of this name began elsewhere. */
    @Test
    void shouldNotTakeASegmentThatDoesNotFitTheManifest() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        HandmadeLog other = new HandmadeLog(root.resolve("other"));
        other.skipNumber();
        Files.copy(other.segment(15, 19).path(), first.path(), REPLACE_EXISTING);
        Files.delete(second.path());
        assertRepairs(
                plan(),
                "1 of epoch 1 from 0 without 0-9, of nothing",
                "2 of epoch 1 from 10 without 10-19, of nothing");
        assertThat(plan().repairs().get(1).file()).isEqualTo(second.path());
        assertThat(plan().segments().get(1).verdict()).isEqualTo(RepairPlan.Verdict.MISSING);
    }

    @Test
    void shouldPutSegmentsBackOutsideOfWhatIsLookedAt() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        rotate(first, second);
        RepairPlan plan = plan(NOTHING, new RepairScope(25, Long.MAX_VALUE));
        assertFound(plan, "1 MISPLACED 0-9, 10 records", "2 MISPLACED 10-19, 10 records", "3 WHOLE 20-29, 10 records");
        assertThat(plan(NOTHING, new RepairScope(15, Long.MAX_VALUE)).repairs()).hasSize(2);
    }

    @Test
    void shouldNameALossThatIsNone() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        NumberedFile third = log.sealed(20, 29);
        rotate(first, second);
        String id = plan().id();
        assertThat(plan().lost()).isEmpty();
        rotate(first, second);
        rotate(second, third);
        assertThat(plan().id()).isNotEqualTo(id);
        unseal(third);
        assertThat(plan().lost()).isEmpty();
        damage(second, 1); // where the third lies
        assertThat(plan().lost()).containsExactly(range(21, 21));
    }
}
