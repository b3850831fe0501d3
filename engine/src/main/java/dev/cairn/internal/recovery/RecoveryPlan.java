package dev.cairn.internal.recovery;

import dev.cairn.internal.segment.SegmentScan;
import java.nio.file.Path;
import java.util.List;

/**
 * What opening is going to do with the log, decided before anything is changed.
 *
 * @param clean whether the log ends exactly where the last clean close left it
 * @param endUnknown whether nothing tells that the log did not go on behind {@code lastOffset}: a person has to accept that
 * @param seal unsealed segments that keep their records and get a manifest
 * @param setAside files that hold no record below the end of the log; they move to {@code quarantine/}
 * @param damages what is wrong with older segments, for people; their other records are served
 * @param lastOffset the last record of the log, −1 for none
 * @param lastChecksum checksum of its frame, 0 for none
 * @param durable the highest offset known to have been durable, −1 for none
 * @param unforcedRecordsMax how many offsets may be handed out and lost without a trace until the next clean stop
 * @param epoch the epoch that begins
 * @param nextOffset its first offset: beyond every offset that can have been handed out
 * @param cut why records behind {@code lastOffset} are not kept, empty when there are none
 */
public record RecoveryPlan(
        boolean clean,
        boolean endUnknown,
        List<SegmentScan> seal,
        List<Path> setAside,
        List<String> damages,
        long lastOffset,
        int lastChecksum,
        long durable,
        long unforcedRecordsMax,
        int epoch,
        long nextOffset,
        String cut) {
    public RecoveryPlan {
        seal = List.copyOf(seal);
        setAside = List.copyOf(setAside);
        damages = List.copyOf(damages);
    }

    /** For people: one line. */
    public String summary() {
        return (clean ? "clean" : "unclean") + " stop; log ends at offset " + lastOffset + ", durable up to " + durable
                + "; epoch " + epoch + " begins at offset " + nextOffset
                + (seal.isEmpty() ? "" : "; segments to seal: " + seal.size())
                + (setAside.isEmpty() ? "" : "; set aside: " + setAside)
                + (cut.isEmpty() ? "" : "; torn tail: " + cut)
                + (damages.isEmpty() ? "" : "; damaged: " + damages);
    }
}
