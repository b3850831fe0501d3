package dev.cairn.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records pass by with holes between them, and the account says which offsets are lost and whose they were. */
class LossAccountTest {
    private static final byte TASK = 1;
    private static final byte ENTITY = 2;

    private final LossAccount account = new LossAccount();
    private final ByteBuffer bytes = ByteBuffer.allocate(1_024).order(ByteOrder.LITTLE_ENDIAN);
    private final Event event = new Event();

    /** Lets a record pass by. */
    private FrameView record(long offset, long previous, long previousImage, String key, long version) {
        event.clear();
        event.kind = TASK;
        event.epoch = 3;
        event.offset = offset;
        event.previous = previous;
        event.previousImage = previousImage;
        event.version = version;
        event.key.putUtf8(key);
        return record();
    }

    private FrameView record() {
        new Frame().encode(event, bytes, 0);
        FrameView frame = new FrameView().wrap(bytes, 0);
        account.record(frame);
        return frame;
    }

    private FrameView record(long offset) {
        return record(offset, -1, -1, "key-" + offset, 1);
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
        assertThat(account.lastOffset()).isEqualTo(-1);
        assertThat(account.lastEpoch()).isZero();
        assertThat(account.lastChecksum()).isZero();
        assertThat(account.lost()).isEmpty();
        assertThat(account.entities()).isEmpty();
        assertThat(account.isLost(0)).isFalse();
    }

    @Test
    void shouldCountRecordsAndRememberTheLastOne() {
        account.begin(5);
        record(5);
        int checksum = record(6).checksum();

        assertThat(account.records()).isEqualTo(2);
        assertThat(account.lastOffset()).isEqualTo(6);
        assertThat(account.lastEpoch()).isEqualTo(3);
        assertThat(account.lastChecksum()).isEqualTo(checksum).isNotZero();
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
    void shouldTakeLossesThatTouchForOne() {
        account.lose(range(3, 5));
        account.lose(range(6, 6));
        account.lose(range(8, 9));
        assertThat(account.lost()).containsExactly(range(3, 6), range(8, 9));
    }

    @Test
    void shouldGrowALossByWhatOverlapsIt() {
        account.lose(range(3, 5));
        account.lose(range(4, 8));
        assertThat(account.lost()).containsExactly(range(3, 8));
    }

    @Test
    void shouldNotCountALossAgain() {
        account.lose(range(3, 8));
        account.lose(range(3, 8));
        account.lose(range(3, 5));
        assertThat(account.lost()).containsExactly(range(3, 8));
    }

    @Test
    void shouldFindEachOffsetThatIsLostAndNoOther() {
        account.lose(range(3, 5));
        account.lose(range(7, 7));
        account.lose(range(10, 12));
        account.lose(range(20, 29));

        for (long offset = -1; offset <= 40; offset++) {
            boolean lost = offset >= 3 && offset <= 5
                    || offset == 7
                    || offset >= 10 && offset <= 12
                    || offset >= 20 && offset <= 29;
            assertThat(account.isLost(offset)).as("offset %d", offset).isEqualTo(lost);
        }
    }

    @Test
    void shouldNameAnEntityWhoseRecordBeforeIsLost() {
        account.begin(0);
        record(0);
        record(2, 1, -1, "lost", 7);
        assertThat(account.entities()).containsExactly(task("lost", 6));
    }

    @Test
    void shouldNameAnEntityWhoseImageIsLost() {
        account.begin(0);
        record(0);
        records(2, 3);
        record(4, 3, 1, "lost", 9);
        assertThat(account.entities()).containsExactly(task("lost", 8));
    }

    @Test
    void shouldNameTheTopicOfALostEntity() {
        account.begin(1);
        event.clear();
        event.kind = ENTITY;
        event.offset = 2;
        event.previous = 1;
        event.version = 3;
        event.topic.putUtf8("orders");
        event.key.putUtf8("o-1");
        record();
        assertThat(account.entities()).containsExactly(new LostEntity(ENTITY, "orders", "o-1", 2));
    }

    @Test
    void shouldNotNameEntitiesWhoseRecordsAreAllThere() {
        account.begin(0);
        record(0);
        record(2, 0, 0, "whole", 2);
        assertThat(account.entities()).isEmpty();
    }

    @Test
    void shouldKeepTheHighestVersionThatAnythingKnows() {
        account.lose(range(1, 3));
        account.begin(4);
        record(4, 1, -1, "a", 5);
        record(5, 2, -1, "a", 9);
        record(6, 3, -1, "a", 7);
        assertThat(account.entities()).containsExactly(task("a", 8));
    }

    @Test
    void shouldNameAnEntityWhoseNewestRecordIsLostAccordingToOthers() {
        account.lose(range(3, 4));
        assertThat(account.isLost(2)).isFalse();
        assertThat(account.isLost(3)).isTrue();
        assertThat(account.isLost(4)).isTrue();
        assertThat(account.isLost(5)).isFalse();
        account.entity(ENTITY, "orders", "o-1", 4, 11);
        account.entity(TASK, null, "t-1", 3, 2);
        account.operation("op-1");
        account.operation("op-1");
        assertThat(account.operations()).containsExactly("op-1");
        assertThat(account.entities())
                .containsExactly(
                        new LostEntity(ENTITY, "orders", "o-1", 11, 4), new LostEntity(TASK, null, "t-1", 2, 3));
    }

    @Test
    void shouldUniteTwoAccounts() {
        LostEntity order = new LostEntity(ENTITY, "orders", "a", 4);
        assertThat(LossAccount.union(List.of(task("a", 5), order), List.of(task("b", 1), task("a", 3))))
                .containsExactly(task("a", 5), order, task("b", 1));
        assertThat(LossAccount.union(List.of(task("a", 3)), List.of(task("a", 5))))
                .containsExactly(task("a", 5));
    }

    @Test
    void shouldTellEntitiesApartByKindTopicAndKey() {
        List<LostEntity> some = List.of(entity(TASK, null, "a"), entity(ENTITY, "orders", "a"));
        List<LostEntity> more = List.of(entity(ENTITY, "bills", "a"), entity(ENTITY, "orders", "b"));
        assertThat(LossAccount.union(some, more)).hasSize(4);
    }

    @Test
    void shouldTellEntitiesApartOfWhichTopicAndKeyReadTheSameTogether() {
        List<LostEntity> some = List.of(entity(ENTITY, "a b", "c"), entity(ENTITY, "null", "d"));
        List<LostEntity> more = List.of(entity(ENTITY, "a", "b c"), entity(ENTITY, null, "d"));
        assertThat(LossAccount.union(some, more)).hasSize(4);
    }

    private static LostEntity entity(byte kind, @Nullable String topic, String key) {
        return new LostEntity(kind, topic, key, 1);
    }
}
