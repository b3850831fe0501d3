package dev.cairn.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import org.junit.jupiter.api.Test;

/** Records pass by with holes between them, and the account says which offsets are lost and whose they were. */
class LossAccountTest {
    private static final byte TASK = KindIds.TASK;

    private final LossAccount account = new LossAccount();
    private final Frames frames = new Frames();

    /** Lets a record pass by. */
    private FrameView record(FrameView frame) {
        account.record(frame);
        return frame;
    }

    private FrameView record(long offset) {
        return record(frames.first(offset));
    }

    private void records(long first, long last) {
        for (long offset = first; offset <= last; offset++) {
            record(offset);
        }
    }

    private static OffsetRange range(long first, long last) {
        return new OffsetRange(first, last);
    }

    private static LostEntity task(String key, long lastVersion) {
        return new LostEntity(TASK, null, key, lastVersion);
    }

    @Test
    void shouldKnowOfNothingAtFirst() {
        assertThat(account.records()).isZero();
        assertThat(account.last()).isEqualTo(new LastRecord(-1, 0, 0));
        assertThat(account.lost()).isEmpty();
        assertThat(account.names().entities()).isEmpty();
        assertThat(account.isAnythingLost()).isFalse();
    }

    @Test
    void shouldCountRecordsAndRememberTheLastOne() {
        account.begin(5);
        record(5);
        int checksum = record(6).checksum();

        assertThat(account.records()).isEqualTo(2);
        assertThat(account.last()).isEqualTo(new LastRecord(6, Frames.EPOCH, checksum));
        assertThat(checksum).isNotZero();
        assertThat(account.lost()).isEmpty();
    }

    @Test
    void shouldNoticeARecordThatIsMissingBetweenOthers() {
        account.begin(0);
        records(0, 3);
        records(5, 6);
        assertThat(account.lost()).containsExactly(range(4, 4));
    }

    @Test
    void shouldNoticeThatTheFirstRecordsOfASegmentAreMissing() {
        account.begin(10);
        records(13, 14);
        assertThat(account.lost()).containsExactly(range(10, 12));
    }

    @Test
    void shouldNotMissWhatLiesBetweenTwoSegments() {
        account.begin(0);
        records(0, 3);
        account.begin(100);
        records(100, 101);
        assertThat(account.lost()).isEmpty();
    }

    @Test
    void shouldNotMissWhatAnEarlierRepairGaveUp() {
        account.begin(0);
        records(0, 3);
        account.gap(range(4, 7));
        records(8, 9);
        assertThat(account.lost()).isEmpty();
    }

    @Test
    void shouldNoticeRecordsThatAreMissingBeforeAGap() {
        account.begin(0);
        records(0, 1);
        account.gap(range(5, 7));
        records(8, 9);
        assertThat(account.lost()).containsExactly(range(2, 4));
    }

    @Test
    void shouldNameAnEntityWhoseRecordBeforeIsLost() {
        account.begin(0);
        record(0);
        record(frames.task(2, 1, -1, "lost", 7));
        assertThat(account.names().entities()).containsExactly(task("lost", 6));
    }

    @Test
    void shouldNameAnEntityWhoseImageIsLost() {
        account.begin(0);
        record(0);
        records(2, 3);
        record(frames.task(4, 3, 1, "lost", 9));
        assertThat(account.names().entities()).containsExactly(task("lost", 8));
    }

    @Test
    void shouldNotNameEntitiesWhoseRecordsAreAllThere() {
        account.begin(0);
        record(0);
        record(frames.task(2, 0, 0, "whole", 2));
        assertThat(account.names().entities()).isEmpty();
    }

    @Test
    void shouldKeepALossThatIsToldBehindALaterOne() {
        account.lose(range(8, 9));
        account.lose(range(3, 5));
        assertThat(account.lost()).containsExactly(range(3, 5), range(8, 9));
    }

    @Test
    void shouldCountWhatARepairGaveUpAmongWhatIsLost() {
        account.begin(0);
        records(0, 3);
        account.gap(range(4, 7));
        record(frames.task(8, 5, -1, "lost", 4));
        records(10, 10);
        assertThat(account.names().entities()).isEmpty();

        account.giveUp(account.gaps().unrecorded());
        assertThat(account.lost()).containsExactly(range(4, 7), range(9, 9));
        assertThat(account.names().entities()).containsExactly(task("lost", 3));
    }

    @Test
    void shouldFollowTheLinksOfWhatIsNotLookedAt() {
        account.lose(range(3, 5));
        account.link(frames.task(50, 4, -1, "lost", 4));
        assertThat(account.names().entities()).containsExactly(task("lost", 3));
        assertThat(account.records()).isZero();
        assertThat(account.lost()).containsExactly(range(3, 5));
    }
}
