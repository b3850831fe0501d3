package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.Quarantine;
import dev.cairn.internal.segment.Watermark;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the watermark anew where nothing told of the end of the log: from then on what was found is all that there was.
 *
 * <p>Segments may be gone with all their records, and with openings of their own. So the mark keeps epochs and offsets free, more
 * than anybody is likely to have lost: what was given out there is not given out again.
 *
 * <p>Threading: stateless; writes with the directory locked.
 */
final class WatermarkRepair {
    private static final Logger LOG = LoggerFactory.getLogger(WatermarkRepair.class);

    static final long OFFSETS_FREE = 1L << 32;
    static final int EPOCHS_FREE = 1_000;

    private WatermarkRepair() {}

    /**
     * The last act of the repair {@code plan}: until then the end is unknown to whoever looks. It states no more as durable than
     * what is known to have been; what a kill left in memory the next opening forces.
     */
    static void write(LogDirectory directory, RepairPlan plan, CairnOptions options) throws IOException {
        LOG.warn("{}: offset {} is taken for the end of the log", directory.root(), plan.assumedEnd());
        if (Files.exists(directory.watermarkFile())) {
            new Quarantine(directory).take(directory.watermarkFile());
        }
        int epoch = 0;
        for (int used : directory.epochs()) {
            epoch = Math.max(epoch, used);
        }
        long unforced = options.unforcedRecordsMax() + OFFSETS_FREE;
        try (Watermark watermark = Watermark.open(directory, plan.installation(), unforced)) {
            watermark.write(epoch + EPOCHS_FREE, plan.durable(), 0, 0);
        }
    }
}
