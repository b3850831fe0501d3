package dev.cairn.internal.segment;

import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Removes what earlier openings prepared and never used, which also gives a full disk the room that the next one needs.
 *
 * <p>A prepared segment that holds anything but zeros was in use when the power went, before its new name and its first force
 * reached the disk: none of its records was acknowledged, and it moves to {@code quarantine/} all the same.
 *
 * <p>Threading: the opening thread, with the directory locked.
 */
final class Leftovers {
    private Leftovers() {}

    /** Clears the directories of all epochs before {@code epoch}. */
    static void clear(LogDirectory directory, int epoch) throws IOException {
        for (LogDirectory.NumberedFile prepared : directory.preparedFiles()) {
            if (prepared.epoch() < epoch) {
                clear(directory, prepared.path());
            }
        }
        for (int earlier : directory.epochs()) {
            Path epochDirectory = directory.epochDirectory(earlier);
            if (earlier < epoch && Files.isDirectory(epochDirectory)) {
                clearMetadata(directory, epochDirectory.resolve(LogDirectory.QUEUE_METADATA));
                if (isEmpty(epochDirectory)) {
                    Disk.delete(epochDirectory);
                }
            }
        }
    }

    private static void clearMetadata(LogDirectory directory, Path metadata) throws IOException {
        if (Files.isDirectory(metadata)) {
            new Quarantine(directory).take(metadata);
        } else {
            Disk.deleteIfExists(metadata);
        }
    }

    private static void clear(LogDirectory directory, Path prepared) throws IOException {
        if (isZero(prepared)) {
            Disk.delete(prepared);
            return;
        }
        new Quarantine(directory).take(prepared);
    }

    private static boolean isZero(Path file) throws IOException {
        return Files.isRegularFile(file) && SegmentBytes.of(file).usedEnd() == 0;
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }
}
