package dev.cairn.internal.assembly;

import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.internal.disk.ShellWord;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.SegmentAudit;
import dev.cairn.internal.segment.SegmentCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;

/**
 * Tells a log of which segments are damaged from one of which all are another installation's: there the identity is the file that
 * does not belong, or the whole log is, and nothing in the directory says which.
 *
 * <p>Threading: stateless.
 */
final class ForeignLog {
    private ForeignLog() {}

    /**
     * @param catalog the segments that are of {@code installation}
     * @throws DataDirectoryException when there is none, and at least one of another
     */
    static void refuse(LogDirectory directory, UUID installation, SegmentCatalog catalog) throws IOException {
        if (!catalog.segments().isEmpty()) {
            return;
        }
        for (NumberedFile file : directory.segmentFiles()) {
            UUID other = Files.isRegularFile(file.path()) ? SegmentAudit.installation(file) : null;
            if (other != null && !other.equals(installation)) {
                throw new DataDirectoryException(
                        directory.root(), Reason.FOREIGN, describe(directory, installation, other));
            }
        }
    }

    private static String describe(LogDirectory directory, UUID installation, UUID other) {
        String identity = String.valueOf(directory.identityFile().getFileName());
        return "expected the log of installation " + installation + ", as the file " + identity + " says, was that of "
                + other + "; put the file that is wrong back from a copy; where " + identity
                + " is, and there is no copy, move it away: cairn replay --apply --data "
                + ShellWord.of(directory.root())
                + " writes it again as the segments state it";
    }
}
