package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
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
    static final String NO_FILE = "expected a file, was something else";

    private SealedCheck() {}

    /**
     * What is wrong with a sealed segment.
     *
     * @param what was expected and found
     * @param other whether the file is another than the manifest's, so that nothing in it may be read
     */
    record Problem(String what, boolean other) {}

    static @Nullable Problem problem(LogDirectory.NumberedFile file, Manifest manifest, UUID installation)
            throws IOException {
        if (!Files.isRegularFile(file.path())) {
            return new Problem(NO_FILE, true);
        }
        try (FileChannel channel = Disk.open(file.path(), StandardOpenOption.READ)) {
            Problem begin = manifest.startPosition() == 0 ? null : beginProblem(channel, file, manifest, installation);
            boolean cut = channel.size() < manifest.endPosition();
            return cut && (begin == null || !begin.other())
                    ? new Problem(
                            "expected at least " + manifest.endPosition() + " bytes, was " + channel.size(), false)
                    : begin;
        }
    }

    private static @Nullable Problem beginProblem(
            FileChannel channel, LogDirectory.NumberedFile file, Manifest manifest, UUID installation)
            throws IOException {
        int headerBytes = QueueFormat.WORD_BYTES + SegmentHeader.BYTES;
        ByteBuffer begin = ByteBuffer.allocate(headerBytes + QueueFormat.WORD_BYTES + Document.HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (begin.hasRemaining() && channel.read(begin, manifest.startPosition() + begin.position()) > 0) {
                continue;
            }
        } catch (IOException e) {
            return headerless("expected a segment header, was " + e.getMessage(), file, manifest);
        }
        String damaged = SegmentHeader.problem(begin, QueueFormat.WORD_BYTES, begin.position());
        if (damaged != null) {
            return headerless(damaged, file, manifest);
        }
        SegmentHeader header = SegmentHeader.decode(begin, QueueFormat.WORD_BYTES);
        String another = headerProblem(header, file, installation);
        if (another != null) {
            return new Problem(another, true);
        }
        if (header.firstOffset() != manifest.firstOffset()) {
            return new Problem(
                    "expected first offset " + manifest.firstOffset() + ", was " + header.firstOffset(), true);
        }
        int first = headerBytes + QueueFormat.WORD_BYTES;
        boolean begins = manifest.records() == 0
                || (!begin.hasRemaining() && Document.firstOffset(begin, first) == manifest.firstOffset());
        return begins
                ? null
                : new Problem("expected a first document at offset " + manifest.firstOffset() + ", was another", false);
    }

    private static Problem headerless(String why, LogDirectory.NumberedFile file, Manifest manifest)
            throws IOException {
        String another = HeaderlessCheck.problem(file.path(), manifest);
        return another == null ? new Problem(why, false) : new Problem(another, true);
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
