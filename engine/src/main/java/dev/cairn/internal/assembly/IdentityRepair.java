package dev.cairn.internal.assembly;

import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.Quarantine;
import dev.cairn.internal.segment.SegmentAudit;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an identity that is missing or damaged again: each segment says whose it is. A damaged one is kept in
 * {@code quarantine/}.
 *
 * <p>Threading: stateless; writes with the directory locked.
 */
public final class IdentityRepair {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityRepair.class);

    private IdentityRepair() {}

    /**
     * Whether the identity is missing or cannot be read.
     *
     * @throws DataDirectoryException when it is of a newer format: nothing is lost then
     */
    public static boolean isLost(LogDirectory directory) throws IOException {
        try {
            return Identity.read(directory) == null;
        } catch (DataDirectoryException e) {
            if (e.reason() == Reason.NEWER_FORMAT) {
                throw e;
            }
            return true;
        }
    }

    static void writeIfLost(LogDirectory directory, UUID installation, Clock clock) throws IOException {
        if (!isLost(directory)) {
            return;
        }
        LOG.warn("{}: the identity {} is written again, as the segments state it", directory.root(), installation);
        new Quarantine(directory).keepIfThere(directory.identityFile());
        new Identity(installation, createdAt(directory, clock)).write(directory);
    }

    /** The directory is as old as its oldest segment, as far as anything tells. */
    private static long createdAt(LogDirectory directory, Clock clock) throws IOException {
        long oldest = Micros.floor(clock.instant());
        for (NumberedFile file : directory.segmentFiles()) {
            long created = Files.isRegularFile(file.path()) ? SegmentAudit.createdAt(file) : -1;
            oldest = created < 0 ? oldest : Math.min(oldest, created);
        }
        return oldest;
    }
}
