package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.DirectoryEvidence;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.MarkAudit;
import dev.cairn.internal.segment.Watermark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The small files beside the log can be read, are whole, and belong to this installation.
 *
 * <p>Threading: one thread.
 */
final class FileCheck implements Check {
    private static final int LIVE_READS = 5;
    private static final long LIVE_PAUSE_MILLIS = 20;

    private final Scene scene;
    private final Findings findings;
    private boolean unwritten;

    /** Looks at one file. */
    private interface Look {
        List<MarkAudit.Problem> problems() throws IOException;
    }

    FileCheck(Scene scene, Findings findings) {
        this.scene = scene;
        this.findings = findings;
    }

    @Override
    public void begin() throws IOException {
        LogDirectory directory = scene.directory();
        look(
                Severity.DAMAGE,
                directory.identityFile(),
                () -> listOf(MarkAudit.identity(directory)),
                "the whole directory: nobody can open it until the file is put back");
        if (!Files.exists(directory.identityFile())) {
            findings.add(
                    Severity.DAMAGE,
                    directory.identityFile(),
                    0,
                    "expected the identity of installation " + scene.installation() + ", was no file",
                    "the whole directory: nobody can open it until the file is put back");
        }
        String emptied = DirectoryEvidence.emptied(directory, scene.installation());
        if (emptied != null) {
            findings.add(Severity.DAMAGE, directory.logDirectory(), 0, emptied, "every record");
        }
        unwritten = Watermark.isUnwritten(directory);
        if (!unwritten) {
            lookAtWatermark();
        }
        look(
                Severity.DERIVED,
                directory.cleanFile(),
                () -> listOf(MarkAudit.clean(directory, scene.installation())),
                "the mark of a clean close; the next opening is one as after a crash");
        look(
                Severity.DERIVED,
                directory.controlFile(),
                () -> listOf(MarkAudit.control(directory, scene.installation())),
                "the control file, which the next opening makes anew");
    }

    /** The first opening makes the watermark before it has anything to write into it. */
    @Override
    public void end(LogEnd end) {
        if (unwritten && end.offset() >= 0) {
            lookAtWatermark();
        }
    }

    private void lookAtWatermark() {
        LogDirectory directory = scene.directory();
        look(
                Severity.DERIVED,
                directory.watermarkFile(),
                () -> MarkAudit.watermark(directory, scene.installation()),
                "the watermark; openings go by the other evidence of what was durable");
    }

    private static List<MarkAudit.Problem> listOf(MarkAudit.@Nullable Problem problem) {
        return problem == null ? List.of() : List.of(problem);
    }

    private void look(Severity severity, Path file, Look look, String affects) {
        try {
            if (Files.exists(file)) {
                problems(look)
                        .forEach(problem -> findings.add(severity, file, problem.position(), problem.what(), affects));
            }
        } catch (NoSuchFileException e) {
            return; // a writer removed it meanwhile
        } catch (IOException | RuntimeException e) {
            findings.add(severity, file, 0, problem(file, e), affects);
        }
    }

    /** Beside a writer a file may be half written at the moment it is read. */
    private List<MarkAudit.Problem> problems(Look look) throws IOException {
        List<MarkAudit.Problem> problems = look.problems();
        for (int i = 1; scene.live() && !problems.isEmpty() && i < LIVE_READS; i++) {
            try {
                TimeUnit.MILLISECONDS.sleep(LIVE_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return problems;
            }
            problems = look.problems();
        }
        return problems;
    }

    /** What an exception says is wrong with {@code file}, without the file's name. */
    static String problem(Path file, Exception e) {
        String told = e instanceof IOException || e.getMessage() == null ? DiskFailure.describe(e) : e.getMessage();
        String prefix = file + ": ";
        String problem = told.startsWith(prefix) ? told.substring(prefix.length()) : told;
        return file.toString().equals(e.getMessage()) ? "expected a file that can be read, was " + problem : problem;
    }
}
