package dev.cairn.internal.segment;

import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.segment.SegmentSalvage.Damage;
import dev.cairn.internal.segment.SegmentSalvage.Run;
import dev.cairn.internal.segment.SegmentSalvager.Subject;
import dev.cairn.internal.segment.SegmentScan.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One segment file looked at for a verification: its records pass by once, and it is said where there are none.
 *
 * <p>Threading: one instance for each segment; one thread.
 */
public final class SegmentAudit {
    private static final int END_ZEROS_MAX = 4 << 10;

    private final LogDirectory.NumberedFile file;
    private final UUID installation;
    private final @Nullable ManifestAudit manifest;
    private final List<Hole> holes = new ArrayList<>();
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int startPosition = -1;
    private long firstOffset;
    private @Nullable SegmentSalvage salvage;
    private @Nullable Hole torn;
    private long highestDurable = -1;
    private long highestOffset = -1;

    /**
     * Bytes that are not what was written.
     *
     * @param position of the first of them
     * @param offset that was expected there
     * @param lost offsets of which no record was found, ascending; empty when all can be saved
     * @param what what was expected and found
     */
    public record Hole(int position, long offset, List<OffsetRange> lost, String what) {
        public Hole {
            lost = List.copyOf(lost);
        }
    }

    private SegmentAudit(LogDirectory.NumberedFile file, UUID installation, @Nullable ManifestAudit manifest) {
        this.file = file;
        this.installation = installation;
        this.manifest = manifest;
    }

    /**
     * Maps {@code file} and looks at its header.
     *
     * @param manifest of the segment, null when there is none that can be read
     * @param nextOffset the first offset of the segment if nothing in it tells
     */
    public static SegmentAudit open(
            LogDirectory.NumberedFile file, UUID installation, @Nullable ManifestAudit manifest, long nextOffset)
            throws IOException {
        SegmentAudit audit = new SegmentAudit(file, installation, manifest);
        audit.begin(nextOffset);
        return audit;
    }

    /**
     * The segment as a log lists it, for a look at how it begins.
     *
     * @param manifest of the segment, null when there is none that can be read: then its header tells
     * @return null when there is neither a manifest nor a header of a segment of this log
     */
    public static @Nullable Segment listed(
            LogDirectory.NumberedFile file, UUID installation, @Nullable ManifestAudit manifest) throws IOException {
        if (manifest != null) {
            Manifest stated = manifest.manifest();
            return Segment.sealed(file.path(), stated, SealedCheck.problem(file, stated, installation));
        }
        ByteBuffer bytes = SegmentBytes.head(file.path());
        int start = Segment.findHeader(bytes);
        SegmentHeader header = start < 0 ? null : SegmentHeader.decode(bytes, start + QueueFormat.WORD_BYTES);
        return header == null || SealedCheck.headerProblem(header, file, installation) != null
                ? null
                : Segment.unsealed(file.path(), header, start, bytes);
    }

    /** The installation that the header of {@code file} names, or null when it has no good one. */
    public static @Nullable UUID installation(LogDirectory.NumberedFile file) throws IOException {
        SegmentHeader header = header(SegmentBytes.head(file.path()));
        return header == null ? null : header.installation();
    }

    /** The first offset that the header of {@code file} states, −1 when it has no good one. */
    public static long firstOffset(LogDirectory.NumberedFile file) throws IOException {
        SegmentHeader header = header(SegmentBytes.head(file.path()));
        return header == null ? -1 : header.firstOffset();
    }

    /** When {@code file} was begun, in microseconds since 1970, as its header states; −1 when it has no good one. */
    public static long createdAt(LogDirectory.NumberedFile file) throws IOException {
        SegmentHeader header = header(SegmentBytes.head(file.path()));
        return header == null ? -1 : header.createdAt();
    }

    private static @Nullable SegmentHeader header(ByteBuffer mapped) {
        int start = Segment.findHeader(mapped);
        return start < 0 ? null : SegmentHeader.decode(mapped, start + QueueFormat.WORD_BYTES);
    }

    private void begin(long nextOffset) throws IOException {
        bytes = Segment.map(file.path());
        startPosition = Segment.findHeader(bytes, manifest == null ? 0 : manifest.startPosition());
        SegmentHeader header =
                startPosition < 0 ? null : SegmentHeader.decode(bytes, startPosition + QueueFormat.WORD_BYTES);
        firstOffset = manifest != null ? manifest.firstOffset() : header != null ? header.firstOffset() : nextOffset;
    }

    /** Whether the segment has a good header. */
    public boolean hasHeader() {
        return startPosition >= 0;
    }

    /** Position of the header's word, 0 when there is none. */
    public int startPosition() {
        return Math.max(0, startPosition);
    }

    /** Why the file is not the segment that belongs here, or null: then nothing in it may be read. */
    public @Nullable String otherProblem() throws IOException {
        SegmentHeader header = header(bytes);
        if (header == null) {
            return manifest == null ? null : manifest.otherProblem(file.path());
        }
        String problem = SealedCheck.headerProblem(header, file, installation);
        if (problem == null && header.firstOffset() != firstOffset) {
            problem = "expected first offset " + firstOffset + ", was " + header.firstOffset();
        }
        return problem;
    }

    public long firstOffset() {
        return firstOffset;
    }

    /**
     * Reads a segment whose last record is known from elsewhere.
     *
     * @param lastOffset the last record that must be there
     */
    public void readThrough(long lastOffset, SegmentSalvager.Visitor visitor) throws IOException {
        int end = manifest != null ? manifest.endPosition() : Integer.MAX_VALUE;
        read(lastOffset, end, visitor);
    }

    /**
     * Reads a segment of which nobody knows where it ends: its end may be torn.
     *
     * @param durable the last offset known to have been durable: what is missing up to there no power cut explains
     */
    public void readAll(LongSupplier durable, SegmentSalvager.Visitor visitor) throws IOException {
        SegmentScan scan = new SegmentScanner(installation).scanSealed(file, firstOffset);
        highestDurable = scan.highestDurable();
        highestOffset = scan.highestOffset();
        if (scan.verdict() instanceof Verdict.Damaged damaged) {
            read(Math.max(highestOffset, scan.lastOffset()), Integer.MAX_VALUE, visitor);
            if (holes.isEmpty()) {
                holes.add(new Hole(damaged.position(), damaged.offset(), List.of(), damaged.why()));
            }
            return;
        }
        if (scan.verdict() instanceof Verdict.Torn end && durable.getAsLong() > scan.lastOffset()) {
            read(Math.max(highestOffset, scan.lastOffset()), Integer.MAX_VALUE, visitor);
            if (holes.isEmpty()) {
                holes.add(new Hole(end.position(), scan.lastOffset() + 1, List.of(), end.why()));
            }
            return;
        }
        if (scan.verdict() instanceof Verdict.Torn end) {
            torn = new Hole(end.position(), scan.lastOffset() + 1, List.of(), end.why());
        }
        if (scan.records() > 0) {
            read(scan.lastOffset(), scan.endPosition(), visitor);
        }
    }

    private void read(long lastOffset, int endPosition, SegmentSalvager.Visitor visitor) throws IOException {
        int start = startPosition >= 0 ? startPosition : manifest != null ? manifest.startPosition() : 0;
        int end = endPosition == Integer.MAX_VALUE ? usedEnd() : endPosition;
        SegmentSalvage read = SegmentSalvager.salvage(
                new Subject(file.path(), file.number(), file.epoch(), start, firstOffset, lastOffset, end), visitor);
        salvage = read;
        highestDurable = Math.max(highestDurable, read.highestDurable());
        holes.addAll(holes(read));
        List<OffsetRange> lost = read.lost();
        if (holes.isEmpty() && !lost.isEmpty()) {
            holes.add(new Hole(
                    read.endPosition(),
                    lost.get(0).first(),
                    lost,
                    "expected records up to offset " + lastOffset + ", was the end of the file"));
        }
    }

    /** One for each damage that people are told of, with what was lost from its offset on, up to that of the next. */
    static List<Hole> holes(SegmentSalvage read) {
        List<OffsetRange> lost = read.lost();
        List<Damage> damages = read.causes();
        List<Hole> holes = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < damages.size(); i++) {
            Damage damage = damages.get(i);
            boolean last = i + 1 == damages.size();
            from = firstFrom(lost, from, damage.offset());
            int to = last
                    ? lost.size()
                    : firstFrom(lost, from, damages.get(i + 1).offset());
            holes.add(new Hole(damage.position(), damage.offset(), lost.subList(from, to), damage.why()));
        }
        return holes;
    }

    /** Index of the first of {@code lost}, from {@code index} on, that does not begin before {@code offset}. */
    private static int firstFrom(List<OffsetRange> lost, int index, long offset) {
        int at = index;
        while (at < lost.size() && lost.get(at).first() < offset) {
            at++;
        }
        return at;
    }

    /** Position behind which only zeros are; the last document may end in a few. */
    private int usedEnd() throws IOException {
        return Math.min(bytes.capacity(), SegmentBytes.of(file.path()).usedEnd() + END_ZEROS_MAX);
    }

    /** Where bytes are not what was written, in the order of their positions. */
    public List<Hole> holes() {
        return holes;
    }

    /** The end of a document that never reached the disk whole, or null. */
    public @Nullable Hole torn() {
        return torn;
    }

    /** Offsets that an earlier repair gave up. */
    public List<OffsetRange> gaps() {
        return salvage == null ? List.of() : salvage.gaps();
    }

    /** Offset of the last record that can be read or that a repair gave up, one below the first when there is none. */
    public long lastOffset() {
        SegmentSalvage read = salvage;
        long last = firstOffset - 1;
        if (read != null) {
            for (Run run : read.runs()) {
                last = Math.max(last, run.offsets().last());
            }
            for (OffsetRange gap : read.gaps()) {
                last = Math.max(last, gap.last());
            }
        }
        return last;
    }

    /** The highest durable offset that a whole frame states, −1 for none. */
    public long highestDurable() {
        return highestDurable;
    }

    /** The highest durable offset that a whole frame of {@code file} states, −1 for none. */
    public static long highestDurable(LogDirectory.NumberedFile file, UUID installation) throws IOException {
        return new SegmentScanner(installation).scanSealed(file, 0).highestDurable();
    }

    /** The highest offset in any whole frame of a segment that was {@linkplain #readAll read to no known end}. */
    public long highestOffset() {
        return highestOffset;
    }

    /** Position behind the last good bytes. */
    public int endPosition() {
        SegmentSalvage read = salvage;
        int end = startPosition < 0 ? 0 : (int) QueueFormat.next(startPosition, SegmentHeader.BYTES);
        return read == null
                ? end
                : read.runs().stream()
                        .mapToInt(SegmentSalvage.Run::endPosition)
                        .max()
                        .orElse(end);
    }

    /** The manifest over the bytes of this segment, which has no holes. */
    Manifest manifest(Manifest stated) {
        SegmentTally tally = new SegmentTally(firstOffset, bytes.capacity());
        int position = startPosition < 0
                ? Math.max(0, QueueFormat.skipQueuesOwn(bytes, 0, stated.endPosition()))
                : (int) QueueFormat.next(startPosition, SegmentHeader.BYTES);
        int end = position;
        while (position >= 0 && position < stated.endPosition()) {
            position = QueueFormat.skipQueuesOwn(bytes, position, stated.endPosition());
            if (position >= 0 && tally.nextOffset() <= stated.lastOffset()) {
                position = tally.add(bytes, position);
                end = position;
            } else {
                break;
            }
        }
        return tally.manifest(file.number(), file.epoch(), startPosition(), end, stated.torn(), stated.previousHash());
    }
}
