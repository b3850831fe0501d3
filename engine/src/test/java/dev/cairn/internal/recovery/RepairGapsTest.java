package dev.cairn.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.system.RecordRepair;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gaps pass by, then accounts of the repairs that left them, and it is said which of them the log does not tell of. */
class RepairGapsTest {
    private static final byte RECOVERY_PERFORMED = 2;

    private final Frames frames = new Frames();
    private final RepairGaps gaps = new RepairGaps();

    private static OffsetRange range(long first, long last) {
        return new OffsetRange(first, last);
    }

    private FrameView account(long offset, long first, long last) {
        return frames.frame(offset, record -> {
            record.kind = KindIds.SYSTEM;
            record.type = RECOVERY_PERFORMED;
            record.key.putUtf8(RecordRepair.KEY);
            record.payload.putUtf8("{\"" + RecordRepair.LOST + "\":[[" + first + "," + last + "]]}");
        });
    }

    private static LostEntity task(String key, long lastVersion) {
        return new LostEntity(KindIds.TASK, null, key, lastVersion);
    }

    @Test
    void shouldHoldGapsForUnrecordedUntilAnAccountPassesBy() {
        gaps.add(range(3, 5));
        gaps.add(range(8, 8));
        assertThat(gaps.unrecorded()).containsExactly(range(3, 5), range(8, 8));
        gaps.link(account(20, 4, 8));
        assertThat(gaps.unrecorded()).containsExactly(range(3, 3));
        assertThat(gaps.all()).containsExactly(range(3, 5), range(8, 8));
    }

    @Test
    void shouldTakeTheManifestsWordForGapsThatAreNotLookedAt() {
        gaps.addRecorded(List.of(range(3, 5)));
        assertThat(gaps.unrecorded()).isEmpty();
        assertThat(gaps.all()).containsExactly(range(3, 5));
    }

    @Test
    void shouldNameWhoLostRecordsInAGapThatNoAccountTellsOf() {
        gaps.add(range(3, 5));
        gaps.link(frames.task(6, 4, -1, "record", 7));
        gaps.link(frames.task(7, 2, 3, "image", 9));
        gaps.link(frames.task(8, 2, -1, "whole", 5));
        assertThat(gaps.losersIn(List.of(range(0, 9)))).containsExactly(task("record", 6), task("image", 8));
        assertThat(gaps.losersIn(List.of(range(4, 4)))).containsExactly(task("record", 6));
    }

    @Test
    void shouldNameAnEntityByTheNewestOfItsLostRecords() {
        gaps.add(range(3, 5));
        gaps.link(frames.task(6, 4, -1, "a", 7));
        gaps.link(frames.task(7, 3, -1, "a", 5));
        assertThat(gaps.losersIn(gaps.unrecorded())).containsExactly(task("a", 6));
    }

    @Test
    void shouldForgetWhoIsInAGapWhenItsAccountPassesBy() {
        gaps.add(range(3, 5));
        gaps.add(range(8, 9));
        gaps.link(frames.task(10, 4, -1, "recorded", 7));
        gaps.link(frames.task(11, 8, -1, "open", 3));
        gaps.link(account(20, 3, 5));
        assertThat(gaps.losersIn(List.of(range(0, 9)))).containsExactly(task("open", 2));
    }
}
