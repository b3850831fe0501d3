package dev.cairn.internal.segment;

import dev.cairn.internal.codec.EpochOpening;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * A file that lost its header and has no manifest: what whole records of its epoch, in the offsets that are left for it between its
 * neighbours, say of it.
 *
 * <p>Threading: immutable.
 *
 * @param first the offset of the first record that is whole
 * @param previousEnd where the epoch before ended, if that record says so
 * @param last the offset of the last one
 */
public record HeaderlessSegment(long first, @Nullable Long previousEnd, long last) {
    /**
     * Looks through all of {@code file}.
     *
     * @param from the first offset that can be in it
     * @param through the last one
     * @return null when no record of it is left, or it is no file
     */
    public static @Nullable HeaderlessSegment find(NumberedFile file, long from, long through) throws IOException {
        if (from > through || !Files.isRegularFile(file.path())) {
            return null;
        }
        Event first = new Event();
        long[] last = {-1};
        SegmentSalvager.salvage(subject(file, from, through), frame -> {
            if (last[0] < 0) {
                frame.copyTo(first);
            }
            last[0] = frame.offset();
        });
        return last[0] < 0 ? null : new HeaderlessSegment(first.offset, EpochOpening.previousEnd(first), last[0]);
    }

    /** How such a file is looked through. */
    public static SegmentSalvager.Subject subject(NumberedFile file, long first, long last) {
        return new SegmentSalvager.Subject(file.path(), file.number(), file.epoch(), 0, first, last, Integer.MAX_VALUE);
    }

    /**
     * The first offset that it held.
     *
     * @param next the one behind those before it: the first, unless the epoch before ended there, as the first record says
     */
    public long firstOffset(long next) {
        return previousEnd != null && previousEnd < next ? first : next;
    }
}
