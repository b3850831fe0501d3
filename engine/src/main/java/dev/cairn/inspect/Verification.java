package dev.cairn.inspect;

import dev.cairn.DataDirectoryException;
import dev.cairn.Progress;
import dev.cairn.StateRoot;
import dev.cairn.internal.disk.ShellWord;
import dev.cairn.internal.segment.LogDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether a data directory is what it should be: every byte of the log, what follows from it, and whether these agree. Nothing is
 * written into the directory; a writer may be running on it, and nobody need be able to open it.
 *
 * <p>Threading: immutable.
 *
 * @param directory the data directory
 * @param identity the installation, as most of its files say; null when none says
 * @param live whether a writer had it: then the records up to its durable offset were looked at
 * @param findings what is not as it should be, the worst first; at most a thousand of each kind
 * @param records that were looked at
 * @param segments that were looked at
 * @param throughOffset the last record that was looked at, −1 for none
 * @param proof that all ways to the state lead to the same, null unless it was asked for and the log allows it
 * @param took how long it took
 */
public record Verification(
        Path directory,
        @Nullable UUID identity,
        boolean live,
        List<Finding> findings,
        long records,
        int segments,
        long throughOffset,
        @Nullable Proof proof,
        Duration took) {
    /** How bad a finding is. */
    public enum Severity {
        /** Records that were acknowledged are lost, altered or out of reach, or may be. */
        DAMAGE,
        /** Something that follows from the log is wrong, missing or foreign; no record is, and it can be made anew. */
        DERIVED,
        /** Nothing is wrong, but it is worth knowing: a tail that a crash tore, a file that is not Cairn's. */
        NOTE
    }

    /**
     * Something that was found.
     *
     * @param file relative to the data directory
     * @param position byte in the file
     * @param offset of the first record concerned, −1 when it concerns none or none is known
     * @param severity how bad it is
     * @param what what was expected and found
     * @param affects what it concerns
     */
    public record Finding(Path file, long position, long offset, Severity severity, String what, String affects) {}

    /**
     * State roots that must be equal.
     *
     * @param replayed folded from the whole log, up to {@link Verification#throughOffset}
     * @param checkpoint null when there is none to compare with
     * @param projection null when there is none to compare with
     */
    public record Proof(
            StateRoot replayed,
            @Nullable Compared checkpoint,
            @Nullable Compared projection) {}

    /**
     * Two roots of the same moment.
     *
     * @param replayed folded from the log up to there
     * @param found what checkpoint or projection hold; the projection has some of the kinds only
     */
    public record Compared(StateRoot replayed, StateRoot found) {}

    public Verification {
        findings = List.copyOf(findings);
    }

    /** Whether nothing is wrong: there are notes at most. */
    public boolean isSound() {
        return findings.stream().allMatch(finding -> finding.severity() == Severity.NOTE);
    }

    /** The command to run next, ready for a shell: it plans the repair. Null where no plan of repair helps. */
    public @Nullable String remedy() {
        return findings.stream().anyMatch(this::isForReplay) ? "cairn replay --data " + ShellWord.of(directory) : null;
    }

    /** Where nothing is left that says whose the directory is, no plan can be made either. */
    private boolean isForReplay(Finding finding) {
        boolean beside = finding.file().endsWith("identity") || finding.file().endsWith("watermark");
        return finding.severity() == Severity.DAMAGE && (finding.file().startsWith("log") || beside && records > 0);
    }

    /**
     * Looks at all of {@code directory}.
     *
     * @param deep whether to fold the whole log as well, and to compare the checkpoint entry by entry and the projection row by
     *     row with the state that follows
     * @param progress is told how far it is
     * @throws DataDirectoryException when there is no such directory, or nothing of Cairn's in it, or it cannot be listed
     */
    public static Verification of(Path directory, boolean deep, Progress progress) {
        return Owner.undisturbed(
                new LogDirectory(directory),
                () -> new Verifier(directory, deep, progress).verify(),
                found -> found.findings().isEmpty());
    }
}
