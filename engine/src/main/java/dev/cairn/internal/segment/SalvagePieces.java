package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.Gap;
import dev.cairn.internal.segment.SegmentSalvage.Run;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is whole behind damage, wherever it stands: a disk may have written a page to the place of another. In one opening no
 * offset is given twice, so that a record that bears one is that record, and of two they are the same.
 *
 * <p>Threading: one instance for each search.
 */
final class SalvagePieces {
    private final ByteBuffer bytes;
    private final int limit;
    private final int epoch;
    private final OffsetRange possible;
    private final DocumentCheck check = new DocumentCheck();
    private final FrameView frame = new FrameView();
    private final List<Piece> pieces = new ArrayList<>();

    /** A run of records, or a gap. */
    record Piece(Run run, boolean gap) {
        OffsetRange offsets() {
            return run.offsets();
        }
    }

    /**
     * @param limit position behind the last byte that can belong to the log
     * @param possible offsets that can be there
     */
    SalvagePieces(ByteBuffer bytes, int limit, int epoch, OffsetRange possible) {
        this.bytes = bytes;
        this.limit = limit;
        this.epoch = epoch;
        this.possible = possible;
    }

    /** Looks from the word at {@code from} on. */
    SalvagePieces find(int from, int searchEnd) {
        int at = from;
        while (at + QueueFormat.WORD_BYTES <= searchEnd) {
            int word = bytes.getInt(at);
            int end = -1;
            if (word == Document.MAGIC || word == Gap.MAGIC) {
                end = takeDocument(at - QueueFormat.WORD_BYTES);
            } else if (word == Frame.MAGIC) {
                end = takeFrame(at);
            }
            at = end < 0 ? at + QueueFormat.WORD_BYTES : end;
        }
        return this;
    }

    /** Returns the position behind its word's place, or −1 when there is no whole document. */
    private int takeDocument(int position) {
        int at = position + QueueFormat.WORD_BYTES;
        if (at + Document.HEADER_BYTES > limit) {
            return -1;
        }
        long first = Document.firstOffset(bytes, at);
        if (!possible.contains(first) || check.problem(bytes, position, limit, epoch, first) != null) {
            return -1;
        }
        boolean gap = DocumentCheck.isGap(bytes, position);
        long last = gap ? Gap.lastOffset(bytes, at) : first + Document.count(bytes, at) - 1;
        int end = (int) QueueFormat.next(position, Document.length(bytes, at));
        add(new Piece(new Run(position, end, new OffsetRange(first, last), true), gap));
        return end;
    }

    private int takeFrame(int at) {
        boolean whole = frame.wrap(bytes, at).problem(limit - at) == null
                && frame.epoch() == epoch
                && possible.contains(frame.offset());
        if (!whole) {
            return -1;
        }
        int end = at + frame.length();
        add(new Piece(new Run(at, end, new OffsetRange(frame.offset(), frame.offset()), false), false));
        return end;
    }

    private void add(Piece piece) {
        int last = pieces.size() - 1;
        boolean records = last >= 0 && !piece.gap() && !pieces.get(last).gap();
        Run joined = records ? pieces.get(last).run().with(piece.run()) : null;
        if (joined == null) {
            pieces.add(piece);
        } else {
            pieces.set(last, new Piece(joined, false));
        }
    }

    /** Whether they stand in the order of their offsets, as they were written. */
    boolean areInOrder() {
        for (int i = 0; i + 1 < pieces.size(); i++) {
            if (pieces.get(i).offsets().last() >= pieces.get(i + 1).offsets().first()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Each record once, in order of offset: from a whole document if it is in one, else by its frame alone. Of two that hold the same
     * records the one in the longer run is taken, which stands where it was written.
     */
    List<Piece> chosen() {
        List<Piece> longestFirst = new ArrayList<>(pieces);
        longestFirst.sort(Comparator.comparing((Piece piece) -> !piece.run().documents())
                .thenComparing(piece -> -piece.offsets().count()));
        NavigableMap<Long, Piece> chosen = new TreeMap<>();
        for (Piece piece : longestFirst) {
            for (OffsetRange free : free(piece.offsets(), chosen)) {
                Piece part = part(piece, free);
                if (part != null) {
                    chosen.put(part.offsets().first(), part);
                }
            }
        }
        return List.copyOf(chosen.values());
    }

    /** Those of {@code wanted} that no chosen piece holds. */
    private static List<OffsetRange> free(OffsetRange wanted, NavigableMap<Long, Piece> chosen) {
        List<OffsetRange> free = new ArrayList<>();
        Map.Entry<Long, Piece> before = chosen.floorEntry(wanted.first());
        long next = before == null
                ? wanted.first()
                : Math.max(wanted.first(), before.getValue().offsets().last() + 1);
        while (next <= wanted.last()) {
            Map.Entry<Long, Piece> behind = chosen.ceilingEntry(next);
            long end = behind == null ? wanted.last() : Math.min(wanted.last(), behind.getKey() - 1);
            if (next <= end) {
                free.add(new OffsetRange(next, end));
            }
            next = behind == null
                    ? wanted.last() + 1
                    : behind.getValue().offsets().last() + 1;
        }
        return free;
    }

    /** The part of {@code piece} that holds {@code wanted}, null for none. */
    private @Nullable Piece part(Piece piece, OffsetRange wanted) {
        if (wanted.equals(piece.offsets())) {
            return piece;
        }
        if (piece.gap()) {
            return new Piece(new Run(piece.run().position(), piece.run().endPosition(), wanted, true), true);
        }
        Run part = piece.run().documents() ? documents(piece.run(), wanted) : frames(piece.run(), wanted);
        return part == null ? null : new Piece(part, false);
    }

    private @Nullable Run documents(Run run, OffsetRange wanted) {
        Run part = null;
        for (int at = run.position(); at < run.endPosition(); ) {
            int documentAt = at + QueueFormat.WORD_BYTES;
            int end = (int) QueueFormat.next(at, Document.length(bytes, documentAt));
            long first = Document.firstOffset(bytes, documentAt);
            long last = first + Document.count(bytes, documentAt) - 1;
            if (wanted.contains(first) && wanted.contains(last)) {
                part = longer(part, at, end, first, last, true);
            }
            at = end;
        }
        return part;
    }

    private @Nullable Run frames(Run run, OffsetRange wanted) {
        Run part = null;
        for (int at = run.position(); at < run.endPosition(); ) {
            int end = at + frame.wrap(bytes, at).length();
            long offset = frame.offset();
            if (wanted.contains(offset)) {
                part = longer(part, at, end, offset, offset, false);
            }
            at = end;
        }
        return part;
    }

    private static Run longer(@Nullable Run part, int position, int end, long first, long last, boolean documents) {
        Run more = new Run(position, end, new OffsetRange(first, last), documents);
        return part == null ? more : Objects.requireNonNull(part.with(more));
    }
}
