package dev.cairn.internal.assembly;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.internal.disk.ShellWord;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.Recovered;
import dev.cairn.internal.projection.ProjectionAudit;
import dev.cairn.internal.recovery.CheckpointWitness;
import dev.cairn.internal.recovery.RepairExecution;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.recovery.RepairPlan.Put;
import dev.cairn.internal.recovery.RepairPlan.Rewrite;
import dev.cairn.internal.recovery.RepairPlanner;
import dev.cairn.internal.recovery.RepairRoom;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.recovery.StateWitness;
import dev.cairn.internal.segment.CleanMarker;
import dev.cairn.internal.segment.DirectoryLock;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentPlaces;
import dev.cairn.internal.segment.SegmentSalvage;
import dev.cairn.internal.system.RecordRepair;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private static final int PAGE_RECORDS = 1_000;

    private static final Kinds KINDS = new Registry(CairnOptions.defaults()).kinds;

    private LogRepair() {}

    /**
     * What a repair of {@code directory} would do.
     *
     * @throws DataDirectoryException when nothing is left that tells of a log
     */
    public static RepairPlan plan(LogDirectory directory, UUID installation, RepairScope scope, Progress progress)
            throws IOException {
        DataDirectory.refuseEmptied(directory, installation);
        RepairJournal unfinished = RepairJournal.unfinished(directory, installation);
        SegmentPlaces places = SegmentPlaces.byHeader(
                directory, installation, unfinished == null ? Map.of() : unfinished.kept(), scope.isLive());
        SegmentCatalog catalog = SegmentCatalog.load(places);
        ForeignLog.refuse(directory, installation, catalog);
        return new RepairPlanner(
                        directory,
                        installation,
                        catalog,
                        scope.isAll()
                                ? DirectoryEvidence.untouched(directory, installation, scope.isLive())
                                : DirectoryEvidence.withoutProjection(directory, installation),
                        scope,
                        progress)
                .plan(witnesses(directory, installation, scope.isLive()), unfinished);
    }

    /**
     * Who may remember what the log of {@code directory} lost.
     *
     * @param live whether a writer has the directory
     */
    public static List<StateWitness> witnesses(LogDirectory directory, UUID installation, boolean live) {
        return List.of(
                new CheckpointWitness(CheckpointFile.path(directory), installation),
                new ProjectionWitness(directory.root(), installation, KINDS.all(), live));
    }

    /**
     * Where the log has the record of a repair.
     *
     * @param epoch of the opening that wrote it
     * @param offset of the record, −1 when nothing but the identity was lost, which needs none
     * @param deleted topic and key of each entity of which nothing was left
     * @param clean whether that opening was closed in good order too
     */
    public record Recorded(int epoch, long offset, List<String> deleted, boolean clean) {
        public Recorded {
            deleted = List.copyOf(deleted);
        }
    }

    /**
     * Repairs as {@code plan} says, writes a lost identity again, and opens the log once so that it has the record of it.
     *
     * @throws DamagedLogException when the directory is not any more as it was planned for
     * @throws dev.cairn.OutOfSpaceException when the disk has not the room that it takes; nothing was changed
     */
    public static Recorded apply(LogDirectory directory, RepairPlan plan, RepairScope scope, CairnOptions options)
            throws IOException {
        DirectoryLock lock = DirectoryLock.acquire(directory);
        try (lock) {
            RepairPlan now = plan(directory, plan.installation(), scope, options.progress());
            if (!now.id().equals(plan.id())) {
                throw new DamagedLogException(
                        directory.logDirectory(),
                        0,
                        -1,
                        "expected the damage that the plan " + plan.id() + " was made for, was that of " + now.id());
            }
            if (now.isDue()) {
                requireRoom(directory, now, options);
            }
            IdentityRepair.writeIfLost(directory, plan.installation(), options.clock());
            if (now.isDue()) {
                execute(directory, now, options);
            }
        }
        Recorded recorded = openAndClose(directory, plan, scope, options);
        boolean clean = CleanMarker.read(directory, plan.installation()) != null;
        return new Recorded(recorded.epoch(), recorded.offset(), recorded.deleted(), clean);
    }

    private static Recorded openAndClose(
            LogDirectory directory, RepairPlan plan, RepairScope scope, CairnOptions options) {
        try (Cairn cairn = CairnEngine.open(directory.root(), options)) {
            return plan.isDue()
                    ? recorded(cairn, behind(plan))
                    : new Recorded(cairn.watermarks().epoch(), -1, List.of(), false);
        } catch (DamagedLogException e) {
            if (scope.isAll()) {
                throw e;
            }
            throw new DamagedLogException(
                    e.file(),
                    e.position(),
                    e.offset(),
                    e.what() + "; what was asked for is repaired, originals are in quarantine/, but the log is damaged"
                            + " elsewhere too: cairn replay --apply without a part repairs the rest, and records both");
        }
    }

    /** Bytes that {@code plan} takes on the disk, at most, with the opening behind it. */
    public static long room(LogDirectory directory, RepairPlan plan, CairnOptions options) throws IOException {
        // Each is made anew before the old one's room is given back, or, the projection, by way of a log as large as
        // itself.
        long made = size(CheckpointFile.path(directory)) + size(ProjectionAudit.file(directory.root()));
        return RepairRoom.needed(plan, options.segmentBytesMax()) + made;
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static void requireRoom(LogDirectory directory, RepairPlan plan, CairnOptions options) throws IOException {
        RepairRoom.require(room(directory, plan, options), directory.root(), options.segmentBytesMax());
    }

    /** Where what is written about the repair begins at the earliest: an opening that was cut off may have written of it before. */
    private static long behind(RepairPlan plan) {
        RepairJournal unfinished = plan.unfinished();
        return 1 + (unfinished == null ? plan.lastOffset() : unfinished.durable());
    }

    /** What openings have written about the repair, the last of them just now. */
    private static Recorded recorded(Cairn cairn, long behind) {
        long account = -1;
        List<String> deleted = new ArrayList<>();
        for (long next = behind; next <= cairn.watermarks().durableOffset(); ) {
            try {
                LogPage page = cairn.log().read(next, Long.MAX_VALUE, LogFilter.all(), PAGE_RECORDS);
                for (LogRecord record : page.records()) {
                    if (record.type().equals(RecordRepair.TYPE)) {
                        account = record.offset();
                    } else if (Recovered.saysDeleted(record.type(), record.payload())) {
                        deleted.add(record.topic() + "/" + record.key());
                    }
                }
                next = page.next();
            } catch (GoneException e) {
                next = Objects.requireNonNull(e.resumeFrom());
            }
        }
        return new Recorded(cairn.watermarks().epoch(), account, deleted, false);
    }

    /** The same for an opening that holds the lock, if its options accept exactly this loss. */
    static void acceptAndDo(LogDirectory directory, Identity identity, CairnOptions options) throws IOException {
        String accepted = options.acceptDataLoss();
        if (accepted == null) {
            return;
        }
        RepairPlan plan = plan(directory, identity.installation(), RepairScope.ALL, options.progress());
        if (!plan.isDue() || !plan.id().equals(accepted)) {
            LOG.warn(
                    "{}: there is no data loss {} to accept{}",
                    directory.root(),
                    accepted,
                    plan.isDue() ? "" : ": every record is whole; start without it, as looking for one takes time");
            return;
        }
        requireRoom(directory, plan, options);
        execute(directory, plan, options);
    }

    private static void execute(LogDirectory directory, RepairPlan plan, CairnOptions options) throws IOException {
        LOG.warn(
                "{}: repair {}: {} to be written anew, {} to be put into their places, {} lost",
                directory.root(),
                plan.id(),
                counted(plan, Rewrite.class),
                counted(plan, Put.class),
                RepairPlan.counted(plan.lostCount(), "offset"));
        new RepairExecution(
                        directory,
                        plan.installation(),
                        Micros.floor(options.clock().instant()))
                .execute(plan);
        if (plan.endUnknown()) {
            WatermarkRepair.write(directory, plan, options);
        }
    }

    private static String counted(RepairPlan plan, Class<?> repair) {
        return RepairPlan.counted(
                plan.repairs().stream().filter(repair::isInstance).count(), "segment");
    }

    /** The topic, built-in or the user's, of an entity that lost records. */
    public static String topic(LostEntity entity) {
        String topic = entity.topic();
        return topic != null ? topic : KINDS.byId(entity.kind()).name();
    }

    /** A document is refused as a whole: the plan has read it frame by frame, and knows the first byte that is wrong. */
    private static DamagedLogException located(RepairPlan plan, DamagedLogException refusal) {
        for (RepairPlan.Found segment : plan.segments()) {
            boolean same =
                    segment.liesAt().toAbsolutePath().equals(refusal.file().toAbsolutePath());
            if (same && !segment.damages().isEmpty()) {
                SegmentSalvage.Damage first = segment.damages().get(0);
                return first.position() <= refusal.position()
                        ? refusal
                        : new DamagedLogException(refusal.file(), first.position(), first.offset(), refusal.what());
            }
        }
        return refusal;
    }

    /** Adds to a refusal what can be done about it. */
    static DamagedLogException explained(LogDirectory directory, Identity identity, DamagedLogException refusal)
            throws IOException {
        RepairPlan plan = plan(directory, identity.installation(), RepairScope.ALL, Progress.NONE);
        if (!plan.isDue()) {
            return refusal;
        }
        DamagedLogException exactly = located(plan, refusal);
        return new DamagedLogException(
                exactly.file(), exactly.position(), exactly.offset(), exactly.what() + "; " + advice(directory, plan));
    }

    private static String advice(LogDirectory directory, RepairPlan plan) {
        String accept = ", accept the data loss by CairnOptions.acceptDataLoss, or by cairn serve --data "
                + ShellWord.of(directory.root()) + " --accept-data-loss " + plan.id();
        if (plan.lostCount() == 0 && !plan.endUnknown()) {
            return "no record is lost: cairn replay --dry-run shows what is to be done, --apply does it; to have the next"
                    + " start do it" + accept;
        }
        String copy = plan.endUnknown()
                ? "look for a copy of the whole directory first"
                : "look for a copy of the file first";
        List<String> accepted = new ArrayList<>();
        if (plan.lostCount() > 0) {
            accepted.add("to go on without the " + RepairPlan.counted(plan.lostCount(), "offset") + " that cannot");
        }
        if (plan.endUnknown()) {
            accepted.add("to take offset " + plan.assumedEnd() + " for the end of the log");
        }
        return copy + "; reading goes on with --read-only; cairn replay --dry-run shows what can be saved; "
                + String.join(" and ", accepted) + accept;
    }
}
