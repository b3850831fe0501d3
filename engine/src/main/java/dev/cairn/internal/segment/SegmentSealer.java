package dev.cairn.internal.segment;

import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
     * Seals what {@code scan} found good; the catalog sees it when it is listed anew. The bytes stay as they are, but if only
     * zeros follow the end, the room that was reserved for more is given back.
     */
    public void seal(SegmentScan scan) throws IOException {
        write(LogDirectory.manifestFile(scan.file()), scan.manifest(lastHash));
        long kept = Geometry.keptBytes(scan.endPosition());
        if (scan.usedBytes() <= kept) {
            try (FileChannel channel = Disk.open(scan.file(), StandardOpenOption.WRITE)) {
                if (channel.size() > kept) {
                    Disk.truncate(channel, scan.file(), kept);
                }
            }
        }
    }

    private void write(Path file, Manifest manifest) throws IOException {
        manifest.write(file, installation);
        lastHash = manifest.hash();
    }
}
