package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.RepairPlans.found;
import static dev.cairn.internal.recovery.RepairPlans.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.recovery.RepairPlan.Found;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.OffsetRange;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a plan says of itself, alone and as the rest of one that was cut off. */
class RepairPlanTest {
    private static final List<OffsetRange> LOST = List.of(range(3, 5), range(8, 8));

    private static RepairPlan plan(long durable, List<OffsetRange> lost, int... numbers) {
        return RepairPlans.plan(new LogDirectory(Path.of("data")), durable, lost, numbers);
    }

    private static RepairPlan of(UUID installation) {
        return new RepairPlan(installation, List.of(), List.of(), LOST, List.of(), List.of(), 10, 0, -1, null);
    }

    private static RepairPlan withSegments(long durable, Found... segments) {
        return new RepairPlan(
                HandmadeLog.INSTALLATION,
                List.of(segments),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                durable,
                0,
                -1,
                null);
    }

    private static RepairJournal begun(long durable, List<OffsetRange> lost, String... files) {
        LostEntity known = new LostEntity((byte) 1, null, "t-1", 6);
        return new RepairJournal(
                "0", durable, lost, List.of(files), List.of(known), List.of("op-0", "op-2"), List.of(), -1);
    }

    @Test
    void shouldBeDueWhenThereIsASegmentToWriteOrARepairToFinish() {
        assertThat(plan(10, List.of()).isDue()).isFalse();
        assertThat(plan(10, List.of(), 1).isDue()).isTrue();
        assertThat(plan(10, List.of()).finishing(begun(10, List.of())).isDue()).isTrue();
    }

    /** The segments are in place, and the log has no account of what they lost. */
    @Test
    void shouldBeDueWhenALossIsNotInTheLog() {
        assertThat(plan(10, LOST).isDue()).isTrue();
    }

    @Test
    void shouldCountLostOffsets() {
        assertThat(plan(10, LOST).lostCount()).isEqualTo(4);
        assertThat(plan(10, List.of()).lostCount()).isZero();
    }

    @Test
    void shouldCountLostOffsetsThatWereDurable() {
        assertThat(plan(-1, LOST).lostDurableCount()).isZero();
        assertThat(plan(2, LOST).lostDurableCount()).isZero();
        assertThat(plan(3, LOST).lostDurableCount()).isEqualTo(1);
        assertThat(plan(6, LOST).lostDurableCount()).isEqualTo(3);
        assertThat(plan(8, LOST).lostDurableCount()).isEqualTo(4);
        assertThat(plan(99, LOST).lostDurableCount()).isEqualTo(4);
    }

    @Test
    void shouldKnowTheHighestOffsetThatAnythingHeld() {
        assertThat(withSegments(-1).lastOffset()).isEqualTo(-1);
        assertThat(withSegments(12, found(1, range(0, 9)), found(2, null)).lastOffset())
                .isEqualTo(12);
        assertThat(withSegments(12, found(1, range(0, 19)), found(2, null)).lastOffset())
                .isEqualTo(19);
    }

    @Test
    void shouldNameExactlyOneLoss() {
        String id = plan(10, LOST, 1, 2).id();
        assertThat(id).matches("[0-9a-f]{8}");
        assertThat(plan(99, LOST, 2, 1).id()).as("the same loss").isEqualTo(id);
        assertThat(plan(10, List.of(range(3, 5)), 1, 2).id()).as("less").isNotEqualTo(id);
        assertThat(plan(10, List.of(range(3, 6), range(8, 8)), 1, 2).id())
                .as("a longer range")
                .isNotEqualTo(id);
        assertThat(plan(10, LOST, 1, 3).id()).as("another segment").isNotEqualTo(id);
        assertThat(of(new UUID(1, 2)).id())
                .as("another log")
                .isNotEqualTo(of(new UUID(1, 3)).id());
    }

    @Test
    void shouldKeepItsNameWhileTheRepairIsUnderWay() {
        String id = plan(10, LOST, 1, 2).id();
        RepairJournal begun = begun(10, LOST, "log/0000000001/00000001.cq4", "log/0000000001/00000002.cq4");
        assertThat(plan(10, LOST, 2).finishing(begun).id()).isEqualTo(id);
        assertThat(plan(10, LOST).finishing(begun).id()).isEqualTo(id);
    }

    @Test
    void shouldTakeOverTheAccountOfTheRepairThatItFinishes() {
        RepairJournal begun = begun(12, List.of(range(3, 5)), "log/0000000001/00000001.cq4");
        RepairPlan finishing = plan(10, LOST, 2).finishing(begun);

        assertThat(finishing.unfinished()).isSameAs(begun);
        assertThat(finishing.lost()).isEqualTo(LOST);
        assertThat(finishing.entities()).containsExactly(new LostEntity((byte) 1, null, "t-1", 6), RepairPlans.ORDER);
        assertThat(finishing.operations()).containsExactly("op-0", "op-2", "op-1");
        assertThat(finishing.durable()).isEqualTo(12);
        assertThat(plan(20, LOST, 2).finishing(begun).durable()).isEqualTo(20);
        assertThat(finishing.records()).isEqualTo(100);
        assertThat(finishing.repairs()).extracting(repair -> repair.number()).containsExactly(2);
    }

    /** Whose records those were is known again from what is left. */
    @Test
    void shouldNotLoseWhatIsThereAgain() {
        RepairJournal begun = begun(12, List.of(range(0, 5)), "log/0000000001/00000001.cq4");
        RepairPlan finishing = plan(10, List.of(range(3, 5)), 2).finishing(begun);

        assertThat(finishing.lost()).containsExactly(range(3, 5));
        assertThat(finishing.entities()).containsExactly(RepairPlans.TASK, RepairPlans.ORDER);
        assertThat(finishing.operations()).containsExactly("op-1", "op-2");
        assertThat(finishing.isDue()).isTrue();
    }
}
