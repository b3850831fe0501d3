package dev.cairn.internal.segment;

import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.disk.DiskFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All segments of all epochs in the order of their offsets: where an offset is, and which ranges were lost.
 *
 * <p>Threading: any thread reads; one thread adds (append lock held), or the monitor is held while listing anew.
 */
public final class SegmentCatalog {
    private static final Comparator<Segment> BY_NUMBER = Comparator.comparingInt(Segment::number);

    private final LogDirectory directory;
    private final UUID installation;
    private final SegmentPlaces places;
    private volatile Segment[] segments;
    private volatile List<Problem> problems = List.of();
    private volatile boolean ownedByWriter;
    /** Epochs of files that hold no header, by their numbers, as they were listed last. */
    private Map<Integer, Integer> headerless = Map.of();
    /** Where segments were of which only a manifest is left, and one that cannot be used. */
    private volatile List<LogDirectory.NumberedFile> onlyManifests = List.of();
    /** The last record that is known to have been durable: if the log ends before it, its end is missing. */
    private volatile long expectedThrough = -1;

    /** What follows from a {@link Problem}. */
    public enum Effect {
        /** Records of a segment cannot be read; the others can. */
        DAMAGED,
        /** All records of a segment are missing, or its file is another than the one that belongs here. */
        MISSING,
        /** A manifest cannot be used; it can be made again from its segment. */
        MANIFEST,
        /** The manifests are not those that followed one another; the records may all be right. */
        CHAIN
    }

    /** Something that is wrong with a file of the log and was seen without reading its frames. */
    public record Problem(Effect effect, Path file, long position, long offset, String what) {}

    private SegmentCatalog(SegmentPlaces places) {
        this.directory = places.directory();
        this.installation = places.installation();
        this.places = places;
        this.segments = new Segment[0];
    }

    /** Lists the segments of {@code directory}; those without a manifest have no known end until they are bounded. */
    public static SegmentCatalog load(LogDirectory directory, UUID installation) {
        return load(SegmentPlaces.byName(directory, installation));
    }

    /** The same with each segment as it is when those that lie in the places of others are put into their own. */
    public static SegmentCatalog load(SegmentPlaces places) {
        SegmentCatalog catalog = new SegmentCatalog(places);
        catalog.refresh();
        return catalog;
    }

    /** Says that records up to {@code offset} were durable, whatever the segments hold. */
    void expectThrough(long offset) {
        expectedThrough = offset;
    }

    long expectedThrough() {
        return expectedThrough;
    }

    /** Lists the directory anew if another process may be writing to it; the writer's own list is always complete. */
    void refreshIfForeign() {
        if (!ownedByWriter) {
            refresh();
        }
    }

    /**
     * Lists {@link MissingSegments} too. For a log at rest: beside a writer a listing may have missed what is there.
     *
     * @param durable the last record that is known to have been durable, −1 for none
     */
    synchronized void addMissing(long durable) throws IOException {
        List<Segment> listed = new ArrayList<>(List.of(segments));
        listed.addAll(new MissingSegments(places, listed, headerless).find(durable));
        listed.sort(BY_NUMBER);
        segments = listed.toArray(new Segment[0]);
    }

    /** Provisional ones stay while nothing was found in their place. */
    private void keepProvisional(List<Segment> found) {
        List<Segment> kept = new ArrayList<>();
        for (Segment provisional : segments) {
            boolean needed = provisional.isProvisional()
                    && found.stream()
                            .noneMatch(segment -> segment.number() == provisional.number()
                                    || segment.firstOffset() <= provisional.lastOffset()
                                            && segment.lastOffset() >= provisional.firstOffset());
            if (needed) {
                kept.add(provisional);
            }
        }
        found.addAll(kept);
        found.sort(BY_NUMBER);
    }

    /** Number of the newest segment that has a manifest, 0 for none. */
    public int newestSealed() {
        return SegmentChain.newestSealed(List.of(segments));
    }

    /** Lists the directory anew, keeping the segments that are known already. Finds what another process added. */
    public synchronized void refresh() {
        List<Segment> found = new ArrayList<>();
        List<Problem> wrong = new ArrayList<>();
        Map<Integer, Integer> withoutHeader = new HashMap<>();
        try {
            List<LogDirectory.NumberedFile> files = places.files();
            boolean openedAnew = newestEpoch(files) > newestEpoch();
            for (LogDirectory.NumberedFile file : files) {
                Segment segment = refreshed(file, openedAnew, wrong);
                if (segment != null) {
                    found.add(segment);
                } else {
                    withoutHeader.put(file.number(), file.epoch());
                }
            }
            addManifests(found, wrong);
            boundByFollowers(found, wrong);
        } catch (IOException e) {
            throw new UncheckedIOException(directory.logDirectory() + ": cannot be listed", e);
        }
        wrong.addAll(new SegmentChain(found, withoutHeader).problems());
        keepProvisional(found);
        headerless = withoutHeader;
        segments = found.toArray(new Segment[0]);
        problems = List.copyOf(wrong);
    }

    private static int newestEpoch(List<LogDirectory.NumberedFile> files) {
        return files.stream().mapToInt(LogDirectory.NumberedFile::epoch).max().orElse(0);
    }

    private int newestEpoch() {
        return Arrays.stream(segments).mapToInt(Segment::epoch).max().orElse(0);
    }

    /**
     * The segment that is known of {@code file} and still is what the name stands for. A sealed one is another only behind a
     * repair, which ends with an opening.
     */
    private @Nullable Segment known(LogDirectory.NumberedFile file, boolean openedAnew) {
        Segment listed = byNumber(file.number());
        if (listed == null || listed.isProvisional() || listed.isAnother()) {
            return null;
        }
        boolean mayBeAnother = openedAnew || !listed.isSealed();
        return mayBeAnother && listed.isReplaced() ? null : listed;
    }

    private @Nullable Segment refreshed(LogDirectory.NumberedFile file, boolean openedAnew, List<Problem> wrong)
            throws IOException {
        Segment known = known(file, openedAnew);
        Path manifestFile = LogDirectory.manifestFile(places.place(file));
        if (known != null && (known.isSealed() || !Files.exists(manifestFile))) {
            if (known.problem() != null) {
                wrong.add(new Problem(effect(known.isAnother()), file.path(), 0, known.firstOffset(), known.problem()));
            }
            return known;
        }
        Manifest manifest = null;
        if (Files.exists(manifestFile)) {
            try {
                manifest = Manifest.read(manifestFile, installation);
                requirePlace(manifest, file);
            } catch (IOException e) {
                manifest = null;
                wrong.add(new Problem(Effect.MANIFEST, manifestFile, 0, -1, DiskFailure.describe(e)));
            }
        }
        if (manifest == null) {
            return known != null ? known : unsealed(file, wrong);
        }
        if (known != null) {
            known.seal(manifest);
            return known;
        }
        SealedCheck.Problem problem = SealedCheck.problem(file, manifest, installation);
        if (problem != null) {
            wrong.add(new Problem(
                    effect(problem.other()),
                    file.path(),
                    manifest.startPosition(),
                    manifest.firstOffset(),
                    problem.what()));
        }
        return Segment.sealed(file.path(), manifest, problem);
    }

    private static Effect effect(boolean another) {
        return another ? Effect.MISSING : Effect.DAMAGED;
    }

    private static void requirePlace(Manifest manifest, LogDirectory.NumberedFile file) throws IOException {
        if (manifest.number() != file.number() || manifest.epoch() != file.epoch()) {
            throw new IOException(file.path() + ": expected the manifest of segment " + file.number() + " of epoch "
                    + file.epoch() + ", was that of segment " + manifest.number() + " of epoch " + manifest.epoch());
        }
    }

    private @Nullable Segment unsealed(LogDirectory.NumberedFile file, List<Problem> wrong) throws IOException {
        if (Files.isDirectory(file.path())) {
            wrong.add(new Problem(Effect.MISSING, file.path(), 0, -1, SealedCheck.NO_FILE));
            return null;
        }
        ByteBuffer mapped = Segment.map(file.path());
        int start = Segment.findHeader(mapped);
        if (start < 0) {
            return null;
        }
        SegmentHeader header = SegmentHeader.decode(mapped, start + QueueFormat.WORD_BYTES);
        String problem = SealedCheck.headerProblem(header, file, installation);
        if (problem != null) {
            wrong.add(new Problem(Effect.MISSING, file.path(), start, header.firstOffset(), problem));
            return null;
        }
        return Segment.unsealed(file.path(), header, start, mapped);
    }

    /** A manifest whose segment is gone stands for it, so that reading there says what is missing. */
    private void addManifests(List<Segment> found, List<Problem> wrong) throws IOException {
        List<LogDirectory.NumberedFile> manifestsAlone = new ArrayList<>();
        for (LogDirectory.NumberedFile file : directory.manifestFiles()) {
            Path segmentFile = LogDirectory.segmentFile(
                    Objects.requireNonNull(file.path().toAbsolutePath().getParent()), file.number());
            if (found.stream().anyMatch(segment -> segment.number() == file.number()) || Files.exists(segmentFile)) {
                continue;
            }
            try {
                Manifest manifest = Manifest.read(file.path(), installation);
                requirePlace(manifest, file);
                String problem = "expected the segment of this manifest, was no file";
                found.add(Segment.sealed(segmentFile, manifest, new SealedCheck.Problem(problem, true)));
                wrong.add(new Problem(Effect.MISSING, segmentFile, 0, manifest.firstOffset(), problem));
            } catch (IOException e) {
                wrong.add(new Problem(Effect.MISSING, file.path(), 0, -1, DiskFailure.describe(e)));
                manifestsAlone.add(new LogDirectory.NumberedFile(file.epoch(), file.number(), segmentFile));
            }
        }
        onlyManifests = List.copyOf(manifestsAlone);
        found.sort(BY_NUMBER);
    }

    /**
     * A segment that another follows is complete. Its records end where those of the same opening begin; where another opening
     * follows, its first record says where. If that is damaged too, nobody knows: all offsets before it may have been used.
     */
    private static void boundByFollowers(List<Segment> found, List<Problem> wrong) throws IOException {
        for (int i = 0; i + 1 < found.size(); i++) {
            Segment segment = found.get(i);
            Segment follower = found.get(i + 1);
            boolean sameEpoch = segment.epoch() == follower.epoch();
            Long stated = sameEpoch ? null : follower.previousEnd();
            if (segment.isSealed()) {
                endAsStated(segment, follower, stated, wrong);
            }
            boolean beside = follower.number() == segment.number() + 1; // else one is missing between, perhaps
            if (beside && !segment.isBounded()) {
                long end = stated != null ? stated : follower.firstOffset() - 1;
                segment.bound(Math.max(end, segment.firstOffset() - 1), Integer.MAX_VALUE);
            }
        }
    }

    /** A sealed segment that ends before the next epoch says is a copy from another time: records behind it are missing. */
    private static void endAsStated(Segment segment, Segment follower, @Nullable Long stated, List<Problem> wrong) {
        Manifest manifest = segment.manifest();
        if (stated == null || manifest == null || follower.number() != segment.number() + 1) {
            return;
        }
        long last = manifest.lastOffset();
        if (stated > last) {
            String what = "expected records up to offset " + stated + ", as the first of epoch " + follower.epoch()
                    + " says, was the end of the segment at offset " + last;
            wrong.add(new Problem(Effect.DAMAGED, segment.file(), manifest.endPosition(), last + 1, what));
            segment.bound(stated, manifest.endPosition());
        }
    }

    /** Adds the segment that the writer in this process began; readers see it from now on. */
    void add(Segment segment) {
        ownedByWriter = true;
        Segment[] known = segments;
        Segment[] grown = Arrays.copyOf(known, known.length + 1);
        grown[known.length] = segment;
        segments = grown;
    }

    /** The last segment that begins at or before {@code offset}, or null when the log begins behind it. */
    public @Nullable Segment find(long offset) {
        Segment[] known = segments;
        int low = 0;
        int high = known.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (known[middle].firstOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? null : known[high];
    }

    /** The segment behind {@code segment}, or null. */
    @Nullable
    Segment after(Segment segment) {
        Segment[] known = segments;
        for (int i = known.length - 1; i >= 0; i--) {
            if (known[i].number() <= segment.number()) {
                return i + 1 < known.length ? known[i + 1] : null;
            }
        }
        return known.length == 0 ? null : known[0];
    }

    /** The segment of this number, or null. */
    public @Nullable Segment byNumber(int number) {
        for (Segment segment : segments) {
            if (segment.number() == number) {
                return segment;
            }
        }
        return null;
    }

    /**
     * The first offset from {@code offset} on that was not lost: {@code offset} itself, or the first behind a lost range.
     */
    public long resumeFrom(long offset) {
        Segment segment = find(offset);
        if (segment == null) {
            return startOffset() < 0 ? offset : behindLost(startOffset());
        }
        if (offset <= segment.lastOffset()) {
            OffsetRange lost = segment.lostAround(offset);
            return lost == null ? offset : behindLost(lost.last() + 1);
        }
        for (Segment next = after(segment); next != null; next = after(next)) {
            if (next.lastOffset() >= next.firstOffset()) {
                return behindLost(next.firstOffset());
            }
        }
        return offset;
    }

    /** {@code offset}, or the first behind the lost range that begins there. */
    private long behindLost(long offset) {
        Segment segment = find(offset);
        boolean lost = segment != null && (offset > segment.lastOffset() || segment.lostAround(offset) != null);
        return lost ? resumeFrom(offset) : offset;
    }

    /** Ranges of offsets that hold no records, within segments and between them, ascending and apart. */
    public List<OffsetRange> lostRanges() {
        OffsetSet lost = new OffsetSet();
        Segment[] known = segments;
        for (int i = 0; i < known.length; i++) {
            lost.addAll(known[i].lost());
            long next = known[i].lastOffset() + 1;
            if (i + 1 < known.length && known[i].isBounded() && known[i + 1].firstOffset() > next) {
                lost.add(new OffsetRange(next, known[i + 1].firstOffset() - 1));
            }
        }
        return lost.list();
    }

    /** The offset at which the last {@code count} records up to {@code through} begin. */
    public long lastRecords(long count, long through) {
        Segment[] known = segments;
        long wanted = count;
        long begin = through + 1;
        for (int i = known.length - 1; i >= 0 && wanted > 0; i--) {
            List<OffsetRange> held = held(known[i], through);
            for (int r = held.size() - 1; r >= 0 && wanted > 0; r--) {
                OffsetRange range = held.get(r);
                begin = Math.max(range.first(), range.last() - wanted + 1);
                wanted -= Math.min(range.count(), wanted);
            }
        }
        return begin;
    }

    /** The ranges of offsets up to {@code through} that {@code segment} holds records for. */
    private static List<OffsetRange> held(Segment segment, long through) {
        List<OffsetRange> held = new ArrayList<>();
        long last = Math.min(through, segment.lastOffset());
        long next = segment.firstOffset();
        for (OffsetRange lost : segment.lost()) {
            if (lost.first() > next && next <= last) {
                held.add(new OffsetRange(next, Math.min(last, lost.first() - 1)));
            }
            next = lost.last() + 1;
        }
        if (next <= last) {
            held.add(new OffsetRange(next, last));
        }
        return held;
    }

    /** The first offset that is still in the log, or −1 when there are no segments. */
    public long startOffset() {
        Segment[] known = segments;
        return known.length == 0 ? -1 : known[0].firstOffset();
    }

    /** The newest segment, or null. */
    public @Nullable Segment last() {
        Segment[] known = segments;
        return known.length == 0 ? null : known[known.length - 1];
    }

    /** All segments, oldest first. */
    public List<Segment> segments() {
        return List.of(segments);
    }

    /** Numbers of sealed segments whose manifest the next one does not continue, with the numbers of those. */
    public Map<Integer, Integer> unchained() {
        return new SegmentChain(List.of(segments), headerless).unchained();
    }

    /** Places of segments that are gone, and of which nothing but the name of a manifest tells that there was one. */
    public List<LogDirectory.NumberedFile> onlyManifests() {
        return onlyManifests;
    }

    /** What was found wrong when the directory was last listed. */
    public List<Problem> problems() {
        return problems;
    }

    /** Bytes of frames in sealed segments. */
    public long sealedFrameBytes() {
        long bytes = 0;
        for (Segment segment : segments) {
            Manifest manifest = segment.manifest();
            bytes += manifest == null ? 0 : manifest.frameBytes();
        }
        return bytes;
    }

    /** Where the segments lie. */
    public SegmentPlaces places() {
        return places;
    }

    UUID installation() {
        return installation;
    }

    LogDirectory directory() {
        return directory;
    }
}
