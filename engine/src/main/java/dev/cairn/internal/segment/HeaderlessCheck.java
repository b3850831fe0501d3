package dev.cairn.internal.segment;

import dev.cairn.internal.segment.SegmentSalvager.Subject;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether a sealed segment that lost its header is the one of its manifest. A frame does not say whose it is, but the time of a log
 * never goes back: all records of a segment lie between the first and the last time that its manifest states, and those of another
 * installation do not.
 *
 * <p>Threading: any thread.
 */
final class HeaderlessCheck {
    private HeaderlessCheck() {}

    /** Why the records in {@code file} are not those of {@code manifest}, or null. Looks through all of the file. */
    static @Nullable String problem(Path file, Manifest manifest) throws IOException {
        long[] first = {-1};
        SegmentSalvager.salvage(
                new Subject(
                        file,
                        manifest.number(),
                        manifest.epoch(),
                        manifest.startPosition(),
                        manifest.firstOffset(),
                        manifest.lastOffset(),
                        manifest.endPosition()),
                frame -> {
                    if (first[0] < 0 && (frame.at() < manifest.firstAt() || frame.at() > manifest.lastAt())) {
                        first[0] = frame.at();
                    }
                });
        return first[0] < 0
                ? null
                : "expected records from " + manifest.firstAt() + " to " + manifest.lastAt()
                        + " µs since 1970, as the manifest says, was one from " + first[0]
                        + ": the segment of another log, which lost its header";
    }
}
