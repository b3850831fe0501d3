package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.recovery.Damages;
import dev.cairn.internal.segment.SegmentCatalog;
import java.util.List;
import java.util.Set;

/**
 * Tells of records that the state does not include, as they could not be read behind its checkpoint.
 *
 * <p>Threading: the opening thread.
 */
final class PassedOver {
    private static final int NAMED_MAX = 3;

    private PassedOver() {}

    /** States that files of the log are not those that followed one another, if some are not. */
    static void tellUnchained(OpenLog log) {
        List<String> unchained = log.catalog().problems().stream()
                .filter(problem -> problem.effect() == SegmentCatalog.Effect.CHAIN)
                .limit(NAMED_MAX)
                .map(problem -> log.directory().root().relativize(problem.file()) + ": " + problem.what())
                .toList();
        if (!unchained.isEmpty()) {
            String warning = "files of the log may be copies from elsewhere: " + String.join("; ", unchained);
            log.losses().state(List.of(), Set.of(), warning);
        }
    }

    /**
     * States {@code holes}, if there are any, as losses of {@code log}.
     *
     * @param live whether a writer has the directory
     */
    static void tell(OpenLog log, List<Hole> holes, boolean live) {
        if (holes.isEmpty()) {
            return;
        }
        Damages damages = new Damages(log.directory().root());
        for (Hole hole : holes) {
            DamagedLogException why = hole.why();
            damages.add(why.file(), why.position(), why.offset(), why.what());
        }
        log.losses()
                .passedOver(
                        holes,
                        NewestRecords.in(
                                holes,
                                log.directory().root(),
                                log.identity().installation(),
                                log.registry().kinds.all(),
                                live),
                        "the state was made over damage: " + damages.describe());
    }
}
