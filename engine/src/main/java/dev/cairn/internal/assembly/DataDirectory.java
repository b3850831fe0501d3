package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.segment.DirectoryLock;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.Watermark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose a data directory is: refuses what is not Cairn's, not the expected one, or not to be written.
 *
 * <p>Threading: stateless.
 */
public final class DataDirectory {
    /** The identity's temporary file is what an opening leaves that was cut off before the directory was anybody's. */
    private static final Set<String> NOT_CONTENT = Set.of("identity.tmp", "lost+found");

    private static final int NAMED_MAX = 5;

    private DataDirectory() {}

    /**
     * Whether the directory, which is there, is nobody's yet: an opening for writing begins a log in it, though an earlier one may
     * have been cut off doing so.
     */
    public static boolean isUnbegun(LogDirectory directory) {
        return !Files.exists(directory.identityFile()) && content(directory).isEmpty();
    }

    /** Makes the directory if it is missing, and refuses one that cannot be written or holds something else. */
    static LogDirectory prepare(Path root, CairnOptions options) {
        if (options.identity() != null && Files.notExists(root)) {
            throw new DataDirectoryException(
                    root, Reason.WRONG_IDENTITY, "expected installation " + options.identity() + ", was no directory");
        }
        try {
            Disk.createDirectories(root);
        } catch (IOException e) {
            throw new DataDirectoryException(
                    root,
                    Reason.INACCESSIBLE,
                    "expected a directory that can be made, was " + DiskFailure.describe(e),
                    e);
        }
        String unwritable = Files.isReadable(root) ? DiskFailure.unwritable(root) : "one without permission";
        if (unwritable != null) {
            throw new DataDirectoryException(
                    root,
                    Reason.INACCESSIBLE,
                    "expected a directory to read and write, was " + unwritable + "; reading goes on with --read-only");
        }
        LogDirectory directory = new LogDirectory(root);
        if (!Files.exists(directory.identityFile())) {
            refuseContent(directory);
            boolean isNew = !Files.exists(directory.identityFile()); // another may have begun it meanwhile
            if (isNew && options.identity() != null) {
                throw new DataDirectoryException(
                        root,
                        Reason.WRONG_IDENTITY,
                        "expected installation " + options.identity() + ", was an empty directory");
            }
        }
        return directory;
    }

    private static void refuseContent(LogDirectory directory) {
        List<Path> content = content(directory);
        if (content.isEmpty() || Files.exists(directory.identityFile())) { // another may just have made it
            return;
        }
        List<String> names =
                content.stream().map(file -> file.getFileName().toString()).toList();
        boolean own = hasSegments(directory) || content.stream().allMatch(file -> OwnFiles.isOwn(directory, file));
        throw new DataDirectoryException(
                directory.root(),
                own ? Reason.ROLLED_BACK : Reason.FOREIGN,
                own
                        ? withoutIdentity(directory, names)
                        : "expected an empty directory or one of Cairn's, was one that holds "
                                + names.subList(0, Math.min(NAMED_MAX, names.size())));
    }

    private static String withoutIdentity(LogDirectory directory, List<String> names) {
        if (hasSegments(directory)) {
            return "expected the file " + directory.identityFile().getFileName() + " beside the log, was missing; "
                    + Identity.remedy(directory);
        }
        return "expected segments of a log, the watermark and the file "
                + directory.identityFile().getFileName() + ", was only " + names
                + "; put them back from a copy; to begin an empty log here, delete what is left";
    }

    private static boolean hasSegments(LogDirectory directory) {
        try {
            return !directory.segmentFiles().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** What is there of Cairn's or of others; a lock file tells of a log only if it names one. */
    private static List<Path> content(LogDirectory directory) {
        try (Stream<Path> files = Files.list(directory.root())) {
            boolean named = DirectoryLock.installation(directory) != null;
            return files.filter(file -> !NOT_CONTENT.contains(file.getFileName().toString()))
                    .filter(file -> !file.equals(directory.watermarkFile()) || !Watermark.isUnwritten(directory))
                    .filter(file -> named || !file.equals(directory.lockFile()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DataDirectoryException(
                    directory.root(), Reason.INACCESSIBLE, "cannot be listed: " + DiskFailure.describe(e), e);
        }
    }

    /** Reads the identity or, in an empty directory, gives it one. The writer's lock is held. */
    static Identity identity(LogDirectory directory, CairnOptions options) throws IOException {
        Identity identity = Identity.read(directory);
        if (identity == null) {
            identity =
                    new Identity(UUID.randomUUID(), Micros.floor(options.clock().instant()));
            // The watermark comes first: an identity without one has lost its log.
            Watermark.open(directory, identity.installation(), options.unforcedRecordsMax())
                    .close();
            identity.write(directory);
        } else {
            refuseEmptied(directory, identity.installation());
        }
        requireExpected(directory, identity, options.identity());
        return identity;
    }

    /** A file that tells how far the log went leads to a refusal that names what is lost, see {@link LogRepair}. */
    static void refuseEmptied(LogDirectory directory, UUID installation) throws IOException {
        String emptied = DirectoryEvidence.emptied(directory, installation);
        if (emptied != null) {
            throw new DataDirectoryException(directory.root(), Reason.ROLLED_BACK, emptied);
        }
    }

    static void requireExpected(LogDirectory directory, Identity identity, @Nullable UUID expected) {
        if (expected != null && !expected.equals(identity.installation())) {
            throw new DataDirectoryException(
                    directory.root(),
                    Reason.WRONG_IDENTITY,
                    "expected installation " + expected + ", was " + identity.installation());
        }
    }
}
