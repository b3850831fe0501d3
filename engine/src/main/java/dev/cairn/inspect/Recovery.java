package dev.cairn.inspect;

import dev.cairn.CairnOptions;
import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.InvalidRequestException;
import dev.cairn.OutOfSpaceException;
import dev.cairn.Progress;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.internal.assembly.IdentityRepair;
import dev.cairn.internal.assembly.LogRepair;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.disk.ShellWord;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.segment.DirectoryLock;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.log.From;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovery of a damaged log, as a plan: what was found, what can be kept, what is lost, and what can be done about it. Making the
 * plan changes nothing; {@link #apply} does exactly what it says.
 *
 * <p>Memory stays flat whatever the size of the log: it grows with what is lost alone.
 *
 * <p>Threading: immutable.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final LogDirectory directory;
    private final RepairScope scope;
    private final RepairPlan plan;
    private final boolean identityLost;
    private final @Nullable String writer;
    private final Duration took;

    /** What is the matter with a segment. */
    public enum Verdict {
        /** Nothing. */
        WHOLE,
        /** It ends where a crash cut it off; the next opening goes on behind that. */
        TORN,
        /** Outside of what was asked for. */
        SKIPPED,
        /** Its manifest is not there or damaged; the next opening makes it again. */
        UNSEALED,
        /** Some of its bytes are not what was written. */
        DAMAGED,
        /** The file is not there. */
        MISSING,
        /** The file is another than the one that belongs here. */
        ANOTHER,
        /** Nothing, but that it lies in the place of another. */
        MISPLACED,
        /** Nothing, but that the manifest behind it continues another: one of the two may be a copy from elsewhere. */
        UNCHAINED
    }

    /**
     * One segment of the log.
     *
     * @param number its place among all segments
     * @param epoch the opening that made it
     * @param file where it belongs, relative to the data directory
     * @param liesAt where it was found: {@code file}, if it is not in the place of another
     * @param offsets what it holds or held; the range 0 to −1 for nothing
     * @param records how many of them are whole, as far as they were looked at
     * @param verdict what is the matter
     * @param damages bytes that are not what was written
     * @param lost offsets of which no record can be saved
     */
    public record SegmentReport(
            int number,
            int epoch,
            Path file,
            Path liesAt,
            Range offsets,
            long records,
            Verdict verdict,
            List<Damage> damages,
            List<Range> lost) {}

    /**
     * Bytes that are not what was written.
     *
     * @param position the first byte
     * @param endPosition behind the last byte
     * @param offset of the record that was expected there
     * @param what was expected and found
     */
    public record Damage(long position, long endPosition, long offset, String what) {}

    /**
     * Something that can be done.
     *
     * @param what to do
     * @param cost what it costs
     */
    public record Choice(String what, String cost) {}

    /**
     * What was done.
     *
     * @param epoch of the opening that put the account into the log
     * @param offset of the record with the account, −1 when nothing but the identity was lost, which needs none
     * @param deleted topic and key of each key that counts as deleted now, as nothing was left to say what it held
     * @param originals what is in {@code quarantine/} now and was not before the repair began, relative to the data directory; of one
     *     that was cut off, what bears the name of a segment that it is about
     * @param clean whether that opening was closed in good order; if not, the next one recovers
     */
    public record Applied(int epoch, long offset, List<String> deleted, List<Path> originals, boolean clean) {}

    private Recovery(
            LogDirectory directory,
            RepairScope scope,
            RepairPlan plan,
            boolean identityLost,
            @Nullable String writer,
            Duration took) {
        this.directory = directory;
        this.scope = scope;
        this.plan = plan;
        this.identityLost = identityLost;
        this.writer = writer;
        this.took = took;
    }

    /**
     * Looks at the log of {@code directory} from one position to another and makes the plan. A writer may have it: then the
     * plan is about what is durable. Who lost records is told by later ones: if any are lost, the log behind them is read for that
     * alone, beyond {@code until} as well.
     *
     * @param from the first record to look at, null for all
     * @param until the first record not to look at, null for all
     * @throws DataDirectoryException when the directory is not Cairn's or cannot be read
     * @throws InvalidRequestException when one of them is an offset beyond the end of the log, or there is nothing between the two
     */
    public static Recovery plan(Path directory, @Nullable From from, @Nullable From until, Progress progress) {
        LogDirectory files = new LogDirectory(directory);
        return Owner.undisturbed(files, () -> planNow(files, from, until, progress), planned -> planned.writer != null);
    }

    private static Recovery planNow(LogDirectory files, @Nullable From from, @Nullable From until, Progress progress) {
        long begun = System.nanoTime();
        try {
            UUID installation = installation(files);
            Owner owner = Owner.of(files, new Findings(files.root()));
            long through = Owner.through(files, installation, owner.live());
            RepairScope scope = RecoveryRange.resolve(files, installation, through, from, until);
            RepairPlan plan = LogRepair.plan(files, installation, scope, progress);
            LOG.debug("{}: repair {}: {} offsets are lost", files.root(), plan.id(), plan.lostCount());
            return new Recovery(
                    files,
                    scope,
                    plan,
                    IdentityRepair.isLost(files),
                    owner.live() ? DirectoryLock.holder(files) : null,
                    Duration.ofNanos(System.nanoTime() - begun));
        } catch (IOException | UncheckedIOException e) {
            throw new DataDirectoryException(
                    files.root(), Reason.INACCESSIBLE, "cannot be read: " + DiskFailure.describe(e), e);
        }
    }

    /**
     * The same with offsets.
     *
     * @param from the first offset to look at, 0 for all
     * @param until the first offset not to look at, {@link Long#MAX_VALUE} for all; every other is at most the end of the log
     */
    public static Recovery plan(Path directory, long from, long until, Progress progress) {
        return plan(
                directory,
                from <= 0 ? null : From.offset(from),
                until == Long.MAX_VALUE ? null : From.offset(until),
                progress);
    }

    private static UUID installation(LogDirectory files) throws IOException {
        if (!Files.isDirectory(files.root())) {
            throw new DataDirectoryException(files.root(), Reason.MISSING, "expected a data directory, was none");
        }
        if (!IdentityRepair.isLost(files)) {
            return Objects.requireNonNull(Identity.read(files)).installation();
        }
        UUID installation = Owner.installation(files);
        if (installation == null) {
            Owner.refuseNobodys(files);
            throw new DataDirectoryException(
                    files.root(),
                    Reason.FOREIGN,
                    "expected an identity, or a segment that says whose it is, was neither; put the file "
                            + files.identityFile().getFileName() + " back from a copy");
        }
        return installation;
    }

    /** The process that has {@code directory} open for writing, or null. */
    public static @Nullable String writer(Path directory) {
        LogDirectory files = new LogDirectory(directory);
        try {
            return DirectoryLock.isHeld(files) ? DirectoryLock.holder(files) : null;
        } catch (IOException e) {
            throw new DataDirectoryException(
                    directory, Reason.INACCESSIBLE, "cannot be read: " + DiskFailure.describe(e), e);
        }
    }

    /**
     * Does what the plan says: originals move to {@code quarantine/}, damaged segments are written anew with what can be saved,
     * whole ones that lie in the places of others are put into their own, and the log is opened once to put the account into it and to rebuild state and projection.
     *
     * @throws dev.cairn.DamagedLogException when the directory is not any more what the plan was made for; nothing is changed
     * @throws DataDirectoryException when another process has the directory, or nothing can be written to it
     * @throws OutOfSpaceException when there is no room for it; the originals are all there, and it can be repeated
     */
    public Applied apply(CairnOptions options) {
        try {
            Set<Path> before = quarantined();
            before.removeIf(file -> plan.isOriginal(file.getFileName().toString()));
            LogRepair.Recorded recorded = LogRepair.apply(directory, plan, scope, options);
            Set<Path> originals = quarantined();
            originals.removeAll(before);
            return new Applied(
                    recorded.epoch(), recorded.offset(), recorded.deleted(), List.copyOf(originals), recorded.clean());
        } catch (IOException | UncheckedIOException e) {
            if (DiskFailure.isFull(e)) {
                throw new OutOfSpaceException(directory.root() + ": expected room for "
                        + room(options) + " bytes to repair it, was "
                        + DiskFailure.describe(e) + "; originals are kept; make room and run it again");
            }
            throw new DataDirectoryException(
                    directory.root(), Reason.INACCESSIBLE, "cannot be repaired: " + DiskFailure.describe(e), e);
        }
    }

    private long room(CairnOptions options) {
        try {
            return LogRepair.room(directory, plan, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Set<Path> quarantined() throws IOException {
        if (!Files.isDirectory(directory.quarantine())) {
            return new TreeSet<>();
        }
        try (Stream<Path> files = Files.list(directory.quarantine())) {
            return files.map(file -> directory.root().relativize(file)).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** The data directory. */
    public Path directory() {
        return directory.root();
    }

    /** Whose it is. */
    public UUID identity() {
        return plan.installation();
    }

    /** Whether the file that says whose it is was lost; the segments tell. */
    public boolean identityLost() {
        return identityLost;
    }

    /** The process that has it open for writing, or null. */
    public @Nullable String writer() {
        return writer;
    }

    /** Whether an earlier repair was cut off: this one finishes it, and tells of all that both of them lose. */
    public boolean finishesAnother() {
        return plan.unfinished() != null;
    }

    /** Whether only a part of the log was looked at. */
    public boolean isPartial() {
        return !scope.isAll();
    }

    /** The first offset that was looked at. */
    public long from() {
        return scope.from();
    }

    /** The first offset that was not looked at any more, {@link Long#MAX_VALUE} for none. */
    public long until() {
        return scope.until();
    }

    /** How long it took to make the plan. */
    public Duration took() {
        return took;
    }

    /** Names this loss; {@code --accept-data-loss} takes it. */
    public String id() {
        return plan.id();
    }

    /** Whether there is anything to do. */
    public boolean isDue() {
        return plan.isDue() || identityLost;
    }

    /** What was found, oldest first. */
    public List<SegmentReport> segments() {
        return plan.segments().stream().map(this::report).toList();
    }

    private SegmentReport report(RepairPlan.Found found) {
        OffsetRange offsets = found.offsets();
        return new SegmentReport(
                found.number(),
                found.epoch(),
                relative(found.file()),
                relative(found.liesAt()),
                offsets == null ? new Range(0, -1) : new Range(offsets.first(), offsets.last()),
                found.records(),
                Verdict.valueOf(found.verdict().name()),
                found.damages().stream()
                        .map(damage ->
                                new Damage(damage.position(), damage.endPosition(), damage.offset(), damage.why()))
                        .toList(),
                ranges(found.lost()));
    }

    private Path relative(Path file) {
        return directory.root().toAbsolutePath().relativize(file.toAbsolutePath());
    }

    private static List<Range> ranges(List<OffsetRange> ranges) {
        return ranges.stream()
                .map(range -> new Range(range.first(), range.last()))
                .toList();
    }

    /** Offsets of which no record can be saved. */
    public List<Range> lost() {
        return ranges(plan.lost());
    }

    /** How many offsets are lost. */
    public long lostCount() {
        return plan.lostCount();
    }

    /** How many of the lost offsets are known to have been durable: so many acknowledgements cannot be kept, at most. */
    public long lostDurableCount() {
        return plan.lostDurableCount();
    }

    /** Tasks that lost records, as far as what is left tells, sorted. */
    public List<String> tasks() {
        return plan.entities().stream()
                .filter(entity -> entity.kind() == KindIds.TASK)
                .map(LostEntity::key)
                .sorted()
                .toList();
    }

    /** Topics that lost records, and of how many of their keys that is known. */
    public Map<String, Long> topics() {
        return plan.entities().stream()
                .collect(Collectors.groupingBy(LogRepair::topic, TreeMap::new, Collectors.counting()));
    }

    /** The keys of each of {@link #topics}, sorted. */
    public Map<String, List<String>> keys() {
        return plan.entities().stream()
                .sorted(Comparator.comparing(LostEntity::key))
                .collect(Collectors.groupingBy(
                        LogRepair::topic, TreeMap::new, Collectors.mapping(LostEntity::key, Collectors.toList())));
    }

    /**
     * Whether nothing in the directory tells that the log did not go on behind its last record, as neither the watermark of its last
     * opening nor a mark of a clean close is left: to apply the plan is to take {@link #lastOffset()} for its end.
     */
    public boolean endUnknown() {
        return plan.endUnknown();
    }

    /** The last offset that the log holds or held, as far as anything tells, −1 for none. */
    public long lastOffset() {
        return plan.lastOffset();
    }

    /** Operation ids whose outcome the log cannot tell any more, as far as what is left tells. */
    public List<String> operations() {
        return plan.operations();
    }

    /** The highest offset known to have been durable, −1 for none. */
    public long durableOffset() {
        return plan.durable();
    }

    /** How many records were looked at and are whole. */
    public long records() {
        return plan.records();
    }

    /** What can be done, the safest first; empty when nothing is due. */
    public List<Choice> choices() {
        String word = ShellWord.of(directory());
        List<Choice> choices = new ArrayList<>();
        if (!isDue()) {
            return choices;
        }
        boolean unchained =
                plan.segments().stream().anyMatch(segment -> segment.verdict() == RepairPlan.Verdict.UNCHAINED);
        if (unchained || plan.lostCount() > 0 || plan.repairs().stream().noneMatch(RepairPlan.Put.class::isInstance)) {
            choices.add(new Choice(
                    endUnknown()
                            ? "put the whole directory back from one copy, and look again"
                            : "put the damaged files back from a copy, and look again",
                    "nothing is lost if the copy is whole; writes wait meanwhile"));
        }
        if (!identityLost) {
            choices.add(new Choice(
                    "cairn serve --read-only --data " + word,
                    "reading goes on, what is lost is an error; nothing can be written"));
        }
        choices.add(new Choice("cairn replay --apply --data " + word + range(), costOfApply()));
        if (!identityLost && !isPartial()) {
            choices.add(new Choice(
                    "cairn serve --accept-data-loss " + id() + " --data " + word,
                    "the same as --apply, and the server starts behind it"));
        }
        return choices;
    }

    private String range() {
        return (scope.from() > 0 ? " --from " + scope.from() : "")
                + (scope.until() < Long.MAX_VALUE ? " --until " + scope.until() : "");
    }

    private String costOfApply() {
        String first = (writer == null ? "" : "the writer has to stop first; ")
                + (endUnknown()
                        ? "offset " + lastOffset()
                                + " is taken for the end of the log: what followed, if anything did, is lost; "
                        : "");
        if (plan.lostCount() == 0) {
            return first + "nothing more is lost; originals stay in quarantine/";
        }
        return first + "lost for good: " + RepairPlan.counted(plan.lostCount(), "offset") + ", "
                + String.format(Locale.ROOT, "%,d", plan.lostDurableCount())
                + " of them known to have been durable; marked incomplete, or deleted where no body of them is left: "
                + RepairPlan.counted(plan.entities().size(), "key") + "; originals stay in quarantine/";
    }
}
