package dev.cairn.internal.recovery;

import dev.cairn.internal.recovery.RepairPlan.Found;
import dev.cairn.internal.recovery.RepairPlan.Rewrite;
import dev.cairn.internal.recovery.RepairPlan.SegmentRepair;
import dev.cairn.internal.recovery.RepairPlan.SetAside;
import dev.cairn.internal.recovery.RepairPlan.Verdict;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentSalvage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A plan that grows segment by segment, oldest first: what was found so far, what is to be done about it, what is lost, and how far
 * the log has come with that.
 *
 * <p>Threading: one thread.
 */
final class RepairPlanDraft {
    private final LossAccount account = new LossAccount();
    private final List<Found> found = new ArrayList<>();
    private final List<SegmentRepair> repairs = new ArrayList<>();
    private long durable;
    private int lastNumber;
    private int lastEpoch;
    private long lastOffset = -1;
    private @Nullable Tail tail;
    private long assumedEnd = -1;

    /**
     * The last segment, to which a repair adds what is missing behind it.
     *
     * @param salvage what can be taken over, null for nothing
     * @param gone what gaps are to stand for so far, if it is written anew
     * @param endsAnywhere whether nobody knows where it ended: the segment behind it tells
     */
    record Tail(
            Found found,
            @Nullable SegmentSalvage salvage,
            long firstOffset,
            List<OffsetRange> gone,
            boolean endsAnywhere) {}

    /** @param durable the highest offset known to have been durable, −1 for none */
    RepairPlanDraft(long durable) {
        this.durable = durable;
    }

    /** The account of what is lost, which sees the records that are left. */
    LossAccount account() {
        return account;
    }

    long durable() {
        return durable;
    }

    /** States an offset that was durable. */
    void durable(long offset) {
        durable = Math.max(durable, offset);
    }

    /** Number of the last segment, 0 for none. */
    int lastNumber() {
        return lastNumber;
    }

    /** Epoch of the last segment, 0 for none. */
    int lastEpoch() {
        return lastEpoch;
    }

    /** The last offset that is held or lost so far, −1 for none. */
    long lastOffset() {
        return lastOffset;
    }

    /** The last segment; null when there is none, or it is known to end where the next one begins. */
    @Nullable
    Tail tail() {
        return tail;
    }

    /** A segment to which nothing is done; what is missing behind it is told by another. */
    void keep(Found segment, long last) {
        found.add(segment);
        tail = null;
        pass(segment, last);
    }

    /** A segment that may have to tell of more. */
    void keep(Found segment, SegmentSalvage salvage, long firstOffset, long last) {
        found.add(segment);
        tail = new Tail(segment, salvage, firstOffset, segment.lost(), false);
        pass(segment, last);
    }

    /** The same, written anew from what can be taken over. */
    void rewrite(Found segment, SegmentSalvage salvage, long firstOffset, long last, boolean endsAnywhere) {
        found.add(segment);
        repairs.add(
                new Rewrite(segment.number(), segment.epoch(), segment.file(), firstOffset, salvage, segment.lost()));
        tail = new Tail(segment, salvage, firstOffset, segment.lost(), endsAnywhere);
        pass(segment, last);
    }

    /** Adds what else is done to files. */
    void repair(SegmentRepair repair) {
        repairs.add(repair);
    }

    /** Nothing of a segment can be taken over: a new one stands for what it held. */
    void replace(NumberedFile file, long firstOffset, Verdict verdict, List<OffsetRange> lost, boolean endsAnywhere) {
        lost.forEach(account::lose);
        OffsetRange held = lost.isEmpty() ? null : lost.get(0);
        standFor(nothing(file, verdict, held, lost), firstOffset, lost, endsAnywhere);
    }

    /**
     * The same of one that is known to have held {@code held}.
     *
     * @param held its offsets, null for none
     * @param gaps those that earlier repairs gave up: they are gaps again, and not lost once more
     */
    void replaceKnown(
            NumberedFile file, long firstOffset, Verdict verdict, @Nullable OffsetRange held, List<OffsetRange> gaps) {
        List<OffsetRange> all = held == null ? List.of() : List.of(held);
        List<OffsetRange> lost = OffsetRange.minus(all, gaps);
        lost.forEach(account::lose);
        gaps.forEach(account.gaps()::add);
        standFor(nothing(file, verdict, held, lost), firstOffset, all, false);
    }

    private void standFor(Found missing, long firstOffset, List<OffsetRange> gone, boolean endsAnywhere) {
        found.add(missing);
        repairs.add(new Rewrite(missing.number(), missing.epoch(), missing.file(), firstOffset, null, gone));
        tail = new Tail(missing, null, firstOffset, gone, endsAnywhere);
        OffsetRange offsets = missing.offsets();
        pass(missing, offsets == null ? firstOffset - 1 : offsets.last());
    }

    /** A file that is no segment where it lies, and no other's place either. */
    void setAside(NumberedFile file) {
        found.add(nothing(file, Verdict.ANOTHER, null, List.of()));
        repairs.add(new SetAside(file.number(), file.epoch(), file.path()));
    }

    /** The segment behind {@code number} continues another: unless one of the two, or one between, is written anew, they are linked. */
    void link(int number, int follower) {
        if (repairs.stream().anyMatch(repair -> repair.number() >= number && repair.number() <= follower)) {
            return;
        }
        found.replaceAll(segment -> segment.number() == number ? segment.with(RepairPlan.Verdict.UNCHAINED) : segment);
        found.stream()
                .filter(segment -> segment.number() == number)
                .forEach(segment -> repairs.add(new RepairPlan.Link(number, segment.epoch(), segment.file())));
    }

    /** A file in which there is nothing; the log goes on as if it were not there. */
    void leave(NumberedFile file, Verdict verdict) {
        found.add(nothing(file, verdict, null, List.of()));
    }

    /** Takes back that a file was left. */
    void forget(NumberedFile left) {
        found.removeIf(file -> file.number() == left.number());
    }

    private static Found nothing(
            NumberedFile file, Verdict verdict, @Nullable OffsetRange offsets, List<OffsetRange> lost) {
        return new Found(file.number(), file.epoch(), file.path(), file.path(), offsets, 0, verdict, List.of(), lost);
    }

    private void pass(Found segment, long last) {
        lastNumber = segment.number();
        lastEpoch = segment.epoch();
        lastOffset = Math.max(lastOffset, last);
    }

    /** Lets {@code last} tell that records behind it are missing too. */
    void loseBehind(Tail last, OffsetRange missing) {
        account.lose(missing);
        Found was = last.found();
        List<OffsetRange> lost = new ArrayList<>(was.lost());
        lost.add(missing);
        List<OffsetRange> gone = new ArrayList<>(last.gone());
        gone.add(missing);
        repairs.removeIf(repair -> repair.number() == was.number());
        repairs.add(new Rewrite(was.number(), was.epoch(), was.file(), last.firstOffset(), last.salvage(), gone));
        OffsetRange offsets = was.offsets();
        found.set(
                found.indexOf(was),
                new Found(
                        was.number(),
                        was.epoch(),
                        was.file(),
                        was.liesAt(),
                        new OffsetRange(offsets == null ? missing.first() : offsets.first(), missing.last()),
                        was.records(),
                        was.verdict() == Verdict.MISSING || was.verdict() == Verdict.ANOTHER
                                ? was.verdict()
                                : Verdict.DAMAGED,
                        was.damages(),
                        lost));
    }

    /** Nothing tells that the log did not go on: it ends here. */
    void endUnknown() {
        assumedEnd = lastOffset;
    }

    /** The plan of a whole log. */
    RepairPlan plan(UUID installation) {
        return new RepairPlan(
                installation,
                found,
                repairs,
                account.lost(),
                account.names().entities(),
                account.names().operations(),
                durable,
                account.records(),
                assumedEnd,
                null);
    }
}
