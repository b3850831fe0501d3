package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.recovery.Damages;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentCatalog;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of records that the state does not include, as they could not be read behind its checkpoint, and of repairs that have not
 * ended.
 *
 * <p>Threading: the opening thread.
 */
final class PassedOver {
    private static final Logger LOG = LoggerFactory.getLogger(PassedOver.class);

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
        tell(log, holes, live, "the state was made over damage");
    }

    /** States what repairs gave up that have not ended, which it returns; parameters as of {@link #tell}. */
    static List<OffsetRange> tellUnrecorded(OpenLog log, List<Hole> passedOver, boolean live) {
        List<Hole> holes = UnrecordedLosses.in(log, passedOver);
        tell(log, holes, live, "a repair has not ended");
        return holes.stream().map(Hole::offsets).toList();
    }

    /** States that a repair is to be finished, if one was cut off. */
    static void tellCutOff(OpenLog log) {
        if (RepairJournal.isCutOff(log.directory())) {
            String what = "a repair was cut off; cairn replay --apply finishes it";
            LOG.warn("{}: {}", log.directory().root(), what);
            log.losses().state(List.of(), Set.of(), what);
        }
    }

    private static void tell(OpenLog log, List<Hole> holes, boolean live, String what) {
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
                        what + ": " + damages.describe());
    }
}
