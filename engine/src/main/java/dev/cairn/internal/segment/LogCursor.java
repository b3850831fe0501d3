package dev.cairn.internal.segment;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.Gap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The one reader of frames: replay, followers, history, tails and tools all read through it.
 *
 * <p>It walks the mapped segments from document to document, and shows each record only after the checksums of its document
 * and its frame and the expected offset were found right; anything else is a {@link DamagedLogException}. Where an epoch
 * ended with a lost range it goes on with the first record behind it.
 *
 * <p>Threading: one instance for each reader. The segments behind it are shared.
 */
public final class LogCursor {
    /** A word and a document header: nothing shorter can be walked over. */
    private static final int DOCUMENT_AT_LEAST = QueueFormat.WORD_BYTES + Document.HEADER_BYTES;

    private final SegmentCatalog catalog;
    private final DocumentCheck check = new DocumentCheck();
    private final FrameView frame = new FrameView();
    private final EnteredDocument entered = new EnteredDocument();

    /** The segment under the cursor; null while the place of {@link #expected} is still to be looked up. */
    private @Nullable Segment segment;

    /** The cursor's own view of the bytes of {@link #bytesOf}. */
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    private @Nullable Segment bytesOf;
    /** Position of the word before the next document. */
    private int position;
    /** Where the next frame of the current document begins, and where the document ends. */
    private int frameAt;

    private int documentEnd;
    private int framesLeft;
    private long expected;

    public LogCursor(SegmentCatalog catalog) {
        this.catalog = catalog;
    }

    /** Goes to {@code offset}: the next record is that one, or the first behind it if it was lost or removed. */
    public void seek(long offset) {
        expected = offset;
        segment = null;
        framesLeft = 0;
    }

    /**
     * Moves to the next record if its offset is at most {@code through}, which must have been appended.
     *
     * @return whether {@link #frame} shows another record
     * @throws DamagedLogException when the bytes there are not what was written
     */
    public boolean next(long through) {
        if (expected > through || (framesLeft == 0 && !enterDocument(through))) {
            return false;
        }
        String problem = frameProblem();
        if (problem != null) {
            int damagedAt = frameAt;
            long wanted = expected;
            if (!enterElsewhere() || frameProblem() != null) {
                expected = wanted;
                throw damaged(damagedAt, problem);
            }
        }
        frameAt += frame.length();
        framesLeft--;
        expected++;
        return true;
    }

    private @Nullable String frameProblem() {
        String problem = frame.wrap(bytes, frameAt).problem(documentEnd - frameAt);
        boolean another = problem == null && frame.offset() != expected;
        return another ? "expected offset " + expected + ", was " + frame.offset() : problem;
    }

    /** The expected frame is damaged here: it may be whole in another place. */
    private boolean enterElsewhere() {
        Segment here = segment();
        framesLeft = 0;
        return findBehindDamage(here) && (framesLeft > 0 || enter(here));
    }

    /**
     * Moves to the record at {@code offset}.
     *
     * @return false when the record was lost, is below the start of the log, or beyond {@code through}
     */
    public boolean read(long offset, long through) {
        seek(offset);
        if (offset <= through) {
            enterAgain(offset);
        }
        return next(through) && frame.offset() == offset;
    }

    /** Goes straight to a record of the document that was entered last. */
    private void enterAgain(long offset) {
        Segment here = entered.segmentOf(offset);
        if (here == null || here != bytesOf) {
            return;
        }
        int at = entered.position() + QueueFormat.WORD_BYTES;
        segment = here;
        documentEnd = at + Document.length(bytes, at);
        position = (int) QueueFormat.next(entered.position(), Document.length(bytes, at));
        frameAt = entered.frameAt(bytes, frame, offset);
        framesLeft = entered.framesFrom(offset);
    }

    /** The record under the cursor; valid until the cursor moves. */
    public FrameView frame() {
        return frame;
    }

    /** Whether the record under the cursor is the last of its document. */
    public boolean atDocumentEnd() {
        return framesLeft == 0;
    }

    /** Offset of the next record, unless a lost range begins there. */
    public long nextOffset() {
        return expected;
    }

    /** The segment of the record under the cursor. */
    public Segment segment() {
        Segment here = segment;
        if (here == null) {
            throw new IllegalStateException("expected a record under the cursor, was none");
        }
        return here;
    }

    private boolean enterDocument(long through) {
        Segment here = segment;
        if (here == null) {
            here = locate(through);
            if (here == null) {
                return false;
            }
        }
        while (true) {
            int word = nextWord(here);
            if (word != QueueFormat.NOTHING && word != QueueFormat.END) {
                if (enter(here)) {
                    return true;
                }
                if (expected > through) {
                    return false;
                }
                continue;
            }
            boolean isShort = here.isBounded() && expected <= here.lastOffset();
            boolean found = isShort && findBehindDamage(here);
            if (framesLeft > 0) {
                return true;
            }
            if (!found) {
                Segment follower = follower(here, through);
                if (follower == null) {
                    return false;
                }
                here = follower;
            }
        }
    }

    /** Moves {@link #position} behind bytes of the queue's own and returns the word there. */
    private int nextWord(Segment here) {
        int at = QueueFormat.skipQueuesOwn(bytes, position, limit(here));
        if (at < 0) {
            return QueueFormat.END;
        }
        position = at;
        return QueueFormat.word(bytes, at);
    }

    private int limit(Segment here) {
        return Math.min(here.endPosition(), bytes.capacity());
    }

    /** Enters the document at {@link #position}, or passes by a gap there: then the result is false. */
    private boolean enter(Segment here) {
        String problem = check.headerProblem(bytes, position, limit(here), here.epoch(), expected);
        if (problem != null && !findBehindDamage(here)) {
            // A broken frame breaks the chain of its document: where it is was found out just now, by looking behind
            // it.
            boolean looked = here.isBounded() && !here.isAnother();
            throw damaged(looked ? here.salvage().damageOf(expected, position) : position, problem);
        }
        if (framesLeft > 0) {
            return true; // single frames of a damaged document
        }
        int at = position + QueueFormat.WORD_BYTES;
        if (DocumentCheck.isGap(bytes, position)) {
            expected = Gap.lastOffset(bytes, at) + 1;
            position = (int) QueueFormat.next(position, Gap.BYTES);
            return false;
        }
        long first = Document.firstOffset(bytes, at);
        here.passed(first, position);
        documentEnd = at + Document.length(bytes, at);
        frameAt = at + Document.HEADER_BYTES;
        framesLeft = Document.count(bytes, at);
        entered.set(here, position, first, framesLeft);
        position = (int) QueueFormat.next(position, Document.length(bytes, at));
        skipFrames(expected - first);
        return true;
    }

    /**
     * Damage may hide the way to a record that is whole: looks for the document that holds the expected one, or for its frame
     * alone where the document is damaged elsewhere.
     */
    private boolean findBehindDamage(Segment here) {
        if (!here.isBounded() || here.isAnother()) {
            return false;
        }
        SegmentSalvage.Run run = here.salvage().around(expected);
        if (run == null) {
            return false;
        }
        if (!run.documents()) {
            enterFrames(run);
            return true;
        }
        position = run.position();
        walkToDocument(here);
        return check.headerProblem(bytes, position, limit(here), here.epoch(), expected) == null;
    }

    private void enterFrames(SegmentSalvage.Run run) {
        documentEnd = run.endPosition();
        frameAt = run.position();
        framesLeft = Math.toIntExact(run.offsets().count());
        position = run.endPosition();
        skipFrames(expected - run.offsets().first());
    }

    /**
     * Goes on behind damage: to the first record behind {@code offset} that can be read.
     *
     * @param offset of the record that could not be read, as the {@link DamagedLogException} says
     * @return the offset that the cursor is before now, or −1 when no record up to {@code through} can be read
     */
    public long seekBehindDamage(long offset, long through) {
        if (canRead(offset + 1, through)) {
            seek(offset + 1);
            return offset + 1;
        }
        for (Segment here = catalog.find(offset); here != null; here = catalog.after(here)) {
            long served = offset < here.firstOffset() ? here.firstOffset() : offset + 1;
            if (served > through) {
                return -1;
            }
            if (here.isBounded() && !here.isAnother()) {
                served = here.salvage().nextBehind(served - 1);
            }
            if (served >= 0 && served <= Math.min(through, here.lastOffset()) && !here.isAnother()) {
                seek(served);
                return served;
            }
        }
        return -1;
    }

    /** A frame may be damaged in a document whose other frames can be read. */
    private boolean canRead(long offset, long through) {
        try {
            return read(offset, through);
        } catch (DamagedLogException e) {
            return false;
        }
    }

    private void skipFrames(long count) {
        for (long i = 0; i < count; i++) {
            frameAt += frame.wrap(bytes, frameAt).length();
            framesLeft--;
        }
    }

    /**
     * The segment behind {@code here} if it holds the expected record, or null when it does not yet. Another process may have
     * begun it since the record was looked for, so the record need not be its first.
     */
    private @Nullable Segment follower(Segment here, long through) {
        Segment follower = catalog.after(here);
        if (follower == null) {
            catalog.refreshIfForeign();
            follower = catalog.after(here);
        }
        if (follower == null) {
            throw damaged(position, "expected records up to offset " + through + ", was the end of the log");
        }
        String problem = SegmentChain.linkProblem(here, follower);
        boolean isShort = here.isBounded()
                ? expected <= here.lastOffset()
                : follower.epoch() == here.epoch() && follower.firstOffset() > expected;
        if (problem == null && isShort) {
            problem = "expected a document, was the end of the segment";
        }
        if (problem != null) {
            throw damaged(position, problem);
        }
        if (follower.firstOffset() > through) {
            return null;
        }
        expected = Math.max(expected, follower.firstOffset());
        enterSegment(follower, follower.position(expected));
        walkToDocument(follower);
        return follower;
    }

    private Segment enterSegment(Segment here, int newPosition) {
        if (bytesOf != here) {
            bytes = here.view();
            bytesOf = here;
        }
        segment = here;
        position = newPosition;
        return here;
    }

    /** Finds the document that holds {@link #expected}, or the first one behind it. */
    private @Nullable Segment locate(long through) {
        Segment here = catalog.find(expected);
        if (here == null || expected > here.lastOffset()) {
            catalog.refreshIfForeign();
            here = catalog.find(expected);
        }
        if (here == null || expected > here.lastOffset()) {
            long resume = catalog.resumeFrom(expected);
            if (resume == expected && expected <= catalog.expectedThrough()) {
                Segment last = catalog.last();
                throw new DamagedLogException(
                        last == null ? catalog.directory().logDirectory() : last.file(),
                        0,
                        expected,
                        "expected durable records up to offset " + catalog.expectedThrough()
                                + ", was the end of the log");
            }
            if (resume == expected || resume > through) {
                return null;
            }
            expected = resume;
            here = catalog.find(expected);
        }
        if (here == null) {
            return null;
        }
        enterSegment(here, here.position(expected));
        walkToDocument(here);
        return here;
    }

    /** Hops over whole documents, without reading their frames, to the one that holds {@link #expected}. */
    private void walkToDocument(Segment here) {
        ByteBuffer walked = bytes;
        int limit = limit(here);
        long wanted = expected;
        int at = position;
        while (true) {
            int word = at + DOCUMENT_AT_LEAST > limit ? QueueFormat.END : QueueFormat.word(walked, at);
            int length = QueueFormat.length(word);
            int documentAt = at + QueueFormat.WORD_BYTES;
            if (!QueueFormat.isDocument(word) || length > limit - documentAt) {
                int next = QueueFormat.skipQueuesOwn(walked, at, limit);
                if (next <= at) {
                    break;
                }
                at = next;
                continue;
            }
            long first = Document.firstOffset(walked, documentAt);
            boolean gap = Gap.isAt(walked, documentAt, length);
            long count = gap ? Gap.lastOffset(walked, documentAt) - first + 1 : Document.count(walked, documentAt);
            if (first > wanted || count <= 0 || wanted - first < count) {
                break;
            }
            if (!gap) {
                here.passed(first, at);
            }
            at = (int) QueueFormat.next(at, length);
        }
        position = at;
    }

    /**
     * The offset of the first record up to {@code through} whose time is not before {@code at}, or {@code through + 1}. The
     * cursor is left anywhere.
     *
     * @param at microseconds since 1970
     */
    public long seekTime(long at, long through) {
        long low = Math.max(0, catalog.startOffset());
        for (Segment candidate : catalog.segments()) {
            if (candidate.firstOffset() > Math.min(through, candidate.lastOffset())) {
                continue;
            }
            Manifest manifest = candidate.manifest();
            if (manifest != null && manifest.lastAt() < at) {
                low = candidate.lastOffset() + 1;
            } else {
                low = Math.max(low, floorByTime(candidate, at, through));
                break;
            }
        }
        seek(low);
        while (next(through)) {
            if (frame.at() >= at) {
                return frame.offset();
            }
        }
        return through + 1;
    }

    /** The offset of the last indexed record of {@code candidate} that is before {@code at}. */
    private long floorByTime(Segment candidate, long at, long through) {
        SparseIndex index = candidate.index();
        int low = 0;
        int high = index.count() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            boolean before = read(index.offsetAt(middle), through) && frame.at() < at;
            if (before) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? candidate.firstOffset() : index.offsetAt(high);
    }

    private DamagedLogException damaged(int where, String what) {
        Segment here = segment();
        segment = null;
        framesLeft = 0;
        entered.forget();
        return new DamagedLogException(here.file(), where, expected, what);
    }
}
