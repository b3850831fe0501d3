package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.Progress;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.recovery.RepairExecution;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.recovery.RepairPlanner;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.segment.DirectoryLock;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.SegmentCatalog;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs of a log: planned without changing anything, carried out only as they were planned. What was done is put into the log
 * by the next opening, see {@link RepairRecord}.
 *
 * <p>Threading: stateless.
 */
public final class LogRepair {
    private static final Logger LOG = LoggerFactory.getLogger(LogRepair.class);

    private static final Kinds KINDS = new Registry(CairnOptions.defaults().jsonBytesMax()).kinds;

    private LogRepair() {}

    /** What a repair of {@code directory} would do. */
    public static RepairPlan plan(LogDirectory directory, UUID installation, RepairScope scope, Progress progress)
            throws IOException {
        return new RepairPlanner(
                        directory,
                        installation,
                        SegmentCatalog.load(directory, installation),
                        DirectoryEvidence.of(directory, installation),
                        scope,
                        progress)
                .plan(CheckpointFile.path(directory));
    }

    /**
     * Repairs as {@code plan} says, and opens the log once so that it has the record of it.
     *
     * @throws DamagedLogException when the directory is not any more as it was planned for
     */
    public static void apply(LogDirectory directory, RepairPlan plan, RepairScope scope, CairnOptions options)
            throws IOException {
        DirectoryLock lock = DirectoryLock.acquire(directory);
        try (lock) {
            RepairPlan now = plan(directory, plan.installation(), scope, Progress.NONE);
            if (!now.id().equals(plan.id())) {
                throw new DamagedLogException(
                        directory.logDirectory(),
                        0,
                        -1,
                        "expected the damage that the plan " + plan.id() + " was made for, was that of " + now.id());
            }
            execute(directory, now, options);
        }
        CairnEngine.open(directory.root(), options).close();
    }

    /** The same for an opening that holds the lock, if its options accept exactly this loss. */
    static boolean acceptedAndDone(LogDirectory directory, Identity identity, CairnOptions options) throws IOException {
        String accepted = options.acceptDataLoss();
        if (accepted == null) {
            return false;
        }
        RepairPlan plan = plan(directory, identity.installation(), RepairScope.ALL, options.progress());
        if (!plan.isDue() || !plan.id().equals(accepted)) {
            return false;
        }
        execute(directory, plan, options);
        return true;
    }

    private static void execute(LogDirectory directory, RepairPlan plan, CairnOptions options) throws IOException {
        LOG.warn(
                "{}: repair {}: {} segments are written anew, {} offsets are lost",
                directory.root(),
                plan.id(),
                plan.repairs().size(),
                plan.lostCount());
        new RepairExecution(
                        directory,
                        plan.installation(),
                        Micros.floor(options.clock().instant()))
                .execute(plan);
    }

    /** The topic, built-in or the user's, of an entity that lost records. */
    public static String topic(LostEntity entity) {
        String topic = entity.topic();
        return topic != null ? topic : KINDS.byId(entity.kind()).name();
    }

    /** Adds to a refusal what can be done about it. */
    static DamagedLogException explained(LogDirectory directory, Identity identity, DamagedLogException refusal)
            throws IOException {
        RepairPlan plan = plan(directory, identity.installation(), RepairScope.ALL, Progress.NONE);
        if (!plan.isDue()) {
            return refusal;
        }
        return new DamagedLogException(
                refusal.file(),
                refusal.position(),
                refusal.offset(),
                refusal.what() + "; look for a copy of the file first; reading goes on with --read-only; cairn replay"
                        + " --dry-run shows what can be saved; to go on without the " + plan.lostCount()
                        + " offsets that cannot, accept the data loss " + plan.id());
    }
}
