package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.RepairPlans.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.recovery.Evidence.CleanEnd;
import dev.cairn.internal.recovery.RepairPlan.Found;
import dev.cairn.internal.recovery.RepairPlan.Put;
import dev.cairn.internal.recovery.RepairPlan.Rewrite;
import dev.cairn.internal.recovery.RepairPlan.SegmentRepair;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentPlaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A log that a repair is planned for, and what the plan says. */
abstract class PlannedLog {
    /** As many as any of these logs has. */
    static final int EPOCHS = 9;

    static final Evidence NOTHING = durable(-1);

    @TempDir
    Path root;

    HandmadeLog log;
    Path checkpoint;
    final List<String> progress = new ArrayList<>();

    @BeforeEach
    void begin() {
        log = new HandmadeLog(root);
        checkpoint = root.resolve("state");
    }

    static Evidence durable(long offset) {
        return new Evidence(offset, -1, EPOCHS, 0, CleanEnd.NONE);
    }

    RepairPlan plan() throws IOException {
        return plan(NOTHING);
    }

    RepairPlan plan(Evidence evidence) throws IOException {
        return plan(evidence, RepairScope.ALL, null);
    }

    RepairPlan plan(Evidence evidence, RepairScope scope) throws IOException {
        return plan(evidence, scope, null);
    }

    RepairPlan plan(Evidence evidence, RepairScope scope, @Nullable RepairJournal unfinished) throws IOException {
        SegmentPlaces places = SegmentPlaces.byHeader(
                log.directory, HandmadeLog.INSTALLATION, unfinished == null ? Map.of() : unfinished.kept(), false);
        return new RepairPlanner(
                        log.directory,
                        HandmadeLog.INSTALLATION,
                        SegmentCatalog.load(places),
                        evidence,
                        scope,
                        (phase, done, total) -> progress.add(phase + " " + done + " of " + total))
                .plan(List.of(new CheckpointWitness(checkpoint, HandmadeLog.INSTALLATION)), unfinished);
    }

    /** What was found, as {@code 2 DAMAGED 10-19, 9 records, lost 14}. */
    static void assertFound(RepairPlan plan, String... segments) {
        assertSegments(plan, segments);
        List<OffsetRange> lost = new ArrayList<>();
        plan.segments().forEach(segment -> lost.addAll(segment.lost()));
        assertThat(plan.lost()).as("lost in all").isEqualTo(OffsetRange.union(lost, List.of()));
    }

    /** The same where more is lost than the repairs to come give up. */
    static void assertSegments(RepairPlan plan, String... segments) {
        assertThat(plan.segments().stream().map(PlannedLog::text)).containsExactly(segments);
    }

    private static String text(Found found) {
        OffsetRange offsets = found.offsets();
        return found.number() + " " + found.verdict() + (offsets == null ? "" : " " + text(offsets))
                + (found.records() == 0 ? "" : ", " + found.records() + " records")
                + (found.lost().isEmpty() ? "" : ", lost" + text(found.lost()));
    }

    /** What is to be written anew, as {@code 2 of epoch 1 from 10 without 14}. */
    static void assertRepairs(RepairPlan plan, String... repairs) {
        assertThat(plan.repairs().stream().map(PlannedLog::text)).containsExactly(repairs);
    }

    private static String text(SegmentRepair repair) {
        String text = repair.number() + " of epoch " + repair.epoch();
        String lies = repair.isMisplaced() ? " at " + repair.source().getFileName() : "";
        if (repair instanceof Rewrite rewrite) {
            return text + " from " + rewrite.firstOffset() + " without" + text(rewrite.gone())
                    + (rewrite.salvage() == null ? ", of nothing" : "") + lies;
        } else if (repair instanceof Put put) {
            return text + " as it is" + lies + (put.sealed() ? "" : ", unsealed");
        }
        return text + " away";
    }

    private static String text(List<OffsetRange> ranges) {
        StringBuilder text = new StringBuilder();
        ranges.forEach(range -> text.append(' ').append(text(range)));
        return text.toString();
    }

    private static String text(OffsetRange range) {
        return range.first() == range.last() ? "" + range.first() : range.first() + "-" + range.last();
    }
}
