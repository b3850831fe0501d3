package dev.cairn.internal.recovery;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a crash left at the end of the log and the next opening clears away by itself: nothing of it was ever durable, so that there is
 * nothing to repair and no loss to account for.
 *
 * <p>Threading: immutable.
 *
 * @param setAside files of which no record counts
 * @param ends the last offset that counts, by the files that the opening seals
 */
record TornTail(Set<Path> setAside, Map<Path, Long> ends) {
    static final TornTail NONE = new TornTail(Set.of(), Map.of());

    TornTail {
        setAside = Set.copyOf(setAside);
        ends = Map.copyOf(ends);
    }

    /**
     * Of the log as an opening would find it. Costs nothing where all segments are sealed: no crash has left anything then.
     *
     * @param listed the segments
     * @param live whether a writer has the directory: what is not sealed is its own then
     */
    static TornTail of(
            LogDirectory directory, UUID installation, SegmentCatalog listed, Evidence evidence, boolean live)
            throws IOException {
        if (live || areSealed(listed)) {
            return NONE;
        }
        try {
            SegmentCatalog catalog = SegmentCatalog.load(directory, installation);
            RecoveryPlan opening = new RecoveryPlanner(directory, installation, catalog, evidence).plan(0);
            Map<Path, Long> ends = new HashMap<>();
            for (SegmentScan scan : opening.seal()) {
                ends.put(scan.file(), scan.lastOffset());
            }
            return new TornTail(Set.copyOf(opening.setAside()), ends);
        } catch (DamagedLogException refused) {
            return NONE; // the opening leaves all of it to the repair
        }
    }

    private static boolean areSealed(SegmentCatalog listed) throws IOException {
        Set<Path> sealed = listed.segments().stream()
                .filter(Segment::isSealed)
                .map(Segment::file)
                .collect(Collectors.toSet());
        return listed.places().files().stream().allMatch(file -> sealed.contains(file.path()));
    }

    boolean isSetAside(Path file) {
        return setAside.contains(file);
    }

    /** The last offset that counts in {@code file}, null where the opening does not cut it off. */
    @Nullable
    Long end(Path file) {
        return ends.get(file);
    }
}
