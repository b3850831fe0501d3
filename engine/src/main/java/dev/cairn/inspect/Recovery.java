package dev.cairn.inspect;

import dev.cairn.CairnOptions;
import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.Progress;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.internal.assembly.LogRepair;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.OffsetRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Recovery of a damaged log, as a plan: what was found, what can be kept, what is lost, and what can be done about it. Making the
 * plan changes nothing; {@link #apply} does exactly what it says.
 *
 * <p>Memory stays flat whatever the size of the log: it grows with what is lost alone.
 *
 * <p>Threading: immutable.
 */
public final class Recovery {
    private final LogDirectory directory;
    private final RepairScope scope;
    private final RepairPlan plan;

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
        ANOTHER
    }

    /**
     * One segment of the log.
     *
     * @param number its place among all segments
     * @param epoch the opening that made it
     * @param file relative to the data directory
     * @param offsets what it holds or held; {@code last} is below {@code first} for nothing
     * @param records how many of them are whole, as far as they were looked at
     * @param verdict what is the matter
     * @param damages bytes that are not what was written
     * @param lost offsets of which no record can be saved
     */
    public record SegmentReport(
            int number,
            int epoch,
            Path file,
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

    private Recovery(LogDirectory directory, RepairScope scope, RepairPlan plan) {
        this.directory = directory;
        this.scope = scope;
        this.plan = plan;
    }

    /**
     * Looks at the log of {@code directory} from one offset to another and makes the plan. No writer may have it.
     *
     * @param from the first offset to look at, 0 for all
     * @param until the first offset not to look at, {@link Long#MAX_VALUE} for all
     * @throws DataDirectoryException when the directory is not Cairn's or cannot be read
     */
    public static Recovery plan(Path directory, long from, long until, Progress progress) {
        LogDirectory files = new LogDirectory(directory);
        RepairScope scope = new RepairScope(from, until);
        try {
            return new Recovery(files, scope, LogRepair.plan(files, identity(files), scope, progress));
        } catch (IOException | UncheckedIOException e) {
            throw new DataDirectoryException(directory, Reason.INACCESSIBLE, "cannot be read: " + e, e);
        }
    }

    private static java.util.UUID identity(LogDirectory files) throws IOException {
        if (!Files.isDirectory(files.root())) {
            throw new DataDirectoryException(files.root(), Reason.MISSING, "expected a data directory, was none");
        }
        Identity identity = Identity.read(files);
        if (identity == null) {
            throw new DataDirectoryException(files.root(), Reason.FOREIGN, "expected an identity, was none");
        }
        return identity.installation();
    }

    /**
     * Does what the plan says: originals move to {@code quarantine/}, damaged segments are written anew with what can be saved,
     * and the log is opened once to put the account into it and to rebuild state and projection.
     *
     * @throws dev.cairn.DamagedLogException when the directory is not any more what the plan was made for; nothing is changed
     * @throws DataDirectoryException when another process has the directory
     */
    public void apply(CairnOptions options) {
        try {
            LogRepair.apply(directory, plan, scope, options);
        } catch (IOException e) {
            throw new DataDirectoryException(directory.root(), Reason.INACCESSIBLE, "cannot be repaired: " + e, e);
        }
    }

    /** Names this loss; {@code --accept-data-loss} takes it. */
    public String id() {
        return plan.id();
    }

    /** Whether there is anything to do. */
    public boolean isDue() {
        return plan.isDue();
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
                directory.root().toAbsolutePath().relativize(found.file().toAbsolutePath()),
                offsets == null ? new Range(0, -1) : new Range(offsets.first(), offsets.last()),
                found.records(),
                Verdict.valueOf(found.verdict().name()),
                found.damages().stream()
                        .map(damage ->
                                new Damage(damage.position(), damage.endPosition(), damage.offset(), damage.why()))
                        .toList(),
                ranges(found.lost()));
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
        if (!isDue()) {
            return List.of();
        }
        return List.of(
                new Choice(
                        "put the damaged files back from a copy, and look again",
                        "nothing is lost if the copy is whole; writes wait meanwhile"),
                new Choice(
                        "cairn serve --read-only", "reading goes on, what is lost is an error; nothing can be written"),
                new Choice(
                        "cairn replay --apply",
                        plan.lostCount() + " offsets are lost for good, " + plan.lostDurableCount()
                                + " of them known to have been durable; "
                                + plan.entities().size()
                                + " keys are marked incomplete; originals stay in quarantine"),
                new Choice(
                        "cairn serve --accept-data-loss " + plan.id(),
                        "the same as --apply, and the server starts behind it"));
    }
}
