package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.Gap;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.segment.SalvagePieces.Piece;
import dev.cairn.internal.segment.SegmentSalvage.Damage;
import dev.cairn.internal.segment.SegmentSalvage.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a segment and finds all that is whole in it, before, between and behind damage.
 *
 * <p>Documents are followed by their words. Where one is not whole, the bytes behind are searched, word by word, for the next
 * document or frame that is. A frame counts if its checksum is right and its epoch and offset are possible there. Text cannot
 * be taken for one: the places of a frame's header always hold bytes that no JSON and no name may contain. Where what is whole stands
 * in another order than that of the offsets, {@link SalvagePieces} says what is taken.
 *
 * <p>Threading: one instance for each segment.
 */
public final class SegmentSalvager {
    private final Subject subject;
    private final Visitor visitor;
    private final DocumentCheck check = new DocumentCheck();
    private final FrameView frame = new FrameView();
    private final List<Run> runs = new ArrayList<>();
    private final List<Damage> damages = new ArrayList<>();
    private final List<OffsetRange> gaps = new ArrayList<>();

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    /** Position behind the last byte that can belong to the log. */
    private int limit;
    /** Position behind the last byte that is not zero, as far as it was looked for: there is nothing to find behind it. */
    private int searchEnd;

    private long next;
    private long highestDurable = -1;
    /** What is whole behind the first damage; null while there is none. */
    private @Nullable SalvagePieces pieces;
    /** The damage whose end is still to be found. */
    private @Nullable Damage open;

    /** Sees each record that can be saved, in order of offset. */
    @FunctionalInterface
    public interface Visitor {
        /** @param frame the record; valid until the call returns */
        void record(FrameView frame);

        /** @param range offsets that an earlier repair gave up: their records were not expected here */
        default void gap(OffsetRange range) {}
    }

    /**
     * What is known of a segment from elsewhere.
     *
     * @param file the segment
     * @param number its number
     * @param epoch the opening that wrote it
     * @param startPosition of its header's word, 0 when there is none
     * @param firstOffset the first offset that it can hold
     * @param lastOffset the last offset that it held, as a manifest or a follower says; {@link Long#MAX_VALUE} when unknown
     * @param endPosition position behind its last document, as a manifest says; {@link Integer#MAX_VALUE} when unknown
     * @param firstPosition where to begin, 0 for the first document
     */
    public record Subject(
            Path file,
            int number,
            int epoch,
            int startPosition,
            long firstOffset,
            long lastOffset,
            int endPosition,
            int firstPosition) {
        /** All of a segment. */
        public Subject(
                Path file,
                int number,
                int epoch,
                int startPosition,
                long firstOffset,
                long lastOffset,
                int endPosition) {
            this(file, number, epoch, startPosition, firstOffset, lastOffset, endPosition, 0);
        }

        /** What a listed segment says of itself. */
        public static Subject of(Segment segment) {
            return new Subject(
                    segment.file(),
                    segment.number(),
                    segment.epoch(),
                    segment.startPosition(),
                    segment.firstOffset(),
                    segment.lastOffset(),
                    segment.endPosition());
        }

        /**
         * The same for a sealed segment that does not fit its manifest. A repair that was cut off may have put it in place before
         * its manifest: then its own header says where it begins, and nothing says where it ends.
         */
        public static Subject withoutManifest(Segment segment, UUID installation) throws IOException {
            ByteBuffer bytes = SegmentBytes.head(segment.file());
            int start = Segment.findHeader(bytes);
            if (start < 0 || start == segment.startPosition()) {
                return of(segment);
            }
            SegmentHeader header = SegmentHeader.decode(bytes, start + QueueFormat.WORD_BYTES);
            boolean itself = header.installation().equals(installation)
                    && header.number() == segment.number()
                    && header.epoch() == segment.epoch()
                    && header.firstOffset() == segment.firstOffset();
            return itself
                    ? new Subject(
                            segment.file(),
                            segment.number(),
                            segment.epoch(),
                            start,
                            segment.firstOffset(),
                            segment.lastOffset(),
                            Integer.MAX_VALUE)
                    : of(segment);
        }

        /** The same with an end that was found out. */
        public Subject ending(long newLastOffset, int newEndPosition) {
            return new Subject(file, number, epoch, startPosition, firstOffset, newLastOffset, newEndPosition);
        }

        /** The same from the last document on that its index knows not to begin behind {@code offset}. */
        public static Subject from(Segment segment, long offset) {
            Subject all = of(segment);
            SparseIndex index = segment.index();
            int position = index.floor(offset);
            return position < 0 || offset <= segment.firstOffset()
                    ? all
                    : new Subject(
                            all.file,
                            all.number,
                            all.epoch,
                            all.startPosition,
                            index.floorOffset(offset),
                            all.lastOffset,
                            all.endPosition,
                            position);
        }
    }

    private SegmentSalvager(Subject subject, Visitor visitor) {
        this.subject = subject;
        this.visitor = visitor;
        this.next = subject.firstOffset();
    }

    /**
     * Reads all of a segment.
     *
     * @throws IOException when the file cannot be read at all
     */
    public static SegmentSalvage salvage(Subject subject, Visitor visitor) throws IOException {
        return new SegmentSalvager(subject, visitor).salvage();
    }

    private SegmentSalvage salvage() throws IOException {
        map();
        int position = (int) Math.min(limit, firstPosition());
        while (position < limit) {
            int at = open == null ? QueueFormat.skipQueuesOwn(bytes, position, limit) : position;
            if (at < 0 || at >= searchEnd || next > subject.lastOffset()) {
                break;
            }
            String problem = at + QueueFormat.WORD_BYTES > limit
                    ? "expected a document, was the end of the file"
                    : check.problem(bytes, at, limit, subject.epoch(), next);
            if (problem == null) {
                position = take(at);
                continue;
            }
            damaged(at, problem, check.problemPosition());
            if (isOutOfOrder(at)) {
                takeInAnyOrder(problem);
                return result();
            }
            position = search(at);
        }
        Damage last = open;
        if (last != null && last.offset() > subject.lastOffset()) {
            open = null; // behind the last record, of which the document is damaged elsewhere
        }
        closeDamage(searchEnd);
        return result();
    }

    /** Looked for at the first damage only: what comes of it stands in the order in which it was written, or does not. */
    private boolean isOutOfOrder(int damagedAt) {
        if (pieces != null || next > subject.lastOffset()) {
            return false;
        }
        pieces = new SalvagePieces(bytes, limit, subject.epoch(), new OffsetRange(next, subject.lastOffset()));
        return !pieces.find(damagedAt + QueueFormat.WORD_BYTES, searchEnd).areInOrder();
    }

    /** Takes what is whole behind the first damage, wherever it stands; the rest are damages. */
    private void takeInAnyOrder(String problem) {
        List<Piece> chosen = Objects.requireNonNull(pieces).chosen();
        for (Piece piece : chosen) {
            Run run = piece.run();
            if (piece.gap()) {
                gaps.add(run.offsets());
                visitor.gap(run.offsets());
            } else {
                visit(run);
                add(run);
            }
            next = run.offsets().last() + 1;
        }
        closeDamages(chosen, problem);
    }

    /** One damage for each range that is lost, where its records were expected; if none is, that which was met first. */
    private void closeDamages(List<Piece> chosen, String problem) {
        Damage first = Objects.requireNonNull(open);
        open = null;
        int position = first.position();
        long expected = first.offset();
        for (Piece piece : chosen) {
            lose(expected, piece.offsets().first(), position, piece.run().position(), problem);
            position = piece.run().endPosition();
            expected = piece.offsets().last() + 1;
        }
        if (subject.lastOffset() != Long.MAX_VALUE) {
            lose(expected, subject.lastOffset() + 1, position, searchEnd, problem);
        }
        if (damages.isEmpty()) {
            damages.add(new Damage(first.position(), first.position(), first.offset(), problem));
        }
    }

    private void lose(long offset, long nextOffset, int position, int nextPosition, String problem) {
        if (offset < nextOffset) {
            damages.add(new Damage(position, Math.max(position, nextPosition), offset, problem));
        }
    }

    private void visit(Run run) {
        for (int at = run.position(); at < run.endPosition(); ) {
            if (!run.documents()) {
                at += visit(at);
                continue;
            }
            int documentAt = at + QueueFormat.WORD_BYTES;
            int frameAt = documentAt + Document.HEADER_BYTES;
            for (int i = 0; i < Document.count(bytes, documentAt); i++) {
                frameAt += visit(frameAt);
            }
            at = (int) QueueFormat.next(at, Document.length(bytes, documentAt));
        }
    }

    private void map() throws IOException {
        SegmentBytes read = SegmentBytes.from(subject.file(), subject.firstPosition());
        bytes = read.bytes();
        boolean endKnown = subject.endPosition() != Integer.MAX_VALUE;
        limit = Math.min(bytes.capacity(), subject.endPosition());
        searchEnd = endKnown ? limit : Math.min(limit, (read.usedEnd() + 3) & ~3);
    }

    private long firstPosition() {
        if (subject.firstPosition() > 0) {
            return subject.firstPosition();
        }
        return subject.startPosition() == 0
                ? Math.max(0, QueueFormat.skipQueuesOwn(bytes, 0, limit))
                : QueueFormat.next(subject.startPosition(), SegmentHeader.BYTES);
    }

    /** Takes the good document or gap whose word is at {@code position}; returns the position behind it. */
    private int take(int position) {
        closeDamage(position);
        int at = position + QueueFormat.WORD_BYTES;
        int end = (int) QueueFormat.next(position, Document.length(bytes, at));
        if (DocumentCheck.isGap(bytes, position)) {
            OffsetRange gap = new OffsetRange(next, Gap.lastOffset(bytes, at));
            gaps.add(gap);
            visitor.gap(gap);
            next = Gap.lastOffset(bytes, at) + 1;
            return end;
        }
        long first = next;
        int frameAt = at + Document.HEADER_BYTES;
        for (int i = 0; i < Document.count(bytes, at); i++) {
            frameAt += visit(frameAt);
        }
        add(new Run(position, end, new OffsetRange(first, next - 1), true));
        return end;
    }

    private int visit(int frameAt) {
        frame.wrap(bytes, frameAt);
        highestDurable = Math.max(highestDurable, frame.durable());
        int length = frame.length();
        visitor.record(frame);
        next++;
        return length;
    }

    private void add(Run run) {
        int last = runs.size() - 1;
        Run joined = last < 0 ? null : runs.get(last).with(run);
        if (joined == null) {
            runs.add(run);
        } else {
            runs.set(last, joined);
        }
    }

    /** @param where the bytes that are wrong; where those are of a frame, the ones before it are found whole again */
    private void damaged(int position, String problem, int where) {
        if (open == null) {
            int from = Math.max(position, where);
            open = new Damage(from, from, next, problem);
        }
    }

    private void closeDamage(int end) {
        Damage damage = open;
        if (damage != null) {
            open = null;
            // What fills a document up to the next word says nothing, and no checksum covers it.
            if (end > QueueFormat.next(damage.position(), 0) - QueueFormat.WORD_BYTES) {
                damages.add(new Damage(damage.position(), end, damage.offset(), damage.why()));
            }
        }
    }

    /** Looks behind the damage at {@code from} for a document or frames; returns where to go on. */
    private int search(int from) {
        for (int at = from + QueueFormat.WORD_BYTES;
                at + QueueFormat.WORD_BYTES <= searchEnd;
                at += QueueFormat.WORD_BYTES) {
            int word = bytes.getInt(at);
            if ((word == Document.MAGIC || word == Gap.MAGIC) && documentAt(at - QueueFormat.WORD_BYTES)) {
                return at - QueueFormat.WORD_BYTES;
            }
            if (word == Frame.MAGIC && possible(at)) {
                return takeFrames(at);
            }
        }
        return limit;
    }

    /** Whether a whole document that is possible here has its word at {@code position}; then its offset is the next. */
    private boolean documentAt(int position) {
        int at = position + QueueFormat.WORD_BYTES;
        if (at + Document.HEADER_BYTES > limit) {
            return false;
        }
        long first = Document.firstOffset(bytes, at);
        if (first < next
                || first > subject.lastOffset()
                || check.problem(bytes, position, limit, subject.epoch(), first) != null) {
            return false;
        }
        next = first;
        return true;
    }

    private boolean possible(int at) {
        return frame.wrap(bytes, at).problem(limit - at) == null
                && frame.epoch() == subject.epoch()
                && frame.offset() >= next
                && frame.offset() <= subject.lastOffset();
    }

    /** Takes the frames that stand one behind the other from {@code position} on. */
    private int takeFrames(int position) {
        long first = frame.offset();
        next = first;
        int at = position;
        while (at + Frame.HEADER_BYTES <= limit && possible(at) && frame.offset() == next) {
            at += visit(at);
        }
        Damage damage = open;
        closeDamage(position);
        add(new Run(position, at, new OffsetRange(first, next - 1), false));
        if (damage != null && at < searchEnd) {
            open = new Damage(at, at, next, damage.why());
        }
        return at < searchEnd ? at - QueueFormat.WORD_BYTES : limit;
    }

    /** Where nothing says where the log ends, what stands behind the last good bytes is for {@link SegmentScanner} to judge. */
    private void forgetUnknownEnd() {
        int last = damages.size() - 1;
        if (subject.endPosition() == Integer.MAX_VALUE
                && last >= 0
                && damages.get(last).endPosition() == searchEnd) {
            damages.remove(last);
        }
    }

    private SegmentSalvage result() {
        forgetUnknownEnd();
        long last = subject.lastOffset() == Long.MAX_VALUE ? next - 1 : subject.lastOffset();
        OffsetRange offsets = last < subject.firstOffset() ? null : new OffsetRange(subject.firstOffset(), last);
        return new SegmentSalvage(
                subject.file(), subject.number(), subject.epoch(), offsets, limit, runs, damages, gaps, highestDurable);
    }
}
