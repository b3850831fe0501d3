package dev.cairn.internal.segment;

import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;

/**
 * Writes manifests, one after the other, each with the hash of the one before.
 *
 * <p>Threading: one thread at a time; {@link #lastHash} from any thread.
 */
public final class SegmentSealer {
    private final UUID installation;
    private final DocumentCheck check = new DocumentCheck();
    private volatile byte[] lastHash;

    /** Continues the chain of the newest manifest in {@code catalog}. */
    public SegmentSealer(SegmentCatalog catalog) {
        installation = catalog.installation();
        lastHash = Manifest.noHash();
        for (Segment segment : catalog.segments()) {
            Manifest manifest = segment.manifest();
            if (manifest != null) {
                lastHash = manifest.hash();
            }
        }
    }

    /** Hash of the newest manifest, 32 bytes; zero when there is none. */
    byte[] lastHash() {
        return lastHash;
    }

    /** Seals {@code segment}, whose documents end at {@code endPosition}, after checking each of them once more. */
    void seal(Segment segment, int endPosition) throws IOException {
        ByteBuffer bytes = segment.view();
        SegmentTally tally = new SegmentTally(segment.firstOffset(), endPosition);
        int position = segment.firstPosition();
        while (position >= 0 && position < endPosition) {
            String problem = check.problem(bytes, position, endPosition, segment.epoch(), tally.nextOffset());
            if (problem != null) {
                throw new IOException(segment.file() + " at byte " + position + ": " + problem);
            }
            position = QueueFormat.skipQueuesOwn(bytes, tally.add(bytes, position), endPosition);
        }
        Manifest manifest = tally.manifest(
                segment.number(), segment.epoch(), segment.startPosition(), endPosition, false, lastHash);
        write(LogDirectory.manifestFile(segment.file()), manifest);
        segment.seal(manifest);
    }

    /**
     * Forces and seals what {@code scan} found good; the catalog sees it when it is listed anew. The bytes stay as they are, but if only
     * zeros follow the end, the room that was reserved for more is given back.
     *
     * <p>Where the manifest of a segment among sealed ones was lost, the same is made again; should its bytes differ, it says
     * that it stands for the one that the next manifest names.
     */
    public void seal(SegmentScan scan, SegmentCatalog catalog) throws IOException {
        force(scan.file()); // after a kill the frames are only in the page cache, and the manifest would outlive them
        Manifest manifest = scan.manifest(hashBefore(scan.number(), catalog));
        byte[] named = hashNamedBy(catalog, scan.number());
        if (named.length > 0 && !Arrays.equals(named, manifest.hash())) {
            manifest = manifest.replacing(named);
        }
        Path file = LogDirectory.manifestFile(scan.file());
        manifest.write(file, installation);
        if (named.length == 0) {
            lastHash = manifest.hash();
        }
        long kept = Geometry.keptBytes(scan.endPosition());
        if (scan.usedBytes() <= kept) {
            try (FileChannel channel = Disk.open(scan.file(), StandardOpenOption.WRITE)) {
                if (channel.size() > kept) {
                    Disk.truncate(channel, scan.file(), kept);
                }
            }
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = Disk.open(file, StandardOpenOption.WRITE)) {
            Disk.force(channel, file, true);
        }
        Disk.forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    private byte[] hashBefore(int number, SegmentCatalog catalog) {
        byte[] hash = null;
        for (Segment segment : catalog.segments()) {
            Manifest manifest = segment.manifest();
            if (manifest != null && segment.number() < number) {
                hash = manifest.hash();
            } else if (segment.number() > number && manifest != null) {
                return hash == null ? Manifest.noHash() : hash; // in the midst of sealed ones
            }
        }
        return lastHash;
    }

    /** The hash by which the manifest behind segment {@code number} names the one before it; empty when there is none. */
    private static byte[] hashNamedBy(SegmentCatalog catalog, int number) {
        for (Segment segment : catalog.segments()) {
            Manifest manifest = segment.manifest();
            if (manifest != null && segment.number() > number) {
                return manifest.previousHash();
            }
        }
        return new byte[0];
    }

    private void write(Path file, Manifest manifest) throws IOException {
        manifest.write(file, installation);
        lastHash = manifest.hash();
    }
}
