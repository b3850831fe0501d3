package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.segment.SegmentScan.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Reads a segment that was not sealed, byte by byte and without any queue, and says how it ends.
 *
 * <p>A sector of the disk holds what the log held at one moment. The log grows upwards over zeros, a document's word is written
 * after its bytes, and no document is begun before the word of the one before. So a sector that is older than those around it
 * holds whole documents, then perhaps a part of one that has no word yet, then zeros up to its end; and the first document that
 * cannot be read is a <em>torn tail</em>, whatever stands in younger sectors behind it, if its sectors can be such:
 * <ul>
 *   <li>no word before it, and nothing whole behind it: it was being written;
 *   <li>no word before it, and zeros up to the end of the sector: it was not yet begun when the sector was written;
 *   <li>no word before it, and nothing but itself in the sector: it was being written when the sector was, and went on in the
 *       next or had only its word to come;
 *   <li>a word, and a later sector of it that is zeros, or ends in more of them than a document can have by itself.
 * </ul>
 * The same holds for the segment header, the first document of all. Everything else is damage; so is a word of zero where one
 * flipped bit explains it. Whether a torn tail may be cut is for the caller to judge, who knows which offsets were durable.
 *
 * <p>Threading: one instance for each scan.
 */
public final class SegmentScanner {
    private static final int SECTOR_BYTES = 512;
    /** More zeros than the fields of a frame can have in a row; texts have none. */
    static final int ZEROS_OF_A_DOCUMENT_MAX = 64;

    private final UUID installation;
    private final DocumentCheck check = new DocumentCheck();
    private final FrameView frame = new FrameView();

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    /** Position behind the last byte that is not zero. Looking further would fill the holes there on some file systems. */
    private int usedEnd;

    private long highestOffset;
    private long highestDurable;

    public SegmentScanner(UUID installation) {
        this.installation = installation;
    }

    /**
     * Scans the whole file.
     *
     * @param nextOffset the first offset of the segment if it has no header of its own
     */
    public SegmentScan scan(LogDirectory.NumberedFile file, long nextOffset) throws IOException {
        return scan(file, nextOffset, 0, SegmentTally::new);
    }

    /** Scans a segment without adding up for a manifest, so the scan cannot be asked for one. */
    public SegmentScan scanSealed(LogDirectory.NumberedFile file, long firstOffset) throws IOException {
        return scan(file, firstOffset, 0, SegmentTally::withoutManifest);
    }

    /** The same for a segment of which the manifest says where its header is. */
    public SegmentScan scanSealed(Segment segment) throws IOException {
        LogDirectory.NumberedFile file =
                new LogDirectory.NumberedFile(segment.epoch(), segment.number(), segment.file());
        return scan(file, segment.firstOffset(), segment.startPosition(), SegmentTally::withoutManifest);
    }

    /** How to begin to add up. */
    @FunctionalInterface
    private interface Tallies {
        SegmentTally begin(long firstOffset, int bytesExpected);
    }

    private SegmentScan scan(LogDirectory.NumberedFile file, long nextOffset, int statedStart, Tallies tallies)
            throws IOException {
        map(file.path());
        highestOffset = -1;
        highestDurable = -1;
        int start = Segment.findHeader(bytes, statedStart);
        if (start < 0) {
            return withoutHeader(file, nextOffset);
        }
        SegmentHeader header = SegmentHeader.decode(bytes, start + QueueFormat.WORD_BYTES);
        String problem = SealedCheck.headerProblem(header, file, installation);
        SegmentTally tally = tallies.begin(header.firstOffset(), bytes.capacity());
        if (problem != null) {
            return result(file, tally, start, start, new Verdict.Damaged(start, header.firstOffset(), problem));
        }
        int position = (int) QueueFormat.next(start, SegmentHeader.BYTES);
        return walk(file, start, position, tally);
    }

    private void map(Path file) throws IOException {
        SegmentBytes read = SegmentBytes.of(file);
        usedEnd = read.usedEnd();
        bytes = read.bytes();
    }

    private SegmentScan withoutHeader(LogDirectory.NumberedFile file, long nextOffset) {
        SegmentTally tally = new SegmentTally(nextOffset, 0);
        gather(0);
        Verdict verdict = highestOffset < 0 ? new Verdict.CleanEnd() : headerVerdict(nextOffset);
        return result(file, tally, 0, 0, verdict);
    }

    /** Why there is no segment header before records that are there. */
    private Verdict headerVerdict(long nextOffset) {
        int position = Math.max(0, QueueFormat.skipQueuesOwn(bytes, 0, bytes.capacity()));
        int word = QueueFormat.word(bytes, position);
        int at = position + QueueFormat.WORD_BYTES;
        boolean older = word == QueueFormat.NOTHING
                ? isZero(position, sectorEnd(position))
                        || at + SegmentHeader.BYTES <= bytes.capacity()
                                && bytes.getInt(at) == SegmentHeader.MAGIC
                                && isZero(at + SegmentHeader.BYTES, sectorEnd(position))
                : word == SegmentHeader.BYTES && lostSector(position, word);
        return older
                ? new Verdict.Torn(position, "expected a segment header, was sectors older than those behind them")
                : new Verdict.Damaged(
                        position, nextOffset, "expected a segment header, was none before the first record");
    }

    private SegmentScan walk(LogDirectory.NumberedFile file, int start, int first, SegmentTally tally) {
        int position = first;
        while (true) {
            int next = QueueFormat.skipQueuesOwn(bytes, position, bytes.capacity());
            if (next < 0) {
                return result(file, tally, start, position, new Verdict.CleanEnd());
            }
            String problem = check.problem(bytes, next, bytes.capacity(), file.epoch(), tally.nextOffset());
            if (problem != null) {
                int where = check.problemPosition();
                long offset = tally.nextOffset() + check.problemFrame();
                highestOffset = tally.nextOffset() - 1;
                highestDurable = tally.highestDurable();
                gather(next);
                boolean wholeBehind = highestOffset >= tally.nextOffset() + framesAt(next, tally.nextOffset());
                Verdict verdict = verdict(next, problem, wholeBehind, file.epoch(), tally.nextOffset());
                boolean inFrame = where > next && verdict instanceof Verdict.Damaged;
                return result(
                        file, tally, start, position, inFrame ? new Verdict.Damaged(where, offset, problem) : verdict);
            }
            position = tally.add(bytes, next);
        }
    }

    /** Whole frames that stand, one behind the other, in the document that is being written at {@code position}. */
    private int framesAt(int position, long firstOffset) {
        long at = position + (long) QueueFormat.WORD_BYTES + Document.HEADER_BYTES;
        int frames = 0;
        while (at + Frame.HEADER_BYTES <= bytes.capacity()
                && frame.wrap(bytes, (int) at).problem(bytes.capacity() - (int) at) == null
                && frame.offset() == firstOffset + frames) {
            at += frame.length();
            frames++;
        }
        return frames;
    }

    private Verdict verdict(int position, String problem, boolean wholeBehind, int epoch, long offset) {
        int word = QueueFormat.word(bytes, position);
        if (word == QueueFormat.NOTHING || word == QueueFormat.END) {
            if (!wholeBehind) {
                return isZero(position + QueueFormat.WORD_BYTES, usedEnd) || word == QueueFormat.END
                        ? new Verdict.CleanEnd()
                        : new Verdict.Torn(position, "expected a document, was one without a word before it");
            }
            if (word == QueueFormat.NOTHING && isZero(position, sectorEnd(position))) {
                return new Verdict.Torn(position, "expected a document, was zeros up to a sector boundary");
            }
            return word == QueueFormat.NOTHING && wasBeingWritten(position, epoch, offset)
                    ? new Verdict.Torn(position, "expected a document, was a sector in which it has no word yet")
                    : new Verdict.Damaged(position, offset, "expected a document before others, was " + problem);
        }
        return QueueFormat.isDocument(word)
                        && plausible(position, QueueFormat.length(word))
                        && lostSector(position, QueueFormat.length(word))
                ? new Verdict.Torn(position, problem + "; a sector of it is older than those around it")
                : new Verdict.Damaged(position, offset, problem);
    }

    /** Whether the rest of the sector can be the expected document, in part or whole, before its word was written. */
    private boolean wasBeingWritten(int position, int epoch, long offset) {
        int at = position + QueueFormat.WORD_BYTES;
        int end = sectorEnd(position);
        if (bytes.getInt(at) != Document.MAGIC) {
            return false;
        }
        if (isZero(at + Document.HEADER_BYTES, end)) {
            return true;
        }
        int length = Document.length(bytes, at);
        boolean expected = Document.firstOffset(bytes, at) == offset && Document.epoch(bytes, at) == epoch;
        return expected
                && length > 0
                && isZero((int) Math.min(at + (long) length, end), end)
                && !lostOneBit(position, length, offset);
    }

    /** Whether a whole document lacks nothing but a word that one flipped bit makes zero. */
    private boolean lostOneBit(int position, int length, long offset) {
        int at = position + QueueFormat.WORD_BYTES;
        return Integer.bitCount(length) == 1
                && length <= bytes.capacity() - at
                && framesAt(position, offset) == Document.count(bytes, at);
    }

    /** Whether the word's length is what the document's own header says, unless its sector is one that is older. */
    private boolean plausible(int position, int length) {
        int at = position + QueueFormat.WORD_BYTES;
        if (at + Document.HEADER_BYTES > bytes.capacity()) {
            return length <= bytes.capacity() - at;
        }
        boolean older = at + Document.HEADER_BYTES > sectorEnd(position) && Document.length(bytes, at) == 0;
        return older
                ? length <= bytes.capacity() - at
                : bytes.getInt(at) == Document.MAGIC && Document.length(bytes, at) == length;
    }

    /** Whether the file ends within the document, or a sector of it behind that of its word is older than the word. */
    private boolean lostSector(int position, int length) {
        long end = position + (long) QueueFormat.WORD_BYTES + length;
        for (long sector = sectorEnd(position); sector < end; sector += SECTOR_BYTES) {
            if (sector >= usedEnd) {
                return true;
            }
            int from = (int) sector;
            int zeros = (int) Math.min(sector + SECTOR_BYTES, end) - ZEROS_OF_A_DOCUMENT_MAX;
            if (isZero(Math.max(from, zeros), from + SECTOR_BYTES)) {
                return true;
            }
        }
        return false;
    }

    private static int sectorEnd(int position) {
        return (position / SECTOR_BYTES + 1) * SECTOR_BYTES;
    }

    private boolean isZero(int from, int to) {
        int at = from;
        int end = Math.min(to, usedEnd);
        while (at < end && (at & 7) != 0) {
            if (bytes.get(at++) != 0) {
                return false;
            }
        }
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            if (bytes.getLong(at) != 0) {
                return false;
            }
        }
        while (at < end) {
            if (bytes.get(at++) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Collects what whole frames from {@code from} on say, wherever they stand. */
    private void gather(int from) {
        int last = Math.min(bytes.capacity() - Frame.HEADER_BYTES, usedEnd);
        int at = from & ~3;
        while (at <= last) {
            if (bytes.getInt(at) == Frame.MAGIC && frame.wrap(bytes, at).problem(bytes.capacity() - at) == null) {
                highestOffset = Math.max(highestOffset, frame.offset());
                highestDurable = Math.max(highestDurable, frame.durable());
                at += frame.length();
            } else {
                at += Integer.BYTES;
            }
        }
    }

    private SegmentScan result(
            LogDirectory.NumberedFile file, SegmentTally tally, int start, int end, Verdict verdict) {
        long highest = Math.max(highestOffset, tally.nextOffset() - 1);
        return new SegmentScan(
                file.path(),
                file.number(),
                file.epoch(),
                tally.firstOffset(),
                start,
                end,
                verdict,
                tally.records() == 0 && highestOffset < 0 ? -1 : highest,
                Math.max(highestDurable, tally.highestDurable()),
                usedEnd,
                tally);
    }
}
