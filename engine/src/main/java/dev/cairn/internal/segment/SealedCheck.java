package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The cheap check of a sealed segment when the log is opened: its size, its header and where its first document begins. It
 * finds files that are missing, cut, swapped, foreign or stale; the frames are checked when they are read.
 *
 * <p>Threading: any thread.
 */
final class SealedCheck {
    private SealedCheck() {}

    static @Nullable String problem(LogDirectory.NumberedFile file, Manifest manifest, UUID installation)
            throws IOException {
        if (manifest.number() != file.number()) {
            return "expected the manifest of segment " + file.number() + ", was that of " + manifest.number();
        }
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            if (channel.size() < manifest.endPosition()) {
                return "expected at least " + manifest.endPosition() + " bytes, was " + channel.size();
            }
            return manifest.startPosition() == 0 ? null : beginProblem(channel, file, manifest, installation);
        }
    }

    private static @Nullable String beginProblem(
            FileChannel channel, LogDirectory.NumberedFile file, Manifest manifest, UUID installation)
            throws IOException {
        int headerBytes = QueueFormat.WORD_BYTES + SegmentHeader.BYTES;
        ByteBuffer begin = ByteBuffer.allocate(headerBytes + QueueFormat.WORD_BYTES + Document.HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        while (begin.hasRemaining() && channel.read(begin, manifest.startPosition() + begin.position()) > 0) {
            continue;
        }
        String problem = SegmentHeader.problem(begin, QueueFormat.WORD_BYTES, begin.position());
        if (problem != null) {
            return problem;
        }
        SegmentHeader header = SegmentHeader.decode(begin, QueueFormat.WORD_BYTES);
        problem = headerProblem(header, file, installation);
        if (problem != null) {
            return problem;
        }
        if (header.firstOffset() != manifest.firstOffset()) {
            return "expected first offset " + manifest.firstOffset() + ", was " + header.firstOffset();
        }
        if (manifest.records() == 0) {
            return null;
        }
        int first = headerBytes + QueueFormat.WORD_BYTES;
        if (!begin.hasRemaining() && Document.firstOffset(begin, first) == manifest.firstOffset()) {
            return null;
        }
        return "expected a first document at offset " + manifest.firstOffset() + ", was another";
    }

    /** Says why a segment with this header does not belong at this place, or null. */
    static @Nullable String headerProblem(SegmentHeader header, LogDirectory.NumberedFile file, UUID installation) {
        if (!header.installation().equals(installation)) {
            return "expected installation " + installation + ", was " + header.installation();
        }
        if (header.number() != file.number() || header.epoch() != file.epoch()) {
            return "expected segment " + file.number() + " of epoch " + file.epoch() + ", was segment "
                    + header.number() + " of epoch " + header.epoch();
        }
        return null;
    }
}
