package dev.cairn.inspect;

import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.DataDirectory;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.DirectoryLock;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.SegmentAudit;
import dev.cairn.internal.segment.Watermark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose a data directory is, also if it has lost its identity, and whether a writer has it now.
 *
 * <p>Threading: immutable.
 *
 * @param installation as the identity says, or else most segments; null when none says
 * @param live whether a writer has the directory
 */
record Owner(@Nullable UUID installation, boolean live) {
    /** What is to be said of a directory in which an opening for writing begins a log. */
    static final String UNBEGUN =
            "expected a log of Cairn's, was a directory in which none has begun: there is nothing to look at"
                    + " and nothing is lost; the next opening for writing, as by cairn serve, begins one";

    private static final long OPENING_WAIT_MILLIS = 10_000;
    private static final long POLL_MILLIS = 20;
    /** A writer that comes again and again is a matter for whoever starts it. */
    private static final int ATTEMPTS_MAX = 10;

    static Owner of(LogDirectory directory, Findings findings) throws IOException {
        UUID installation = installation(directory);
        if (installation == null || !isHeld(directory, findings)) {
            return new Owner(installation, false);
        }
        // While it opens or closes, the log is at rest or about to be told of.
        for (long waited = 0; waited < OPENING_WAIT_MILLIS; waited += POLL_MILLIS) {
            @Nullable Control control = Control.read(directory, installation);
            if (control != null && control.isOpen()) {
                return new Owner(installation, true);
            }
            pause();
            if (!isHeld(directory, findings)) {
                return new Owner(installation, false);
            }
        }
        return new Owner(installation, true);
    }

    /**
     * Looks at a directory at rest, and once more if a writer has come meanwhile: then what does not fit together may be its work.
     *
     * @param stands whether what was seen stands, whoever has come
     */
    static <T> T undisturbed(LogDirectory directory, Supplier<T> look, Predicate<T> stands) {
        for (int attempt = 1; ; attempt++) {
            long before = opening(directory);
            T seen = look.get();
            if (stands.test(seen) || attempt == ATTEMPTS_MAX || opening(directory) == before) {
                return seen;
            }
        }
    }

    /** A number that differs from opening to opening for writing, 0 before the first and where it cannot be told. */
    private static long opening(LogDirectory directory) {
        try {
            UUID installation = installation(directory);
            return installation == null ? 0 : Control.opening(directory, installation);
        } catch (DataDirectoryException | IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** The last offset that may be read now: the durable one beside a writer, else {@link Long#MAX_VALUE}. */
    static long through(LogDirectory directory, UUID installation, boolean live) throws IOException {
        if (!live) {
            return Long.MAX_VALUE;
        }
        @Nullable Control control = Control.read(directory, installation);
        if (control != null) {
            return control.durableOffset();
        }
        Watermark.@Nullable Mark mark = Watermark.read(directory, installation);
        return mark == null ? -1 : mark.durableOffset();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isHeld(LogDirectory directory, Findings findings) {
        try {
            return DirectoryLock.isHeld(directory);
        } catch (IOException e) {
            findings.add(
                    Severity.NOTE,
                    directory.lockFile(),
                    0,
                    "expected a lock that can be looked at, was " + FileCheck.problem(directory.lockFile(), e),
                    "this verification: it takes the directory for one at rest");
            return false;
        }
    }

    /** As the identity says, or else most segments; null when none says. */
    static @Nullable UUID installation(LogDirectory directory) throws IOException {
        try {
            Identity identity = Identity.read(directory);
            if (identity != null) {
                return identity.installation();
            }
        } catch (DataDirectoryException | IOException e) {
            // FileCheck reports it; the segments still know.
        }
        Map<UUID, Integer> votes = new HashMap<>();
        for (NumberedFile segment : directory.segmentFiles()) {
            UUID named = named(segment);
            if (named != null) {
                votes.merge(named, 1, Integer::sum);
            }
        }
        return votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** Whether any file of Cairn's is there that tells of a log. */
    static boolean hasFiles(LogDirectory directory) {
        return Stream.of(
                        directory.identityFile(),
                        directory.logDirectory(),
                        directory.watermarkFile(),
                        directory.cleanFile(),
                        directory.controlFile())
                .anyMatch(Files::exists);
    }

    /** @throws DataDirectoryException when there is nothing to look at: no log has begun there, or the directory is not Cairn's */
    static void refuseNobodys(LogDirectory directory) {
        boolean unbegun = DataDirectory.isUnbegun(directory);
        if (unbegun || !hasFiles(directory)) {
            throw new DataDirectoryException(
                    directory.root(),
                    Reason.FOREIGN,
                    unbegun ? UNBEGUN : "expected a data directory, was one without any file of Cairn's");
        }
    }

    private static @Nullable UUID named(NumberedFile segment) {
        try {
            return SegmentAudit.installation(segment);
        } catch (IOException | DamagedLogException e) {
            return null;
        }
    }
}
