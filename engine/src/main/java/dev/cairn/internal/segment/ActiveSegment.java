package dev.cairn.internal.segment;

import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * A segment from its first document until it is sealed: where the next document goes, and the channel that forces it.
 *
 * <p>The channel is opened before the first frame, by a thread that nobody interrupts, and is only used by the force thread
 * and the sealer: an interrupt would close it, and what a closed channel did not force is lost for good.
 *
 * <p>Threading: append lock held, but {@link #force} and what it sets belong to the force thread, and {@link #finish} to the
 * sealer after that.
 */
final class ActiveSegment {
    private final Segment segment;
    private final FileChannel channel;

    private int position;
    private long records;

    private boolean forcedOnce;
    private volatile boolean forcedToEnd;
    private volatile boolean old;

    private ActiveSegment(Segment segment, FileChannel channel) {
        this.segment = segment;
        this.channel = channel;
        this.position = segment.firstPosition();
    }

    /** Opens and maps the segment that the queue just began with {@code header}. */
    static ActiveSegment open(Path file, SegmentHeader header, int reservedBytes) throws IOException {
        FileChannel channel = Disk.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ByteBuffer mapped = Segment.map(channel, reservedBytes);
            int start = QueueFormat.skipQueuesOwn(mapped, 0, mapped.capacity());
            if (start < 0
                    || Segment.headerProblem(mapped, start) != null
                    || !SegmentHeader.decode(mapped, start + QueueFormat.WORD_BYTES)
                            .equals(header)) {
                throw new IOException(file + ": expected the segment header that was written, was something else");
            }
            Segment segment = Segment.active(file, header, start, mapped);
            return new ActiveSegment(segment, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether a document of {@code length} bytes belongs into the next segment. */
    boolean isFull(int length, Geometry geometry, long recordsMax) {
        return !geometry.fits(position, length) || (records > 0 && (old || records >= recordsMax));
    }

    /** Says, from any thread, that the segment has reached its age. */
    void grewOld() {
        old = true;
    }

    /** Takes note of the document whose word the queue put at {@code at}, or −1 if it did not. */
    void appended(int at, int length, long firstOffset, int count) {
        if (at < 0) {
            throw new IllegalStateException(segment.file() + " at byte " + position + ": expected a document of "
                    + length + " bytes, was none");
        }
        segment.index().offer(firstOffset, at);
        position = (int) QueueFormat.next(at, length);
        records += count;
    }

    /** States the end to readers; the queue has begun the next segment. */
    void end(long lastOffset) {
        segment.bound(lastOffset, position);
    }

    /** Forces the file, and its name with the first force. */
    void force() throws IOException {
        Disk.force(channel, segment.file(), !forcedOnce);
        if (!forcedOnce) {
            FileEnvelope.forceDirectory(
                    Objects.requireNonNull(segment.file().toAbsolutePath().getParent()));
            forcedOnce = true;
        }
    }

    void markForcedToEnd() {
        forcedToEnd = true;
    }

    boolean isForcedToEnd() {
        return forcedToEnd;
    }

    /**
     * Seals the segment and gives back the room behind its end. Nobody looks there: readers stop at the end that was published
     * before, the queue has left the segment, and the pages that stay mapped are never touched again.
     */
    void finish(SegmentSealer sealer) throws IOException {
        int end = segment.endPosition();
        if (!segment.isSealed()) { // or a full disk stopped the rest the time before
            sealer.seal(segment, end);
        }
        long kept = Geometry.keptBytes(end);
        if (kept < channel.size()) {
            Disk.truncate(channel, segment.file(), kept);
        }
        channel.close();
    }

    void abandon() throws IOException {
        channel.close();
    }

    Segment segment() {
        return segment;
    }

    int position() {
        return position;
    }
}
