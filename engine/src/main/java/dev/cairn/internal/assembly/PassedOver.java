package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.recovery.Damages;
import java.util.List;

/**
 * Tells of records that the state does not include, as they could not be read behind its checkpoint.
 *
 * <p>Threading: the opening thread.
 */
final class PassedOver {
    private PassedOver() {}

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
