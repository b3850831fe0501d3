package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.recovery.Damages;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentCatalog;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
        List<OffsetRange> unrecorded = holes.stream().map(Hole::offsets).toList();
        if (!unrecorded.isEmpty()) {
            log.losses().state(named(log, unrecorded));
        }
        return unrecorded;
    }

    /**
     * Who lost records, as the repair itself says: it asked a projection that may be gone by now. Nobody where records of it are there
     * again, for whose they are it does not say.
     */
    private static Set<EntityId> named(OpenLog log, List<OffsetRange> unrecorded) {
        try {
            RepairJournal journal =
                    RepairJournal.pending(log.directory(), log.identity().installation());
            if (journal == null
                    || !OffsetRange.minus(journal.lost(), unrecorded).isEmpty()) {
                return Set.of();
            }
            return journal.entities().stream().map(LostEntity::id).collect(Collectors.toSet());
        } catch (IOException | DataDirectoryException e) {
            LOG.debug(
                    "{}: the account of a repair cannot be read: {}",
                    log.directory().root(),
                    e.toString());
            return Set.of();
        }
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
