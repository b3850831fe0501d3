package dev.cairn.inspect;

import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.internal.assembly.DirectoryEvidence;
import dev.cairn.internal.disk.DiskFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is in a data directory, at one moment, read without changing anything.
 *
 * <p>Threading: immutable.
 *
 * @param directory the data directory
 * @param identity the installation
 * @param format version of the layout of the directory
 * @param createdAt when the directory was made
 * @param writer the process that has it open for writing, or null
 * @param startOffset the first offset that is in the log
 * @param endOffset the offset that comes next, at the earliest
 * @param durableOffset the last record that can be read now, −1 for none
 * @param epochs openings that wrote records, oldest first
 * @param lost ranges of offsets that hold no records
 * @param segments files of the log, oldest first
 * @param checkpoint the newest checkpoint of the state, or null
 * @param projection the SQLite projection, or null
 * @param pins what the log must be kept for
 * @param problems what was found wrong; empty does not mean that every record was looked at
 */
public record Inspection(
        Path directory,
        UUID identity,
        int format,
        Instant createdAt,
        @Nullable Writer writer,
        long startOffset,
        long endOffset,
        long durableOffset,
        List<Epoch> epochs,
        List<Range> lost,
        List<SegmentFile> segments,
        @Nullable Checkpoint checkpoint,
        @Nullable Projection projection,
        List<Pin> pins,
        List<Problem> problems) {
    /**
     * A live writer.
     *
     * @param holder process id and host
     */
    public record Writer(String holder) {}

    /** Offsets from {@code first} to {@code last}, both inclusive. */
    public record Range(long first, long last) {}

    /** The records of one writable opening. */
    public record Epoch(int epoch, Range offsets) {}

    /**
     * One file of the log.
     *
     * @param number place among all segments
     * @param epoch the opening that made it
     * @param file relative to the data directory
     * @param offsets of its records; {@code last} is below {@code first} when it holds none
     * @param bytes of frames
     * @param fileBytes reserved on disk
     * @param firstAt the log's time of the first record, null when it holds none
     * @param sealed whether it is complete and has a manifest
     */
    public record SegmentFile(
            int number,
            int epoch,
            Path file,
            Range offsets,
            long bytes,
            long fileBytes,
            @Nullable Instant firstAt,
            boolean sealed) {}

    /**
     * A checkpoint of the state.
     *
     * @param file relative to the data directory
     * @param offset the last record included
     * @param entries entities in it
     * @param bytes size of the file
     */
    public record Checkpoint(Path file, long offset, long entries, long bytes) {}

    /**
     * The projection.
     *
     * @param file relative to the data directory
     * @param offset the last record included, −1 for none or unknown
     * @param lag readable records behind it
     * @param bytes size of the file
     */
    public record Projection(Path file, long offset, long lag, long bytes) {}

    /**
     * A reason to keep the log.
     *
     * @param who whose reason it is
     * @param offset records behind this one are needed
     */
    public record Pin(String who, long offset) {}

    /**
     * Something that is wrong.
     *
     * @param file the file
     * @param position byte in the file
     * @param offset first offset concerned, −1 when unknown
     * @param what what was expected and found
     */
    public record Problem(Path file, long position, long offset, String what) {}

    public Inspection {
        epochs = List.copyOf(epochs);
        lost = List.copyOf(lost);
        segments = List.copyOf(segments);
        pins = List.copyOf(pins);
        problems = List.copyOf(problems);
    }

    /**
     * Looks at {@code directory}.
     *
     * @throws DataDirectoryException when it does not exist, is not Cairn's, or cannot be read
     */
    public static Inspection of(Path directory) {
        try {
            return new Inspector(DirectoryEvidence.openForReading(directory)).inspect();
        } catch (IOException | UncheckedIOException e) {
            throw new DataDirectoryException(
                    directory, Reason.INACCESSIBLE, "cannot be read: " + DiskFailure.describe(e), e);
        }
    }
}
