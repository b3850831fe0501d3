package dev.cairn.internal.segment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What can still be read of a segment, however damaged it is, and what cannot.
 *
 * <p>That is each document that is whole, and of others each frame that is whole by itself.
 *
 * <p>Threading: immutable.
 *
 * @param file the segment
 * @param number the segment's number
 * @param epoch the opening that wrote it
 * @param offsets what it holds or held; null when nothing is known of any record
 * @param endPosition position behind the last byte that was looked at
 * @param runs good bytes, in order of offset
 * @param damages bytes between them that are not as they were written, in order of offset
 * @param gaps offsets that an earlier repair gave up
 * @param highestDurable the highest durable offset that any good frame states, −1 for none
 */
public record SegmentSalvage(
        Path file,
        int number,
        int epoch,
        @Nullable OffsetRange offsets,
        int endPosition,
        List<Run> runs,
        List<Damage> damages,
        List<OffsetRange> gaps,
        long highestDurable) {
    /**
     * Records that stand one behind the other.
     *
     * @param position of the first document's word, or of the first frame
     * @param endPosition position behind the last of them
     * @param offsets of the records
     * @param documents whether these are whole documents, or frames alone
     */
    public record Run(int position, int endPosition, OffsetRange offsets, boolean documents) {
        /** This run and {@code next} as one; null if that does not continue it. */
        @Nullable
        Run with(Run next) {
            boolean continues = endPosition == next.position
                    && offsets.last() + 1 == next.offsets.first()
                    && documents == next.documents;
            return continues
                    ? new Run(
                            position,
                            next.endPosition,
                            new OffsetRange(offsets.first(), next.offsets.last()),
                            documents)
                    : null;
        }
    }

    /**
     * Bytes that are not what was written.
     *
     * @param position where the first document begins that is not whole
     * @param endPosition where the next good bytes begin
     * @param offset the record that was expected at {@code position}
     * @param why what was expected and found
     */
    public record Damage(int position, int endPosition, long offset, String why) {}

    public SegmentSalvage {
        runs = List.copyOf(runs);
        damages = List.copyOf(damages);
        gaps = List.copyOf(gaps);
    }

    /** Offsets of which no record was found, ascending; what earlier repairs gave up is not among them. */
    public List<OffsetRange> lost() {
        List<OffsetRange> lost = new ArrayList<>();
        OffsetRange all = offsets;
        if (all == null) {
            return lost;
        }
        List<OffsetRange> known = new ArrayList<>(gaps);
        runs.forEach(run -> known.add(run.offsets()));
        known.sort((a, b) -> Long.compare(a.first(), b.first()));
        long next = all.first();
        for (OffsetRange range : known) {
            if (range.first() > next) {
                lost.add(new OffsetRange(next, range.first() - 1));
            }
            next = Math.max(next, range.last() + 1);
        }
        if (next <= all.last()) {
            lost.add(new OffsetRange(next, all.last()));
        }
        return lost;
    }

    /** The same of the same bytes under another name. */
    public SegmentSalvage in(Path other) {
        return new SegmentSalvage(other, number, epoch, offsets, endPosition, runs, damages, gaps, highestDurable);
    }

    /**
     * The damages to tell people of. Where a frame is broken its document is too, from its first byte on: then the frame is told,
     * and not once more the document of which all else is whole.
     */
    public List<Damage> causes() {
        List<OffsetRange> lost = lost();
        List<Damage> causes = new ArrayList<>();
        for (int i = 0; i < damages.size(); i++) {
            Damage damage = damages.get(i);
            Damage next = i + 1 < damages.size() ? damages.get(i + 1) : null;
            boolean told = next != null
                    && next.why().equals(damage.why())
                    && !OffsetRange.contain(lost, damage.offset())
                    && OffsetRange.contain(lost, next.offset());
            if (!told) {
                causes.add(damage);
            }
        }
        return causes;
    }

    /** Position of the damage in which the record of {@code offset} was lost, {@code otherwise} where it is not known better. */
    int damageOf(long offset, int otherwise) {
        for (int i = firstWhere(damages, damage -> damage.offset() > offset) - 1; i >= 0; i--) {
            if (damages.get(i).position() >= otherwise) {
                return damages.get(i).position();
            }
        }
        return otherwise;
    }

    /** Whether nothing is wrong with it. */
    public boolean isWhole() {
        return damages.isEmpty() && lost().isEmpty();
    }

    /** Records that can be saved. */
    public long records() {
        return runs.stream().mapToLong(run -> run.offsets().count()).sum();
    }

    /** The run that holds {@code offset}, or null. */
    @Nullable
    Run around(long offset) {
        int at = reaching(offset);
        return at < runs.size() && runs.get(at).offsets().contains(offset) ? runs.get(at) : null;
    }

    /** The first offset behind {@code offset} that there is a record for, or −1. */
    long nextBehind(long offset) {
        int at = reaching(offset + 1);
        return at < runs.size() ? Math.max(offset + 1, runs.get(at).offsets().first()) : -1;
    }

    /** Index of the first run that reaches up to {@code offset} or behind it, their number for none. */
    private int reaching(long offset) {
        return firstWhere(runs, run -> run.offsets().last() >= offset);
    }

    /** Index of the first of {@code sorted} from which on {@code condition} holds, their number for none. */
    private static <T> int firstWhere(List<T> sorted, Predicate<T> condition) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (condition.test(sorted.get(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
