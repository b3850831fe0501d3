package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.Quarantine;
import dev.cairn.internal.segment.Watermark;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a watermark that is missing or damaged again, so that the log ends where the repair found its end.
 *
 * <p>Where nothing told of the end, a segment may be gone with all its records, and with an opening of its own. So the mark keeps
 * an epoch free, and as many offsets as a segment holds: what was given out there is not given out again.
 *
 * <p>Threading: stateless; writes with the directory locked.
 */
final class WatermarkRepair {
    private static final Logger LOG = LoggerFactory.getLogger(WatermarkRepair.class);

    private WatermarkRepair() {}

    /** The last act of a repair: until then the plan for the directory says that the end is unknown. */
    static void writeIfLost(LogDirectory directory, RepairPlan plan, CairnOptions options) throws IOException {
        if (Watermark.read(directory, plan.installation()) != null) {
            return;
        }
        LOG.warn("{}: the watermark is written again, at offset {}", directory.root(), plan.lastOffset());
        if (Files.exists(directory.watermarkFile())) {
            new Quarantine(directory).take(directory.watermarkFile());
        }
        int epoch = 1;
        for (int used : directory.epochs()) {
            epoch = Math.max(epoch, used);
        }
        long unforced = options.unforcedRecordsMax();
        if (plan.endUnknown()) {
            epoch++;
            unforced += Math.min(options.segmentRecordsMax(), options.segmentBytesMax() / Frame.HEADER_BYTES);
        }
        try (Watermark watermark = Watermark.open(directory, plan.installation(), unforced)) {
            watermark.write(epoch, plan.lastOffset(), 0, 0);
        }
    }
}
