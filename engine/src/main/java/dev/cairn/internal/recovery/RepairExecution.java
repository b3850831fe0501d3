package dev.cairn.internal.recovery;

import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.recovery.RepairPlan.Found;
import dev.cairn.internal.recovery.RepairPlan.SegmentRepair;
import dev.cairn.internal.recovery.RepairPlan.Verdict;
import dev.cairn.internal.segment.CleanMarker;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.SegmentReplacement;
import java.io.IOException;
import java.util.UUID;

/**
 * Carries out a {@link RepairPlan}: every original stays, in {@code quarantine/}, and a new segment with what could be saved
 * takes its place. Being cut off at any moment leaves a directory that the same repair finishes.
 *
 * <p>Threading: one thread, with the directory locked.
 */
public final class RepairExecution {
    private final LogDirectory directory;
    private final UUID installation;
    private final long nowMicros;

    /** @param nowMicros for the headers of segments of which nothing is left; microseconds since 1970 */
    public RepairExecution(LogDirectory directory, UUID installation, long nowMicros) {
        this.directory = directory;
        this.installation = installation;
        this.nowMicros = nowMicros;
    }

    public void execute(RepairPlan plan) throws IOException {
        RepairJournal.of(plan, directory).begin(directory, installation);
        CleanMarker.remove(directory);
        Disk.createDirectories(directory.quarantine());
        SegmentReplacement replacement = new SegmentReplacement(directory, installation, nowMicros);
        int lastRepaired =
                plan.repairs().stream().mapToInt(SegmentRepair::number).max().orElse(0);
        for (Found found : plan.segments()) {
            boolean unsealed = found.verdict() == Verdict.UNSEALED || found.verdict() == Verdict.TORN;
            SegmentRepair repair = repairOf(plan, found.number());
            if (repair != null) {
                replacement.replace(
                        directory.segmentFile(repair.epoch(), repair.number()),
                        repair.firstOffset(),
                        repair.salvage(),
                        repair.lost());
            } else if (unsealed && found.offsets() != null && found.number() < lastRepaired) {
                replacement.seal(
                        directory.segmentFile(found.epoch(), found.number()),
                        found.offsets().first());
            }
        }
        RepairJournal.done(directory);
    }

    private static @org.jspecify.annotations.Nullable SegmentRepair repairOf(RepairPlan plan, int number) {
        return plan.repairs().stream()
                .filter(repair -> repair.number() == number)
                .findFirst()
                .orElse(null);
    }
}
