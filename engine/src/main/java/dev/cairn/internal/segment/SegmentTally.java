package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.Gap;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of the documents of a segment, added up while they are walked.
 *
 * <p>Threading: one instance for each walk.
 */
final class SegmentTally {
    private final FrameView frame = new FrameView();
    /** Null when no manifest is to come of it: the digest costs more than all the checks of a scan together. */
    private final @Nullable MessageDigest digest;

    private final SparseIndex index;
    private final long firstOffset;
    private final List<OffsetRange> lost = new ArrayList<>();

    private long nextOffset;
    private long records;
    private long frameBytes;
    private long firstAt;
    private long lastAt;
    private int lastChecksum;
    private long highestDurable = -1;

    SegmentTally(long firstOffset, int bytesExpected) {
        this(firstOffset, bytesExpected, true);
    }

    private SegmentTally(long firstOffset, int bytesExpected, boolean forManifest) {
        this.firstOffset = firstOffset;
        this.nextOffset = firstOffset;
        this.digest = forManifest ? Manifest.sha256() : null;
        this.index = new SparseIndex(firstOffset, bytesExpected);
    }

    /** A tally that makes no manifest. */
    static SegmentTally withoutManifest(long firstOffset, int bytesExpected) {
        return new SegmentTally(firstOffset, bytesExpected, false);
    }

    /** Adds the document or gap, found good, whose word is at {@code position}; returns the position behind it. */
    int add(ByteBuffer bytes, int position) {
        int at = position + QueueFormat.WORD_BYTES;
        int length = Document.length(bytes, at);
        if (DocumentCheck.isGap(bytes, position)) {
            lost.add(new OffsetRange(Document.firstOffset(bytes, at), Gap.lastOffset(bytes, at)));
            nextOffset = Gap.lastOffset(bytes, at) + 1;
            return (int) QueueFormat.next(position, length);
        }
        int frames = at + Document.HEADER_BYTES;
        index.offer(nextOffset, position);
        int frameAt = frames;
        for (int i = 0; i < Document.count(bytes, at); i++) {
            addFrame(frame.wrap(bytes, frameAt));
            frameAt += frame.length();
        }
        if (digest != null) {
            digest.update(bytes.duplicate().limit(at + length).position(frames));
        }
        frameBytes += length - Document.HEADER_BYTES;
        return (int) QueueFormat.next(position, length);
    }

    private void addFrame(FrameView added) {
        if (records == 0) {
            firstAt = added.at();
        }
        lastAt = added.at();
        lastChecksum = added.checksum();
        highestDurable = Math.max(highestDurable, added.durable());
        records++;
        nextOffset++;
    }

    long firstOffset() {
        return firstOffset;
    }

    long nextOffset() {
        return nextOffset;
    }

    long records() {
        return records;
    }

    long highestDurable() {
        return highestDurable;
    }

    int lastChecksum() {
        return lastChecksum;
    }

    /** Offsets that gaps stand for, ascending. */
    List<OffsetRange> lost() {
        return lost;
    }

    /** The manifest over what was added; call it once. */
    Manifest manifest(int number, int epoch, int startPosition, int endPosition, boolean torn, byte[] previousHash) {
        return new Manifest(
                        number,
                        epoch,
                        firstOffset,
                        nextOffset() - 1,
                        startPosition,
                        endPosition,
                        records,
                        frameBytes,
                        firstAt,
                        lastAt,
                        lastChecksum,
                        torn,
                        Objects.requireNonNull(digest).digest(),
                        previousHash,
                        index,
                        Manifest.noHash(),
                        lost,
                        Manifest.noHash())
                .hashed();
    }
}
