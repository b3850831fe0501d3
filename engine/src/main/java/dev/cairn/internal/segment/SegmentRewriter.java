package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.Gap;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.segment.SegmentSalvage.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a segment anew from what was saved of it: every frame byte for byte, with its own offset, and gaps where frames are
 * missing. No queue will ever append to the file, so it needs none of the queue's own bytes.
 *
 * <pre>
 *  0        4        8        12                108
 *  +--------+--------+--------+-----------------+--------------------+-----+------+
 *  | word   | CRNR   | word   | segment header  | documents and gaps | END | zero |
 *  +--------+--------+--------+-----------------+--------------------+-----+------+
 * </pre>
 *
 * The first word calls the four bytes behind it the queue's own, so that all readers pass them by.
 *
 * <p>Threading: one instance for each file.
 */
public final class SegmentRewriter {
    /** The bytes {@code C R N R}. */
    private static final int MAGIC = 0x524E5243;

    private static final int QUEUES_OWN_INT = 0x4000_0000 | Integer.BYTES;
    private static final int START_POSITION = 2 * Integer.BYTES;
    private static final int DOCUMENT_BYTES_MAX = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final int epoch;
    private final Document document = new Document();
    private final FrameView frame = new FrameView();
    private ByteBuffer buffer = allocate(2 * DOCUMENT_BYTES_MAX);
    private int position;

    private SegmentRewriter(Path file, FileChannel channel, int epoch) {
        this.file = file;
        this.channel = channel;
        this.epoch = epoch;
    }

    /** Position behind the end of what {@link #write} would write, at most. */
    static int endPositionAtMost(@Nullable SegmentSalvage salvage, List<OffsetRange> lost) {
        int gaps = lost.size() + (salvage == null ? 0 : salvage.gaps().size());
        long bytes = (long) START_POSITION
                + QueueFormat.WORD_BYTES
                + SegmentHeader.BYTES
                + (long) gaps * (QueueFormat.WORD_BYTES + Gap.BYTES + QueueFormat.WORD_BYTES);
        for (Run run : salvage == null ? List.<Run>of() : salvage.runs()) {
            long length = run.endPosition() - (long) run.position();
            // Frames alone get a document around them again, and one more for each MiB.
            bytes += length + (length / DOCUMENT_BYTES_MAX + 1) * (2L * QueueFormat.WORD_BYTES + Document.HEADER_BYTES);
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE - (1 << 20));
    }

    /**
     * Writes and forces {@code target}.
     *
     * @param header of the new segment
     * @param salvage what is left of the old one, or null when nothing is
     * @param lost the ranges of offsets that gaps are to stand for, in addition to the gaps that the old segment had
     */
    public static void write(
            Path target, SegmentHeader header, @Nullable SegmentSalvage salvage, List<OffsetRange> lost)
            throws IOException {
        try (FileChannel channel = Disk.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            SegmentRewriter rewriter = new SegmentRewriter(target, channel, header.epoch());
            rewriter.begin(header);
            rewriter.records(salvage, lost);
            rewriter.end();
        }
    }

    private void begin(SegmentHeader header) throws IOException {
        buffer.clear();
        buffer.putInt(QUEUES_OWN_INT).putInt(MAGIC).putInt(SegmentHeader.BYTES);
        header.encode(buffer, buffer.position());
        buffer.position(buffer.position() + SegmentHeader.BYTES);
        flush();
    }

    private void records(@Nullable SegmentSalvage salvage, List<OffsetRange> lost) throws IOException {
        if (salvage == null) {
            for (OffsetRange gap : lost) {
                gap(gap);
            }
            return;
        }
        List<OffsetRange> gaps = new ArrayList<>(lost);
        gaps.addAll(salvage.gaps());
        gaps.sort((a, b) -> Long.compare(a.first(), b.first()));
        int written = 0;
        try (FileChannel old = Disk.open(salvage.file(), StandardOpenOption.READ)) {
            ByteBuffer bytes = Segment.map(old, Integer.MAX_VALUE);
            for (Run run : salvage.runs()) {
                while (written < gaps.size()
                        && gaps.get(written).first() < run.offsets().first()) {
                    gap(gaps.get(written++));
                }
                copy(bytes, run);
            }
        }
        while (written < gaps.size()) {
            gap(gaps.get(written++));
        }
    }

    private void gap(OffsetRange range) throws IOException {
        buffer.clear();
        buffer.putInt(Gap.BYTES);
        Gap.encode(buffer, buffer.position(), epoch, range.first(), range.last());
        buffer.position(buffer.position() + Gap.BYTES);
        flush();
    }

    private void copy(ByteBuffer bytes, Run run) throws IOException {
        if (run.documents()) {
            for (int at = run.position(); at >= 0 && at < run.endPosition(); ) {
                int length = QueueFormat.length(QueueFormat.word(bytes, at));
                emit(bytes, at, QueueFormat.WORD_BYTES + length);
                at = QueueFormat.skipQueuesOwn(bytes, (int) QueueFormat.next(at, length), run.endPosition());
            }
            return;
        }
        long next = run.offsets().first();
        for (int at = run.position(); at < run.endPosition(); ) {
            int end = at;
            int count = 0;
            while (end < run.endPosition() && (count == 0 || end - at < DOCUMENT_BYTES_MAX)) {
                end += frame.wrap(bytes, end).length();
                count++;
            }
            emitAsDocument(bytes, at, end - at, count, next);
            next += count;
            at = end;
        }
    }

    private void emitAsDocument(ByteBuffer bytes, int at, int framesLength, int count, long firstOffset)
            throws IOException {
        int length = Document.HEADER_BYTES + framesLength;
        require(QueueFormat.WORD_BYTES + length);
        buffer.putInt(0, length);
        buffer.put(
                QueueFormat.WORD_BYTES + Document.HEADER_BYTES,
                bytes.duplicate().limit(at + framesLength).position(at).slice(),
                0,
                framesLength);
        document.seal(buffer, QueueFormat.WORD_BYTES, length, count, firstOffset, epoch);
        buffer.clear().position(QueueFormat.WORD_BYTES + length);
        flush();
    }

    private void emit(ByteBuffer bytes, int at, int length) throws IOException {
        require(length);
        buffer.put(bytes.duplicate().limit(at + length).position(at));
        flush();
    }

    private void require(int length) {
        buffer.clear();
        if (buffer.capacity() < length + QueueFormat.WORD_BYTES) {
            buffer = allocate(length + QueueFormat.WORD_BYTES);
        }
    }

    /** Writes the buffer up to its position, and on to the next multiple of a word. */
    private void flush() throws IOException {
        while (buffer.position() % QueueFormat.WORD_BYTES != 0) {
            buffer.put((byte) 0);
        }
        buffer.flip();
        int length = buffer.limit();
        Disk.write(channel, file, buffer, position);
        position += length;
    }

    private void end() throws IOException {
        buffer.clear();
        buffer.putInt(QueueFormat.END);
        int end = position;
        flush();
        int kept = Math.toIntExact(Geometry.keptBytes(end));
        buffer.clear().put(new byte[Math.max(0, kept - position)]);
        flush();
        Disk.force(channel, file, true);
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Position of the header's word in a segment that this class wrote. */
    static int startPosition() {
        return START_POSITION;
    }
}
