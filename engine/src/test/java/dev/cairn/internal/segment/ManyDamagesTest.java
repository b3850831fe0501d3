package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.segment.SegmentSalvage.Damage;
import dev.cairn.internal.segment.SegmentSalvage.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A segment of which every sector is damaged is looked at in seconds: no question about one damage goes through all others. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyDamagesTest {
    /** Sectors in a full segment. */
    private static final int DAMAGES = 64 << 20 >> 9;

    /** Of each four offsets the last two are lost. */
    private static SegmentSalvage salvage;

    @BeforeAll
    static void damage() {
        List<Run> runs = new ArrayList<>();
        List<Damage> damages = new ArrayList<>();
        for (int i = 0; i < DAMAGES; i++) {
            int position = i << 9;
            long offset = i * 4L;
            runs.add(new Run(position, position + 256, new OffsetRange(offset, offset + 1), false));
            damages.add(new Damage(position + 256, position + 512, offset + 2, "expected a sector, was another"));
        }
        OffsetRange all = new OffsetRange(0, DAMAGES * 4L - 1);
        salvage = new SegmentSalvage(Path.of("1.cq4"), 1, 1, all, DAMAGES << 9, runs, damages, List.of(), -1);
    }

    @Test
    void shouldTellOfEachDamage() {
        assertThat(salvage.lost()).hasSize(DAMAGES);
        assertThat(salvage.causes()).hasSize(DAMAGES);
    }

    @Test
    void shouldSayOfEachDamageWhatWasLost() {
        List<SegmentAudit.Hole> holes = SegmentAudit.holes(salvage);
        assertThat(holes).hasSize(DAMAGES);
        for (int i = 0; i < DAMAGES; i++) {
            SegmentAudit.Hole hole = holes.get(i);
            assertThat(hole.offset()).isEqualTo(i * 4L + 2);
            assertThat(hole.lost()).hasSize(1);
            assertThat(hole.lost().get(0).first()).isEqualTo(hole.offset());
        }
    }

    @Test
    void shouldFindTheRunAroundEachOffset() {
        for (int i = 0; i < DAMAGES; i++) {
            long offset = i * 4L;
            assertThat(salvage.around(offset + 1)).isSameAs(salvage.runs().get(i));
            assertThat(salvage.around(offset + 2)).isNull();
        }
    }

    @Test
    void shouldFindWhereToGoOnBehindEachDamage() {
        for (int i = 0; i < DAMAGES; i++) {
            long offset = i * 4L;
            long behind = i + 1 < DAMAGES ? offset + 4 : -1;
            assertThat(salvage.nextBehind(offset)).isEqualTo(offset + 1);
            assertThat(salvage.nextBehind(offset + 1)).isEqualTo(behind);
            assertThat(salvage.nextBehind(offset + 2)).isEqualTo(behind);
        }
        assertThat(salvage.nextBehind(-1)).isZero();
    }

    @Test
    void shouldFindTheDamageOfEachRecord() {
        for (int i = 0; i < DAMAGES; i++) {
            Damage damage = salvage.damages().get(i);
            assertThat(salvage.damageOf(damage.offset() + 1, 0)).isEqualTo(damage.position());
            assertThat(salvage.damageOf(damage.offset(), damage.position())).isEqualTo(damage.position());
        }
        Damage newest = salvage.damages().get(DAMAGES - 1);
        assertThat(salvage.damageOf(newest.offset(), newest.position() + 1)).isEqualTo(newest.position() + 1);
    }
}
