package dev.cairn.inspect;

import dev.cairn.Progress;
import dev.cairn.StateRoot;
import dev.cairn.inspect.Verification.Compared;
import dev.cairn.inspect.Verification.Proof;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.DirectoryEvidence;
import dev.cairn.internal.assembly.StateFold;
import dev.cairn.internal.recovery.RepairJournal;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * Folds the whole log into a state of its own, and stops where checkpoint and projection are, to compare them with it.
 *
 * <p>A checkpoint that equals the fold at its own place equals it with every record behind it, too: both take the same steps.
 *
 * <p>Threading: stateless.
 */
final class StateProof {
    private StateProof() {}

    /**
     * Proves or disproves.
     *
     * @param missing offsets of which the log has no records
     * @param through the last record of the log
     * @return null when the log does not allow it, which is noted
     */
    static @Nullable Proof of(
            Scene scene,
            Findings findings,
            MissingRanges missing,
            CheckpointCheck checkpoint,
            ProjectionCheck projection,
            long through,
            Progress progress)
            throws IOException {
        if (findings.has(Severity.DAMAGE)) {
            findings.add(
                    Severity.NOTE,
                    scene.directory().logDirectory(),
                    0,
                    "the log was not replayed, as it is damaged",
                    "this verification: checkpoint and projection were not compared with the log");
            return null;
        }
        try (StateFold fold = new StateFold(DirectoryEvidence.openForReading(scene.root()), through)) {
            boolean repaired = Files.exists(RepairJournal.doneFile(scene.directory()));
            if (repaired) {
                findings.add(
                        Severity.NOTE,
                        projection.file(),
                        0,
                        "it was not compared, as it is of before a repair",
                        "nothing: the next opening makes it anew");
            }
            CheckpointComparison ofCheckpoint = new CheckpointComparison(checkpoint, findings, fold, missing);
            ProjectionComparison ofProjection = new ProjectionComparison(
                    repaired ? null : projection.comparable(), projection.file(), findings, fold);
            boolean checkpointFirst = ofCheckpoint.offset() <= ofProjection.offset();
            Comparison first = checkpointFirst ? ofCheckpoint : ofProjection;
            Comparison second = checkpointFirst ? ofProjection : ofCheckpoint;
            @Nullable Compared firstRoots = compare(fold, first, progress);
            @Nullable Compared secondRoots = compare(fold, second, progress);
            fold.advance(through, progress);
            StateRoot replayed = fold.root();
            return new Proof(
                    replayed, checkpointFirst ? firstRoots : secondRoots, checkpointFirst ? secondRoots : firstRoots);
        }
    }

    private static @Nullable Compared compare(StateFold fold, Comparison comparison, Progress progress)
            throws IOException {
        if (comparison.offset() < 0) {
            return null;
        }
        fold.advance(comparison.offset(), progress);
        return comparison.compare();
    }
}
