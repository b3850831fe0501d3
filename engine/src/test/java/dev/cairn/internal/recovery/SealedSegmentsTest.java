package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.HandmadeLog.damage;
import static dev.cairn.internal.recovery.HandmadeLog.frame;
import static dev.cairn.internal.recovery.HandmadeLog.loseFrom;
import static dev.cairn.internal.recovery.HandmadeLog.position;
import static dev.cairn.internal.recovery.HandmadeLog.tear;
import static dev.cairn.internal.recovery.HandmadeLog.unseal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.segment.LogCorrupter;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What opening decides about segments that have a manifest, and about those that have lost theirs. */
class SealedSegmentsTest extends OpenedLog {
    @Test
    void shouldReadTheNewestSealedSegmentAgainWhenItIsTheEnd() throws IOException {
        NumberedFile newest = log.sealed(0, 9);
        damage(newest, 7);
        NumberedFile empty = log.segment(10, 9);
        DamagedLogException refusal = refusal(NOTHING);
        assertThat(refusal.file()).isEqualTo(newest.path());
        assertThat(refusal.position()).isEqualTo(frame(7));
        assertThat(refusal.offset()).isEqualTo(7);
        Files.delete(empty.path());
        assertThat(refusal(NOTHING).offset()).isEqualTo(7);
    }

    @Test
    void shouldRefuseANewestSealedSegmentThatLacksItsEnd() throws IOException {
        NumberedFile newest = log.sealed(0, 9);
        loseFrom(newest, 8);
        assertRefused(NOTHING, newest.path(), position(8), 8, "expected more records, was the end of the documents");
    }

    @Test
    void shouldRefuseANewestSealedSegmentThatWasCut() throws IOException {
        NumberedFile newest = log.sealed(0, 9);
        HandmadeLog.corrupter(newest).truncate(position(10) - 1);
        assertRefused(
                NOTHING,
                newest.path(),
                0,
                0,
                "expected at least " + position(10) + " bytes, was " + (position(10) - 1));
    }

    @Test
    void shouldServeTheRestWhereAnOlderSegmentIsDamaged() throws IOException {
        NumberedFile older = log.sealed(0, 9);
        log.sealed(10, 19);
        log.segment(20, 29);
        damage(older, 7);
        assertThat(plan(NOTHING).damages()).as("found when it is read").isEmpty();
        HandmadeLog.corrupter(older).truncate(position(10) - 1);
        assertThat(plan(NOTHING).damages())
                .containsExactly(older.path() + " at byte " + HandmadeLog.START + ": expected at least " + position(10)
                        + " bytes, was " + (position(10) - 1));
    }

    @Test
    void shouldRefuseALogWithoutOneOfItsSegments() throws IOException {
        log.sealed(0, 9);
        NumberedFile missing = log.sealed(10, 19);
        log.sealed(20, 29);
        Files.delete(missing.path());
        assertRefused(NOTHING, missing.path(), 0, 10, "expected the segment of this manifest, was no file");
    }

    @Test
    void shouldRefuseASegmentAmongSealedOnesThatHasLostItsHeaderAndManifest() throws IOException {
        log.sealed(0, 9);
        NumberedFile headless = log.sealed(10, 19);
        NumberedFile behind = log.sealed(20, 29);
        log.sealed(30, 39);
        unseal(headless);
        unseal(behind);
        HandmadeLog.corrupter(headless).zero(0, position(0));
        assertRefused(NOTHING, behind.path(), 0, 20, "expected segment number 2, was 3: the files between are missing");
    }

    @Test
    void shouldSetAsideAStrayFileAmongSealedOnesAndSkipItsOffsets() throws IOException {
        log.sealed(0, 9);
        NumberedFile stray = log.segment(5_000, 5_000);
        log.sealed(10, 19);
        HandmadeLog.corrupter(stray).zero(0, position(0));
        RecoveryPlan plan = plan(NOTHING);
        assertSetsAside(plan, stray);
        assertThat(plan.lastOffset()).isEqualTo(19);
        assertThat(plan.nextOffset()).isEqualTo(5_001 + UNFORCED + DOCUMENT);
    }

    @Test
    void shouldMakeALostManifestAgain() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        log.sealed(10, 19);
        unseal(file);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan, file);
        assertThat(plan.damages()).isEmpty();
        assertThat(plan.lastOffset()).isEqualTo(19);
        assertThat(plan.durable()).isEqualTo(19);
    }

    /** The next epoch says that there was more: what looks torn is damage, and nothing is cut off. */
    @Test
    void shouldNotSealTheEndOfAnEpochBeforeTheEndThatTheNextOneStates() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        log.epoch(2).opens(9).sealed(500, 509);
        unseal(file);
        tear(file, 9);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan);
        assertThat(plan.damages()).hasSize(1);
        assertThat(plan.lastOffset()).isEqualTo(509);
    }

    @Test
    void shouldMakeALostManifestAgainAtTheEndOfAnEpoch() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        log.epoch(2).opens(8).sealed(500, 509);
        unseal(file);
        tear(file, 9);
        assertSeals(plan(NOTHING), file);
        damage(file, 5);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan);
        assertThat(plan.damages()).hasSize(1);
        assertThat(plan.damages().get(0))
                .startsWith(file.path() + " at byte " + frame(5) + ", offset 5: frame 0: expected frame checksum");
    }

    @Test
    void shouldNotMakeAManifestForRecordsThatAreNotThere() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        log.sealed(10, 19);
        unseal(file);
        tear(file, 9);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan);
        assertThat(plan.damages())
                .containsExactly(file.path() + " at byte " + position(9) + ", offset 9: expected more records, was "
                        + WITHOUT_WORD);
        loseFrom(file, 8);
        assertThat(plan(NOTHING).damages())
                .containsExactly(file.path() + " at byte " + position(8)
                        + ", offset 8: expected more records, was the end of the documents");
    }

    @Test
    void shouldSayThatAManifestCannotBeUsed() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        log.sealed(10, 19);
        Path manifest = LogDirectory.manifestFile(file.path());
        new LogCorrupter(manifest).flipBit(8 * 60);
        RecoveryPlan plan = plan(NOTHING);
        assertSeals(plan, file);
        assertThat(plan.damages()).hasSize(1);
        assertThat(plan.damages().get(0)).startsWith(manifest + " at byte 0: ");
    }
}
