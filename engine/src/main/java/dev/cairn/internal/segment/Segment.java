package dev.cairn.internal.segment;

import dev.cairn.DamagedLogException;
import dev.cairn.NotReadyException;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One segment as readers see it: its range, its bytes mapped once, and its sparse index.
 *
 * <p>A segment is <em>open</em> (being appended to: no known end), <em>bounded</em> (its last record is known), or
 * <em>sealed</em> (bounded by its manifest). It moves in that direction only, but that a sealed one is bounded anew
 * where what follows says that it once held more.
 *
 * <p>Threading: any thread; bounds are published by the writer, mapping and index are made on first use.
 */
public final class Segment {
    /** The last offset of a segment that has no known end. */
    static final long OPEN_END = Long.MAX_VALUE;

    private static final int HEADER_SEARCH_BYTES = 64 << 10;

    private final Path file;
    private final int number;
    private final int epoch;
    private final long firstOffset;
    private final int startPosition;
    /** Which file had the name when the segment was found, null where there was none: a repair gives the name to another. */
    private final @Nullable Object fileKey;

    private volatile Bounds bounds;
    private volatile @Nullable Manifest manifest;
    private volatile @Nullable ByteBuffer mapped;
    /** The index while the segment is not sealed, or not sealed long; null when the manifest's file has it. */
    private volatile @Nullable SparseIndex ownIndex;
    /** The index of a sealed segment, for as long as there is memory for it. */
    private volatile SoftReference<SparseIndex> manifestIndex = new SoftReference<>(null);

    private volatile @Nullable Long previousEnd;
    private volatile boolean previousEndKnown;
    /** Set where neither a writer in this process nor a manifest gives the index. */
    private final boolean indexedByReaders;

    private final SealedCheck.@Nullable Problem problem;
    /** What can be read of it, once a reader met damage. */
    private volatile SoftReference<SegmentSalvage> salvage = new SoftReference<>(null);

    /** Published together, so that no reader pairs the one with an older other. */
    private record Bounds(long lastOffset, int endPosition) {}

    private Segment(
            Path file,
            int number,
            int epoch,
            long firstOffset,
            int startPosition,
            Bounds bounds,
            @Nullable SparseIndex ownIndex,
            boolean indexedByReaders,
            SealedCheck.@Nullable Problem problem) {
        this.file = file;
        this.number = number;
        this.epoch = epoch;
        this.firstOffset = firstOffset;
        this.startPosition = startPosition;
        this.fileKey = fileKey(file);
        this.bounds = bounds;
        this.ownIndex = ownIndex;
        this.indexedByReaders = indexedByReaders;
        this.problem = problem;
    }

    /** A segment that this process appends to, and whose index it therefore keeps. */
    static Segment active(Path file, SegmentHeader header, int startPosition, ByteBuffer mapped) {
        return unsealed(
                file, header, startPosition, mapped, new SparseIndex(header.firstOffset(), mapped.capacity()), false);
    }

    /** A segment without a manifest, found on disk. */
    static Segment unsealed(Path file, SegmentHeader header, int startPosition, ByteBuffer mapped) {
        return unsealed(file, header, startPosition, mapped, new SparseIndex(header.firstOffset(), 1 << 20), true);
    }

    private static Segment unsealed(
            Path file,
            SegmentHeader header,
            int startPosition,
            ByteBuffer mapped,
            SparseIndex index,
            boolean indexedByReaders) {
        Segment segment = new Segment(
                file,
                header.number(),
                header.epoch(),
                header.firstOffset(),
                startPosition,
                new Bounds(OPEN_END, Integer.MAX_VALUE),
                index,
                indexedByReaders,
                null);
        segment.mapped = mapped;
        return segment;
    }

    static Segment sealed(Path file, Manifest manifest, SealedCheck.@Nullable Problem problem) {
        Segment segment = new Segment(
                file,
                manifest.number(),
                manifest.epoch(),
                manifest.firstOffset(),
                manifest.startPosition(),
                new Bounds(manifest.lastOffset(), manifest.endPosition()),
                null,
                false,
                problem);
        segment.manifest = manifest.summary();
        return segment;
    }

    /** What is left of a segment without header and manifest: whatever is whole in it is searched for. */
    static Segment headerless(NumberedFile file, OffsetRange offsets) {
        return provisional(file, offsets, null);
    }

    /** What stands for files that are gone with their manifests: reading there says so. */
    static Segment standIn(NumberedFile file, OffsetRange offsets) {
        String problem = "expected segments with these offsets, was none that can be read";
        return provisional(file, offsets, new SealedCheck.Problem(problem, true));
    }

    private static Segment provisional(NumberedFile file, OffsetRange offsets, SealedCheck.@Nullable Problem problem) {
        return new Segment(
                file.path(),
                file.number(),
                file.epoch(),
                offsets.first(),
                0,
                new Bounds(offsets.last(), Integer.MAX_VALUE),
                new SparseIndex(offsets.first(), 0),
                false,
                problem);
    }

    /** Maps the whole file; the mapping stays valid after the channel is closed. */
    static ByteBuffer map(Path file) throws IOException {
        return SegmentBytes.of(file).bytes();
    }

    /** The same without a look at the bytes: what is not there, or cannot be read, is a fault. */
    static ByteBuffer map(FileChannel channel, int bytesMax) throws IOException {
        while (true) {
            long size = channel.size();
            try {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(size, bytesMax))
                        .order(ByteOrder.LITTLE_ENDIAN);
            } catch (IOException e) {
                if (channel.size() >= size) {
                    throw e;
                }
                // Its writer has sealed it meanwhile, and given back the room behind its end.
            }
        }
    }

    /** Position of the word before the segment header, or −1: follows the queue's words, else looks for the magic. */
    static int findHeader(ByteBuffer buffer) {
        int position = QueueFormat.skipQueuesOwn(buffer, 0, buffer.capacity());
        if (position >= 0 && headerProblem(buffer, position) == null) {
            return position;
        }
        int limit = Math.min(buffer.capacity(), HEADER_SEARCH_BYTES) - QueueFormat.WORD_BYTES - SegmentHeader.BYTES;
        for (int at = 0; at <= limit; at += QueueFormat.WORD_BYTES) {
            if (buffer.getInt(at + QueueFormat.WORD_BYTES) == SegmentHeader.MAGIC
                    && headerProblem(buffer, at) == null) {
                return at;
            }
        }
        return -1;
    }

    /** The same where a manifest states the position: what stands before it is the queue's own. */
    static int findHeader(ByteBuffer buffer, int stated) {
        boolean fits = stated > 0 && stated <= buffer.capacity() - QueueFormat.WORD_BYTES - SegmentHeader.BYTES;
        return fits && headerProblem(buffer, stated) == null ? stated : findHeader(buffer);
    }

    static @Nullable String headerProblem(ByteBuffer buffer, int position) {
        int at = position + QueueFormat.WORD_BYTES;
        return SegmentHeader.problem(buffer, at, buffer.capacity() - at);
    }

    public Path file() {
        return file;
    }

    /** The segment's number, growing over all epochs. */
    public int number() {
        return number;
    }

    public int epoch() {
        return epoch;
    }

    /** Offset of the first record, or of the next one to come when there is none. */
    public long firstOffset() {
        return firstOffset;
    }

    /** Offset of the last record; {@link Long#MAX_VALUE} while the segment has no known end. */
    public long lastOffset() {
        return bounds.lastOffset;
    }

    public boolean isBounded() {
        return bounds.lastOffset != OPEN_END;
    }

    /** Whether the segment has a manifest. */
    public boolean isSealed() {
        return manifest != null;
    }

    /** Position behind the last document, or {@link Integer#MAX_VALUE} when unknown. */
    public int endPosition() {
        return bounds.endPosition;
    }

    /** What was found wrong with the file when it was listed, or null. */
    public @Nullable String problem() {
        return problem == null ? null : problem.what();
    }

    /** Whether the file is missing, or another than the one that belongs here. */
    public boolean isAnother() {
        return problem != null && problem.other();
    }

    /** Whether another file has the name now than when the segment was found. */
    boolean isReplaced() {
        return !Objects.equals(fileKey, fileKey(file));
    }

    private static @Nullable Object fileKey(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether it only stands for others that are gone, or lost their header: until something better is found in its place. */
    boolean isProvisional() {
        return !isSealed() && (isAnother() || startPosition == 0);
    }

    /** Ranges of offsets that a repair found no records for, ascending. */
    public List<OffsetRange> lost() {
        Manifest known = manifest;
        return known == null ? List.of() : known.lost();
    }

    /** The range of lost offsets that {@code offset} is in, or null. */
    @Nullable
    OffsetRange lostAround(long offset) {
        List<OffsetRange> lost = lost();
        int at = OffsetRange.reaching(lost, offset);
        return at < lost.size() && lost.get(at).contains(offset) ? lost.get(at) : null;
    }

    /** Bytes of the frames in a sealed segment, −1 while it is not sealed. */
    public long frameBytes() {
        Manifest known = manifest;
        return known == null ? -1 : known.frameBytes();
    }

    /** The log's time of the first record of a sealed segment in microseconds since 1970, −1 while it is not sealed. */
    public long firstAt() {
        Manifest known = manifest;
        return known == null ? -1 : known.firstAt();
    }

    @Nullable
    Manifest manifest() {
        return manifest;
    }

    /** Position of the first word behind the segment header. */
    int firstPosition() {
        return (int) QueueFormat.next(startPosition, SegmentHeader.BYTES);
    }

    int startPosition() {
        return startPosition;
    }

    /** Says where a segment ends that is not sealed, as somebody found out. */
    public void bound(long lastOffset, int endPosition) {
        bounds = new Bounds(lastOffset, endPosition);
    }

    void seal(Manifest newManifest) {
        bounds = new Bounds(newManifest.lastOffset(), newManifest.endPosition());
        manifest = newManifest.summary();
        manifestIndex = new SoftReference<>(newManifest.index());
        ownIndex = null;
    }

    /** A view of the mapped bytes that belongs to the caller. */
    public ByteBuffer view() {
        ByteBuffer bytes = mapped;
        return (bytes == null ? mapNow() : bytes).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The same for one look at its beginning, which leaves no mapping behind. */
    ByteBuffer glance() throws IOException {
        ByteBuffer bytes = mapped;
        return bytes == null ? SegmentBytes.head(file) : bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the epoch before ended, as {@link PreviousEnd} reads it: looked up until it is known, and once when sealed. */
    @Nullable
    Long previousEnd() throws IOException {
        if (!previousEndKnown) {
            previousEnd = PreviousEnd.statedBy(this);
            previousEndKnown = previousEnd != null || isSealed();
        }
        return previousEnd;
    }

    /** The last offset that can have been used before this segment: where it opens its epoch, its first record says so. */
    public long lastOffsetBefore() throws IOException {
        Long stated = previousEnd();
        return stated == null ? firstOffset - 1 : stated;
    }

    /**
     * The epoch of what is missing right before this segment: its own, unless this segment opens that, so that nothing of it can be
     * missing before.
     *
     * @param epochBefore of the last segment before, 0 for none
     */
    public int epochOfMissingBefore(int epochBefore) throws IOException {
        return previousEnd() == null ? epoch : Math.max(1, Math.max(epochBefore, epoch - 1));
    }

    private synchronized ByteBuffer mapNow() {
        ByteBuffer bytes = mapped;
        if (bytes == null) {
            requireFile();
            try {
                bytes = map(file);
            } catch (IOException e) {
                throw unreadable("cannot be mapped", e);
            }
            mapped = bytes;
        }
        return bytes;
    }

    private void requireFile() {
        if (problem != null && problem.other()) {
            throw new DamagedLogException(file, 0, firstOffset, problem.what());
        }
    }

    /** What is whole in the segment; looks through all of it, so only for one that is known to be damaged. */
    SegmentSalvage salvage() {
        SegmentSalvage known = salvage.get();
        if (known == null) {
            try {
                known = SegmentSalvager.salvage(SegmentSalvager.Subject.of(this), frame -> {});
            } catch (IOException e) {
                throw unreadable("cannot be read", e);
            }
            salvage = new SoftReference<>(known);
        }
        return known;
    }

    /** Position of a document that does not begin behind {@code offset}: the nearest that the index knows. */
    int position(long offset) {
        requireFile();
        int position = index().floor(offset);
        return position < 0 ? firstPosition() : position;
    }

    /** Tells of a document that a reader passed: where neither writer nor manifest made the index, readers do. */
    void passed(long offset, int position) {
        SparseIndex own = indexedByReaders ? ownIndex : null;
        if (own != null && own.isDue(position)) {
            synchronized (own) {
                own.offer(offset, position);
            }
        }
    }

    SparseIndex index() {
        SparseIndex own = ownIndex;
        if (own != null) {
            return own;
        }
        SparseIndex known = manifestIndex.get();
        return known == null ? readIndex() : known;
    }

    /** What the disk says of one read says nothing of the bytes, and perhaps it says something else the next time. */
    private NotReadyException unreadable(String what, IOException e) {
        return new NotReadyException(file + ": " + what + ": " + DiskFailure.reason(file, e));
    }

    private SparseIndex readIndex() {
        try {
            SparseIndex read =
                    Manifest.read(LogDirectory.manifestFile(file), null).index();
            manifestIndex = new SoftReference<>(read);
            return read;
        } catch (IOException e) {
            throw unreadable("its manifest cannot be read", e);
        }
    }

    @Override
    public String toString() {
        return "Segment[" + number + ", epoch " + epoch + ", offsets " + firstOffset + ".."
                + (isBounded() ? lastOffset() : "") + "]";
    }
}
