package dev.cairn.inspect;

import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.Progress;
import dev.cairn.inspect.Check.LogEnd;
import dev.cairn.inspect.Verification.Proof;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.DataDirectory;
import dev.cairn.internal.assembly.LogOpening;
import dev.cairn.internal.assembly.LogRepair;
import dev.cairn.internal.assembly.Owned;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.jvm.JvmAccess;
import dev.cairn.internal.segment.LogDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a {@link Verification}: every check that there is, in the order in which they need each other.
 *
 * <p>Threading: one thread, once.
 */
final class Verifier {
    private final Path root;
    private final boolean deep;
    private final Progress progress;
    private final long begun = System.nanoTime();
    private final Findings findings;

    Verifier(Path root, boolean deep, Progress progress) {
        this.root = root;
        this.deep = deep;
        this.progress = progress;
        this.findings = new Findings(root);
    }

    Verification verify() {
        JvmAccess.open(); // what is remembered of each entity lies in Chronicle's maps
        LogDirectory directory = new LogDirectory(root);
        refuseForeign(directory);
        try {
            Owner owner = Owner.of(directory, findings);
            UUID installation = owner.installation();
            if (installation == null) {
                reportNobodys(directory);
                return result(null, false, 0, 0, -1, null);
            }
            Scene scene = new Scene(directory, installation, LogOpening.kinds(), owner.live());
            return verify(scene);
        } catch (IOException | UncheckedIOException e) {
            throw new DataDirectoryException(
                    root, Reason.INACCESSIBLE, "cannot be read: " + DiskFailure.describe(e), e);
        }
    }

    private void reportNobodys(LogDirectory directory) {
        if (DataDirectory.isUnbegun(directory)) {
            findings.add(
                    Severity.NOTE,
                    directory.watermarkFile(),
                    0,
                    "the first opening was cut off before the directory had an identity",
                    "nothing: no record was ever written, and the next opening for writing begins the log");
        } else {
            findings.add(
                    Severity.DAMAGE,
                    directory.identityFile(),
                    0,
                    "expected an identity, was none in any file",
                    "the whole directory: nobody can open it");
        }
    }

    private void refuseForeign(LogDirectory directory) {
        if (!Files.isDirectory(root)) {
            throw new DataDirectoryException(root, Reason.MISSING, "expected a data directory, was none");
        }
        if (Owner.hasFiles(directory)) {
            return; // also where the first opening was cut off, which is worth a note
        }
        if (!Files.isReadable(root)) {
            throw new DataDirectoryException(root, Reason.INACCESSIBLE, "expected a directory that can be read");
        }
        Owner.refuseNobodys(directory);
    }

    private Verification verify(Scene scene) throws IOException {
        MissingRanges missing = new MissingRanges();
        LostRecords lost = new LostRecords(findings, missing);
        EndCheck end = new EndCheck(scene, findings, lost);
        CheckpointCheck checkpoint = new CheckpointCheck(scene, findings);
        ProjectionCheck projection = new ProjectionCheck(scene, findings, end, deep);
        List<Check> checks = List.of(
                new ListingCheck(scene, findings),
                new FileCheck(scene, findings),
                checkpoint,
                projection,
                new OrderCheck(findings),
                new EpochCheck(findings),
                new EntityCheck(scene, findings, missing),
                end);
        Owned owned = new Owned();
        checks.forEach(owned::add);
        try (owned) {
            for (Check check : checks) {
                check.begin();
            }
            // After the projection was opened, which is never ahead of what is durable; before the segments are listed.
            long through = Owner.through(scene.directory(), scene.installation(), scene.live());
            LogFiles files = LogFiles.list(scene.directory());
            LogWalk walk = new LogWalk(scene, through, files, findings, lost, checks, end::witnessed, progress);
            LogEnd logEnd = walk.walk();
            for (Check check : checks) {
                check.end(logEnd);
            }
            new RememberedLosses(scene.kinds(), missing)
                    .ask(LogRepair.witnesses(scene.directory(), scene.installation(), scene.live()));
            lost.report();
            Proof proof = deep
                    ? StateProof.of(scene, findings, missing, checkpoint, projection, logEnd.offset(), progress)
                    : null;
            return result(scene.installation(), scene.live(), walk.records(), walk.segments(), logEnd.offset(), proof);
        }
    }

    private Verification result(
            @Nullable UUID installation,
            boolean live,
            long records,
            int segments,
            long through,
            @Nullable Proof proof) {
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        return new Verification(root, installation, live, findings.sorted(), records, segments, through, proof, took);
    }
}
