package dev.cairn.internal.recovery;

import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.recovery.RepairPlan.Found;
import dev.cairn.internal.recovery.RepairPlan.Link;
import dev.cairn.internal.recovery.RepairPlan.Put;
import dev.cairn.internal.recovery.RepairPlan.Rewrite;
import dev.cairn.internal.recovery.RepairPlan.SegmentRepair;
import dev.cairn.internal.recovery.RepairPlan.Verdict;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.Quarantine;
import dev.cairn.internal.segment.SegmentReplacement;
import dev.cairn.internal.segment.SegmentSalvage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a {@link RepairPlan}: every original stays, in {@code quarantine/}, and a new segment with what could be saved, or
 * a whole one that lay elsewhere, takes its place. Being cut off at any moment leaves a directory that the same repair finishes.
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
        Disk.createDirectories(directory.quarantine());
        Disk.forceDirectory(directory.root()); // for a while a segment may be in the quarantine and nowhere else
        SegmentReplacement replacement = new SegmentReplacement(directory, installation, nowMicros);
        Map<Path, Path> kept = keepMisplaced(plan);
        int lastWritten = plan.repairs().stream()
                .filter(Rewrite.class::isInstance)
                .mapToInt(SegmentRepair::number)
                .max()
                .orElse(0);
        for (Found found : plan.segments()) {
            boolean unsealed = found.verdict() == Verdict.UNSEALED || found.verdict() == Verdict.TORN;
            SegmentRepair repair = repairOf(plan, found);
            if (repair != null) {
                unsealed = carryOut(repair, replacement, kept.getOrDefault(repair.source(), repair.source()));
            }
            if (unsealed && found.offsets() != null && found.number() < lastWritten) {
                replacement.seal(
                        directory.segmentFile(found.epoch(), found.number()),
                        found.offsets().first());
            }
        }
        RepairJournal.done(directory);
    }

    /** Segments that lie in the places of others are read, and taken, under their second names: the first ones are taken over. */
    private Map<Path, Path> keepMisplaced(RepairPlan plan) throws IOException {
        Quarantine quarantine = new Quarantine(directory);
        Map<Path, Path> kept = new HashMap<>();
        for (SegmentRepair repair : plan.repairs()) {
            if (repair.isMisplaced()) {
                kept.put(repair.source(), quarantine.keep(repair.source()));
            }
        }
        return kept;
    }

    /** Returns whether the segment has no manifest yet. */
    private boolean carryOut(SegmentRepair repair, SegmentReplacement replacement, Path source) throws IOException {
        NumberedFile place = directory.segmentFile(repair.epoch(), repair.number());
        if (repair instanceof Rewrite rewrite) {
            SegmentSalvage salvage = rewrite.salvage();
            replacement.replace(
                    place, rewrite.firstOffset(), salvage == null ? null : salvage.in(source), rewrite.gone());
            return false;
        } else if (repair instanceof Link) {
            replacement.link(place);
            return false;
        } else if (repair instanceof Put put) {
            replacement.put(place, source);
            return !put.sealed();
        }
        replacement.setAside(repair.file());
        return false;
    }

    private static @Nullable SegmentRepair repairOf(RepairPlan plan, Found found) {
        return plan.repairs().stream()
                .filter(repair -> repair.file().equals(found.file()))
                .findFirst()
                .orElse(null);
    }
}
