package dev.cairn.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.OffsetSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose records are lost, as later records and witnesses tell. */
class LostNamesTest {
    private static final byte TASK = KindIds.TASK;
    private static final byte ENTITY = 2;

    private final Frames frames = new Frames();
    private final OffsetSet lost = new OffsetSet();
    private final LostNames names = new LostNames(lost);

    private static LostEntity task(String key, long lastVersion) {
        return new LostEntity(TASK, null, key, lastVersion);
    }

    private static LostEntity entity(byte kind, @Nullable String topic, String key) {
        return new LostEntity(kind, topic, key, 1);
    }

    @Test
    void shouldNameWhoseRecordOrImageBeforeIsLost() {
        lost.add(new OffsetRange(1, 3));
        names.link(frames.task(4, 3, -1, "record", 5));
        names.link(frames.task(5, 4, 1, "image", 9));
        names.link(frames.task(6, 4, 0, "whole", 7));
        assertThat(names.entities()).containsExactly(task("record", 4), task("image", 8));
    }

    @Test
    void shouldNameTheTopicOfALostEntity() {
        lost.add(new OffsetRange(1, 1));
        names.link(frames.frame(2, record -> {
            record.kind = ENTITY;
            record.previous = 1;
            record.version = 3;
            record.topic.putUtf8("orders");
            record.key.putUtf8("o-1");
        }));
        assertThat(names.entities()).containsExactly(new LostEntity(ENTITY, "orders", "o-1", 2));
    }

    @Test
    void shouldKeepTheHighestVersionThatAnythingKnows() {
        lost.add(new OffsetRange(1, 3));
        names.link(frames.task(4, 1, -1, "a", 5));
        names.link(frames.task(5, 2, -1, "a", 9));
        names.link(frames.task(6, 3, -1, "a", 7));
        assertThat(names.entities()).containsExactly(task("a", 8));
    }

    @Test
    void shouldNameAnEntityWhoseNewestRecordIsLostAccordingToOthers() {
        lost.add(new OffsetRange(3, 4));
        assertThat(names.isLost(2)).isFalse();
        assertThat(names.isLost(3)).isTrue();
        assertThat(names.isLost(4)).isTrue();
        assertThat(names.isLost(5)).isFalse();
        names.entity(ENTITY, "orders", "o-1", 4, 11);
        names.entity(TASK, null, "t-1", 3, 2);
        names.operation("op-1");
        names.operation("op-1");
        assertThat(names.operations()).containsExactly("op-1");
        assertThat(names.entities())
                .containsExactly(
                        new LostEntity(ENTITY, "orders", "o-1", 11, 4), new LostEntity(TASK, null, "t-1", 2, 3));
    }

    @Test
    void shouldUniteTwoLists() {
        LostEntity order = new LostEntity(ENTITY, "orders", "a", 4);
        assertThat(LostNames.union(List.of(task("a", 5), order), List.of(task("b", 1), task("a", 3))))
                .containsExactly(task("a", 5), order, task("b", 1));
        assertThat(LostNames.union(List.of(task("a", 3)), List.of(task("a", 5))))
                .containsExactly(task("a", 5));
    }

    @Test
    void shouldTellEntitiesApartByKindTopicAndKey() {
        List<LostEntity> some = List.of(entity(TASK, null, "a"), entity(ENTITY, "orders", "a"));
        List<LostEntity> more = List.of(entity(ENTITY, "bills", "a"), entity(ENTITY, "orders", "b"));
        assertThat(LostNames.union(some, more)).hasSize(4);
    }

    @Test
    void shouldTellEntitiesApartOfWhichTopicAndKeyReadTheSameTogether() {
        List<LostEntity> some = List.of(entity(ENTITY, "a b", "c"), entity(ENTITY, "null", "d"));
        List<LostEntity> more = List.of(entity(ENTITY, "a", "b c"), entity(ENTITY, null, "d"));
        assertThat(LostNames.union(some, more)).hasSize(4);
    }
}
