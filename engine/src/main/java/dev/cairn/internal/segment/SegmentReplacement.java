package dev.cairn.internal.segment;

import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts a segment with what was saved in the place of a damaged one, or a whole one into its own place, so that at no moment a file
 * is missing, unless a directory had its name: the originals get a second name in {@code quarantine/}, then the new segment and its new manifest each take over
 * their name in one step. Between the two the old manifest is found wrong, and the repair is repeated from the new segment, which
 * tells of its gaps itself.
 *
 * <p>Threading: one thread, with the directory locked.
 */
public final class SegmentReplacement {
    private static final String NEW_SUFFIX = ".salvaged";

    private final LogDirectory directory;
    private final UUID installation;
    private final long nowMicros;
    private final Quarantine quarantine;

    public SegmentReplacement(LogDirectory directory, UUID installation, long nowMicros) {
        this.directory = directory;
        this.installation = installation;
        this.nowMicros = nowMicros;
        this.quarantine = new Quarantine(directory);
    }

    /** Bytes that a segment written anew takes, at most; parameters as of {@link SegmentRewriter#write}. */
    public static long bytesAtMost(@Nullable SegmentSalvage salvage, List<OffsetRange> lost) {
        return Geometry.keptBytes(SegmentRewriter.endPositionAtMost(salvage, lost));
    }

    /** Replaces the segment at {@code place}; parameters as of {@link SegmentRewriter#write}. */
    public void replace(NumberedFile place, long firstOffset, @Nullable SegmentSalvage salvage, List<OffsetRange> lost)
            throws IOException {
        Path target = clear(place);
        SegmentCatalog catalog = SegmentCatalog.load(directory, installation);
        byte[] before = hashBefore(catalog, place.number());
        long createdAt = createdAt(salvage == null ? place.path() : salvage.file());
        SegmentHeader header =
                new SegmentHeader(installation, place.epoch(), place.number(), firstOffset, createdAt, before);
        try {
            SegmentRewriter.write(target, header, salvage, lost);
        } catch (IOException e) {
            removeAgain(target, e);
            throw e;
        }
        Manifest manifest = new SegmentScanner(installation)
                .scan(new NumberedFile(place.epoch(), place.number(), target), firstOffset)
                .manifest(before);
        byte[] replaced = hashReplaced(catalog, place.number());
        if (!Arrays.equals(replaced, manifest.hash())) {
            manifest = manifest.replacing(replaced);
        }
        Path manifestFile = LogDirectory.manifestFile(place.path());
        quarantine.keepIfThere(manifestFile);
        takeOver(target, place);
        manifest.write(manifestFile, installation);
    }

    /** Puts {@code file}, which is whole, into its {@code place}; the manifest there stays. */
    public void put(NumberedFile place, Path file) throws IOException {
        Path target = clear(place);
        Disk.linkOrCopy(file, target);
        takeOver(target, place);
    }

    /** Writes the manifest of the segment at {@code place} anew, so that the next one continues it. */
    public void link(NumberedFile place) throws IOException {
        Path manifestFile = LogDirectory.manifestFile(place.path());
        byte[] known = hashReplaced(SegmentCatalog.load(directory, installation), place.number());
        Manifest manifest = Manifest.read(manifestFile, installation).replacing(known);
        quarantine.keepIfThere(manifestFile);
        manifest.write(manifestFile, installation);
    }

    /** Takes away a file whose place is none. */
    public void setAside(Path file) throws IOException {
        for (Path one : List.of(LogDirectory.manifestFile(file), file)) {
            quarantine.keepIfThere(one);
            if (Disk.deleteIfExists(one)) {
                Disk.forceDirectory(Objects.requireNonNull(one.getParent()));
            }
        }
    }

    /**
     * The name that a new segment has until it is in its {@code place}. Nothing bears it then: what was left there may be a second
     * name of an original, which must not be written to.
     */
    private Path clear(NumberedFile place) throws IOException {
        Disk.createDirectories(Objects.requireNonNull(place.path().getParent()));
        Disk.forceDirectory(directory.logDirectory());
        Path target = place.path().resolveSibling(place.path().getFileName() + NEW_SUFFIX);
        Disk.deleteIfExists(target);
        return target;
    }

    private void takeOver(Path target, NumberedFile place) throws IOException {
        quarantine.keepIfThere(place.path());
        Disk.move(target, place.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Disk.forceDirectory(Objects.requireNonNull(place.path().getParent()));
    }

    /** A repair that is cut off for want of room leaves the room that it took. */
    private static void removeAgain(Path file, IOException cause) {
        try {
            Disk.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Seals a segment whose records are all there, so that the chain of manifests can go on behind it. */
    public void seal(NumberedFile place, long firstOffset) throws IOException {
        SegmentCatalog catalog = SegmentCatalog.load(directory, installation);
        Path manifestFile = LogDirectory.manifestFile(place.path());
        quarantine.keepIfThere(manifestFile);
        new SegmentSealer(catalog).seal(new SegmentScanner(installation).scan(place, firstOffset), catalog);
    }

    private static byte[] hashBefore(SegmentCatalog catalog, int number) {
        byte[] hash = Manifest.noHash();
        for (Segment segment : catalog.segments()) {
            Manifest manifest = segment.manifest();
            if (manifest != null && segment.number() < number) {
                hash = manifest.hash();
            }
        }
        return hash;
    }

    /** The hash that the next manifest knows the old one by; without a next one, that of the old one itself. */
    private static byte[] hashReplaced(SegmentCatalog catalog, int number) {
        for (Segment segment : catalog.segments()) {
            Manifest manifest = segment.manifest();
            if (manifest != null && segment.number() > number) {
                return manifest.previousHash();
            }
        }
        Segment old = catalog.byNumber(number);
        Manifest manifest = old == null ? null : old.manifest();
        return manifest == null ? Manifest.noHash() : manifest.isRepaired() ? manifest.replaces() : manifest.hash();
    }

    private long createdAt(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return nowMicros;
        }
        ByteBuffer bytes = SegmentBytes.head(file);
        int start = Segment.findHeader(bytes);
        return start < 0
                ? nowMicros
                : SegmentHeader.decode(bytes, start + QueueFormat.WORD_BYTES).createdAt();
    }
}
