package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.HandmadeLog.damage;
import static dev.cairn.internal.recovery.RepairPlans.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who lost records is told by later ones, which a plan for a part of the log would not look at otherwise. */
class PartialPlanTest extends PlannedLog {
    private static final RepairScope FIRST = new RepairScope(0, 10);

    private static List<LostEntity> owners(long... offsets) {
        return Arrays.stream(offsets)
                .mapToObj(offset -> new LostEntity((byte) 1, null, "key-" + offset, 0))
                .toList();
    }

    @Test
    void shouldFollowTheLinksOfRecordsBehindThePartThatWasAskedFor() throws IOException {
        log.linked(15, 4).linkedToImage(25, 4).linked(26, 3);
        NumberedFile first = log.sealed(0, 9);
        log.sealed(10, 19);
        log.sealed(20, 29);
        damage(first, 4);
        RepairPlan plan = plan(NOTHING, FIRST);
        assertFound(plan, "1 DAMAGED 0-9, 9 records, lost 4", "2 SKIPPED 10-19", "3 SKIPPED 20-29");
        assertThat(plan.entities()).isEqualTo(owners(15, 25)).isEqualTo(plan().entities());
        assertThat(plan.records()).as("not looked at otherwise").isEqualTo(9);
    }

    @Test
    void shouldFollowNoLinksIntoDamageThatWasNotAskedFor() throws IOException {
        log.linked(25, 4).linked(26, 14);
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.sealed(20, 29);
        damage(first, 4);
        damage(second, 4);
        RepairPlan plan = plan(NOTHING, new RepairScope(10, 20));
        assertFound(plan, "1 SKIPPED 0-9", "2 DAMAGED 10-19, 9 records, lost 14", "3 SKIPPED 20-29");
        assertThat(plan.entities()).isEqualTo(owners(26));
    }

    @Test
    void shouldFollowTheLinksThatDamageBehindThePartHasLeft() throws IOException {
        log.linked(15, 4).linked(17, 4);
        NumberedFile first = log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        damage(first, 4);
        damage(second, 5);
        RepairPlan plan = plan(NOTHING, FIRST);
        assertFound(plan, "1 DAMAGED 0-9, 9 records, lost 4", "2 SKIPPED 10-19");
        assertThat(plan.lost()).containsExactly(range(4, 4));
        assertThat(plan.entities()).isEqualTo(owners(17));
    }

    /** A segment that is missing is missed wherever it is. */
    @Test
    void shouldFollowTheLinksOfASegmentOfWhichAPartWasAskedFor() throws IOException {
        log.linked(15, 4);
        NumberedFile first = log.sealed(0, 9);
        log.sealed(10, 69);
        Files.delete(first.path());
        Files.delete(LogDirectory.manifestFile(first.path()));
        RepairPlan plan = plan(NOTHING, new RepairScope(50, Long.MAX_VALUE));
        assertThat(plan.lost()).containsExactly(range(0, 9));
        assertThat(plan.segments().get(1).records()).isLessThan(60);
        assertThat(plan.entities()).isEqualTo(owners(15));
    }
}
