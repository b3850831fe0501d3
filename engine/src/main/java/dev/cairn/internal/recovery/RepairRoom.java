package dev.cairn.internal.recovery;

import dev.cairn.OutOfSpaceException;
import dev.cairn.internal.recovery.RepairPlan.SegmentRepair;
import dev.cairn.internal.segment.SegmentReplacement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The room on the disk that a repair takes: originals stay where they are, under a second name, and each damaged segment is
 * written anew beside its original. The opening behind it, which puts the account into the log, begins a segment. Whether the values
 * of those who lost records take more than that one no plan knows: an opening that has no room for them is refused, and the next
 * goes on.
 *
 * <p>Threading: stateless.
 */
public final class RepairRoom {
    /** For the account of the repair, the watermark and the next pages of whatever else is open. */
    private static final long MARGIN_BYTES = 512 << 10;
    /** For the manifest of one segment, and its copy while it is written. */
    private static final long MANIFEST_BYTES = 8 << 10;

    private RepairRoom() {}

    /** Bytes that {@code plan} takes, at most, with an opening that begins one segment of {@code segmentBytesMax}. */
    public static long needed(RepairPlan plan, int segmentBytesMax) {
        long bytes = MARGIN_BYTES + segmentBytesMax;
        for (SegmentRepair repair : plan.repairs()) {
            bytes += MANIFEST_BYTES;
            if (repair instanceof RepairPlan.Rewrite rewrite) {
                bytes += SegmentReplacement.bytesAtMost(rewrite.salvage(), rewrite.gone());
            }
        }
        return bytes;
    }

    /**
     * Refuses to begin what could not be ended.
     *
     * @param needed bytes that the repair takes, with the opening behind it
     * @throws OutOfSpaceException when there is not enough room; nothing was changed
     */
    public static void require(long needed, Path root, int segmentBytesMax) throws IOException {
        long usable = Files.getFileStore(root).getUsableSpace();
        if (usable < needed) {
            throw new OutOfSpaceException(root + ": expected room for " + needed
                    + " bytes, to write damaged segments anew, to begin a segment of " + segmentBytesMax
                    + " and to make checkpoint and projection again, was a disk with " + usable
                    + " left; nothing was changed; make room and run it again");
        }
    }
}
