package dev.cairn.internal.recovery;

import dev.cairn.internal.recovery.RepairPlan.Found;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.recovery.RepairPlan.Rewrite;
import dev.cairn.internal.recovery.RepairPlan.SegmentRepair;
import dev.cairn.internal.recovery.RepairPlan.Verdict;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.OffsetRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans of repairs, as a planner would make them. */
final class RepairPlans {
    static final LostEntity TASK = new LostEntity((byte) 1, null, "t-1", 4);
    static final LostEntity ORDER = new LostEntity((byte) 2, "orders", "o-1", 7);

    private RepairPlans() {}

    static OffsetRange range(long first, long last) {
        return new OffsetRange(first, last);
    }

    /** A plan that writes the segments of these numbers anew. */
    static RepairPlan plan(LogDirectory directory, long durable, List<OffsetRange> lost, int... numbers) {
        List<SegmentRepair> repairs = new ArrayList<>();
        for (int number : numbers) {
            Path file = directory.segmentFile(1, number).path();
            repairs.add(new Rewrite(number, 1, file, 0, null, List.of()));
        }
        return new RepairPlan(
                HandmadeLog.INSTALLATION,
                List.of(),
                repairs,
                lost,
                List.of(TASK, ORDER),
                List.of("op-1", "op-2"),
                durable,
                100,
                -1,
                null);
    }

    static Found found(int number, @Nullable OffsetRange offsets) {
        return new Found(number, 1, Path.of("x"), Path.of("x"), offsets, 0, Verdict.WHOLE, List.of(), List.of());
    }
}
