package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.HandmadeLog.corrupter;
import static dev.cairn.internal.recovery.HandmadeLog.damage;
import static dev.cairn.internal.recovery.HandmadeLog.frame;
import static dev.cairn.internal.recovery.HandmadeLog.loseEndOf;
import static dev.cairn.internal.recovery.HandmadeLog.position;
import static dev.cairn.internal.recovery.HandmadeLog.tear;
import static dev.cairn.internal.recovery.HandmadeLog.unseal;
import static dev.cairn.internal.recovery.RepairPlans.range;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.checkpoint.CheckpointPosition;
import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.recovery.RepairPlan.Rewrite;
import dev.cairn.internal.segment.LogCorrupter;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.SegmentRewriter;
import dev.cairn.internal.state.StateSource;
import dev.cairn.internal.state.StateVisitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a repair would do to logs that are damaged in one way or another. */
class RepairPlannerTest extends PlannedLog {
    @Test
    void shouldFindNothingInAnEmptyDirectory() throws IOException {
        RepairPlan plan = plan();
        assertFound(plan);
        assertThat(plan.isDue()).isFalse();
        assertThat(plan.durable()).isEqualTo(-1);
        assertThat(progress).containsExactly("scan 0 of 0");
    }

    @Test
    void shouldFindNothingWrongWithALogAsItWasWritten() throws IOException {
        log.sealed(0, 9);
        log.sealed(10, 19);
        NumberedFile open = log.durable(15).segment(20, 29);
        RepairPlan plan = plan();
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 WHOLE 10-19, 10 records", "3 UNSEALED 20-29, 10 records");
        assertRepairs(plan);
        assertThat(plan.installation()).isEqualTo(HandmadeLog.INSTALLATION);
        assertThat(plan.segments().get(2).file()).isEqualTo(open.path());
        assertThat(plan.segments().get(2).epoch()).isEqualTo(1);
        assertThat(plan.records()).isEqualTo(30);
        assertThat(plan.durable()).isEqualTo(19);
        assertThat(progress).containsExactly("scan 0 of 3", "scan 1 of 3", "scan 2 of 3", "scan 3 of 3");
    }

    @Test
    void shouldSaveTheRestOfADamagedSegment() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.sealed(10, 19);
        log.sealed(20, 29);
        damage(file, 4);
        RepairPlan plan = plan();
        assertFound(
                plan, "1 WHOLE 0-9, 10 records", "2 DAMAGED 10-19, 9 records, lost 14", "3 WHOLE 20-29, 10 records");
        assertRepairs(plan, "2 of epoch 1 from 10 without 14");
        assertThat(plan.repairs().get(0).file()).isEqualTo(file.path());
        assertThat(plan.segments().get(1).damages())
                .extracting(damage -> damage.position())
                .containsExactly(frame(4));
        assertThat(plan.records()).isEqualTo(29);
        assertThat(plan.durable()).isEqualTo(29);
    }

    @Test
    void shouldRepairASegmentThatWasCut() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        log.sealed(10, 19);
        corrupter(file).truncate(position(10) - 1);
        RepairPlan plan = plan();
        assertFound(plan, "1 DAMAGED 0-9, 9 records, lost 9", "2 WHOLE 10-19, 10 records");
        assertRepairs(plan, "1 of epoch 1 from 0 without 9");
    }

    @Test
    void shouldLeaveATornEndToTheOpening() throws IOException {
        NumberedFile file = log.durable(4).segment(0, 9);
        loseEndOf(file, 9);
        RepairPlan plan = plan();
        assertFound(plan, "1 TORN 0-8, 9 records");
        assertRepairs(plan);
        assertThat(plan.durable()).isEqualTo(4);
    }

    @Test
    void shouldSaveAWholeRecordOfATornEndThatWasDurable() throws IOException {
        NumberedFile file = log.segment(0, 9);
        tear(file, 9);
        assertFound(plan(), "1 TORN 0-8, 9 records");
        RepairPlan plan = plan(durable(9));
        assertFound(plan, "1 DAMAGED 0-9, 10 records");
        assertRepairs(plan, "1 of epoch 1 from 0 without");
    }

    @Test
    void shouldRepairADamagedEnd() throws IOException {
        NumberedFile file = log.segment(0, 9);
        damage(file, 7);
        RepairPlan plan = plan();
        assertFound(plan, "1 DAMAGED 0-9, 9 records, lost 7");
        assertRepairs(plan, "1 of epoch 1 from 0 without 7");
    }

    @Test
    void shouldMakeAGapOfTheHoleInATornEndWhenItWasDurable() throws IOException {
        NumberedFile file = log.durable(4).segment(0, 9);
        HandmadeLog.loseSector(file, 4);
        RepairPlan plan = plan();
        assertFound(plan, "1 DAMAGED 0-9, 9 records, lost 4");
        assertThat(plan.durable()).isEqualTo(4);
    }

    @Test
    void shouldNotSealARecordThatItsFollowerSaysIsMissing() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        log.sealed(10, 19);
        unseal(file);
        assertFound(plan(), "1 UNSEALED 0-9, 10 records", "2 WHOLE 10-19, 10 records");
        loseEndOf(file, 9);
        RepairPlan plan = plan();
        assertFound(plan, "1 DAMAGED 0-9, 9 records, lost 9", "2 WHOLE 10-19, 10 records");
        assertRepairs(plan, "1 of epoch 1 from 0 without 9");
    }

    @Test
    void shouldTakeSegmentsOutsideOfTheScopeAtTheirWord() throws IOException {
        NumberedFile first = log.sealed(0, 9);
        log.sealed(10, 19);
        NumberedFile third = log.sealed(20, 29);
        log.sealed(30, 30);
        log.sealed(31, 30);
        damage(first, 3);
        damage(third, 3);
        RepairPlan plan = plan(durable(35), new RepairScope(10, 20));
        assertFound(plan, "1 SKIPPED 0-9", "2 WHOLE 10-19, 10 records", "3 SKIPPED 20-29", "4 SKIPPED 30", "5 SKIPPED");
        assertRepairs(plan);
        assertThat(plan.records()).isEqualTo(10);
    }

    @Test
    void shouldMakeASegmentForTheMissingEndWhereTheLastWasNotLookedAt() throws IOException {
        log.epoch(2).sealed(0, 9);
        RepairPlan plan = plan(durable(12), new RepairScope(10, Long.MAX_VALUE));
        assertFound(plan, "1 SKIPPED 0-9", "2 MISSING 10-12, lost 10-12");
        assertRepairs(plan, "2 of epoch " + EPOCHS + " from 10 without 10-12, of nothing");
    }

    @Test
    void shouldMakeASegmentForTheMissingEndWhereAPartOfTheLastWasLookedAt() throws IOException {
        log.sealed(0, 59);
        RepairPlan plan = plan(durable(61), new RepairScope(30, Long.MAX_VALUE));
        assertThat(plan.segments().get(0).records()).isEqualTo(32);
        assertThat(plan.records()).isEqualTo(32);
        assertRepairs(plan, "2 of epoch " + EPOCHS + " from 60 without 60-61, of nothing");
    }

    @Test
    void shouldLookAtNoMoreThanThePartOfASegmentThatWasAskedFor() throws IOException {
        NumberedFile file = log.sealed(0, 59);
        damage(file, 3);
        RepairPlan plan = plan(NOTHING, new RepairScope(30, Long.MAX_VALUE));
        assertFound(plan, "1 WHOLE 28-59, 32 records");
        assertRepairs(plan);
        assertThat(plan.records()).isEqualTo(32);
        assertThat(plan.durable()).isEqualTo(59);
    }

    @Test
    void shouldTellEachLossOfASegmentOnceOfWhichAPartWasAskedFor() throws IOException {
        NumberedFile file = log.sealed(0, 59);
        damage(file, 3);
        damage(file, 40);
        RepairPlan plan = plan(NOTHING, new RepairScope(30, Long.MAX_VALUE));
        assertFound(plan, "1 DAMAGED 0-59, 58 records, lost 3 40");
        assertThat(plan.records()).isEqualTo(58);
    }

    @Test
    void shouldLookNoFurtherThanARunningWriterHasForced() throws IOException {
        log.sealed(0, 9);
        log.durable(11).segment(10, 19);
        RepairPlan plan = plan(durable(19), new RepairScope(0, Long.MAX_VALUE, 14));
        assertFound(plan, "1 WHOLE 0-9, 10 records", "2 WHOLE 10-14, 5 records");
        assertThat(plan.durable()).isEqualTo(14);
        assertThat(plan.isDue()).isFalse();
    }

    @Test
    void shouldLeaveAFileAloneThatARunningWriterIsAboutToBegin() throws IOException {
        log.sealed(0, 9);
        NumberedFile file = log.segment(10, 19);
        corrupter(file).zero(0, position(0));
        RepairPlan plan = plan(NOTHING, new RepairScope(0, Long.MAX_VALUE, 9));
        assertFound(plan, "1 WHOLE 0-9, 10 records");
        assertThat(plan.isDue()).isFalse();
    }

    @Test
    void shouldGoOnWithARepairThatWasCutOffAndLeaveOutWhatIsThereAgain() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        damage(file, 4);
        RepairJournal begun =
                new RepairJournal("0", 9, List.of(range(2, 4)), List.of(), List.of(), List.of(), List.of(), -1);
        RepairPlan plan = plan(NOTHING, RepairScope.ALL, begun);
        assertThat(plan.unfinished()).isSameAs(begun);
        assertThat(plan.lost()).containsExactly(range(4, 4));
    }

    @Test
    void shouldAskTheCheckpointWhoseNewestRecordsAreLost() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        writeCheckpoint();
        assertThat(plan().entities()).as("where nothing is lost").isEmpty();
        damage(file, 4);
        RepairPlan plan = plan();
        assertThat(plan.entities()).containsExactly(new LostEntity((byte) 1, null, "at-4", 44, 4));
        assertThat(plan.operations()).containsExactly("op-4");
        Files.delete(checkpoint);
        assertThat(plan().entities()).as("without a checkpoint").isEmpty();
    }

    @Test
    void shouldNotAskTheCheckpointOfAnotherInstallation() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        damage(file, 4);
        writeCheckpoint(new UUID(7, 7));
        RepairPlan plan = plan();
        assertThat(plan.lost()).containsExactly(range(4, 4));
        assertThat(plan.entities()).isEmpty();
        assertThat(plan.operations()).isEmpty();
    }

    @Test
    void shouldDoWithoutADamagedCheckpoint() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        damage(file, 4);
        writeCheckpoint();
        new LogCorrupter(checkpoint).truncate(Files.size(checkpoint) - 1);
        assertThat(plan().lost()).containsExactly(range(4, 4));
        assertThat(progress).containsExactly("scan 0 of 1", "scan 1 of 1", "checkpoint 0 of 0");
    }

    @Test
    void shouldRepeatARepairFromTheSegmentThatItHadPutInPlaceBeforeItsManifest() throws IOException {
        NumberedFile file = log.sealed(0, 9);
        log.sealed(10, 19);
        damage(file, 4);
        Rewrite repair = (Rewrite) plan().repairs().get(0);
        Path rewritten = root.resolve("rewritten");
        SegmentHeader header = new SegmentHeader(HandmadeLog.INSTALLATION, 1, 1, 0, 0, new byte[32]);
        SegmentRewriter.write(rewritten, header, repair.salvage(), repair.gone());
        Files.move(rewritten, file.path(), REPLACE_EXISTING);

        RepairPlan plan = plan();
        assertSegments(plan, "1 DAMAGED 0-9, 9 records", "2 WHOLE 10-19, 10 records");
        assertThat(plan.lost()).containsExactly(range(4, 4));
        assertThat(plan.segments().get(0).damages()).isEmpty();
        assertRepairs(plan, "1 of epoch 1 from 0 without");
        assertThat(Objects.requireNonNull(((Rewrite) plan.repairs().get(0)).salvage())
                        .gaps())
                .containsExactly(range(4, 4));
    }

    private void writeCheckpoint() throws IOException {
        writeCheckpoint(HandmadeLog.INSTALLATION);
    }

    private void writeCheckpoint(UUID installation) throws IOException {
        Entries state = new Entries();
        Entries operations = new Entries();
        for (int offset = 3; offset <= 5; offset++) {
            ByteSlab key = new ByteSlab();
            StateKey.write(key, (byte) 1, null, "at-" + offset);
            Entity entity = new Entity();
            entity.version(40 + offset);
            entity.head(offset);
            state.add(key, entity.value());
            ByteSlab operation = ByteSlab.ofUtf8("op-" + offset);
            operation.putInt(0);
            ByteSlab remembered = new ByteSlab();
            remembered.putLong(offset);
            operations.add(operation, remembered);
        }
        StateCheckpoint.write(checkpoint, new CheckpointPosition(installation, 1, 9, 0), state, operations);
    }

    /** Entries of a checkpoint. */
    private static final class Entries implements StateSource {
        private final List<ByteSlab> keys = new ArrayList<>();
        private final List<ByteSlab> values = new ArrayList<>();

        void add(ByteSlab key, ByteSlab value) {
            keys.add(key);
            values.add(value);
        }

        @Override
        public long size() {
            return keys.size();
        }

        @Override
        public <X extends Exception> void forEach(StateVisitor<X> visitor) throws X {
            for (int i = 0; i < keys.size(); i++) {
                visitor.entry(keys.get(i), values.get(i));
            }
        }
    }
}
