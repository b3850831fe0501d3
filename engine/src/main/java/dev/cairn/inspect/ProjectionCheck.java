package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.projection.ProjectionAudit;
import dev.cairn.internal.projection.ProjectionAudit.UnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The projection is a sound SQLite file, made from this log up to a record that is in it.
 *
 * <p>Threading: one thread.
 */
final class ProjectionCheck implements Check {
    private static final String AFFECTS = "the projection, which the next opening makes anew from the log";
    private static final String REMADE = "nothing: the next opening makes it anew from the log";
    /** An opening in good order looks at no more than where the rows belong. */
    private static final String UNSOUND =
            "the projection: lists and counts may be wrong until a query or a write meets the damage, which makes it anew,"
                    + " or cairn replay --rebuild projection does";

    private static final int SHOWN_MAX = 10;

    private final Scene scene;
    private final Findings findings;
    private final EndCheck end;
    private final boolean deep;
    private final Path file;
    private @Nullable ProjectionAudit audit;
    private boolean fits;
    private boolean found;

    /** @param deep whether indexes are looked through as well */
    ProjectionCheck(Scene scene, Findings findings, EndCheck end, boolean deep) {
        this.scene = scene;
        this.findings = findings;
        this.end = end;
        this.deep = deep;
        this.file = ProjectionAudit.file(scene.root());
    }

    Path file() {
        return file;
    }

    /** The projection, opened before the log was read, if its rows can be compared with the log; else null. */
    @Nullable
    ProjectionAudit comparable() {
        return fits && found ? audit : null;
    }

    @Override
    public void begin() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            ProjectionAudit opened =
                    ProjectionAudit.open(scene.root(), scene.kinds().all(), scene.live());
            audit = opened;
            if (opened.isEmpty() && opened.problems(deep, SHOWN_MAX).isEmpty()) {
                findings.add(Severity.NOTE, file, 0, -1, "a projection whose making was cut off", REMADE);
                return;
            }
            if (!opened.hasPosition()) {
                derived("expected the position of a projection, was none", -1);
                return;
            }
            opened.problems(deep, SHOWN_MAX)
                    .forEach(problem -> findings.add(
                            Severity.DERIVED, file, 0, -1, "expected a sound file, was " + problem, UNSOUND));
            fits = fits(opened);
        } catch (UnreadableException | IOException | RuntimeException e) {
            // What cannot be opened here the next opening cannot use either; damage further on it need not meet.
            String affects = audit == null ? AFFECTS : UNSOUND;
            findings.add(
                    Severity.DERIVED,
                    file,
                    0,
                    -1,
                    "expected a database that can be read, was " + e.getMessage(),
                    affects);
        }
    }

    private boolean fits(ProjectionAudit opened) throws UnreadableException {
        if (!opened.installation().equals(scene.installation())) {
            derived("expected installation " + scene.installation() + ", was " + opened.installation(), -1);
            return false;
        }
        end.witness(opened.offset(), "the projection");
        if (!opened.fitsSchema()) {
            findings.add(
                    Severity.NOTE, file, 0, opened.offset(), "expected the tables of this Cairn, was others", AFFECTS);
            return false;
        }
        String other = opened.otherSchema();
        if (other != null) {
            derived(other, -1);
        }
        return other == null;
    }

    @Override
    public void record(Place place, Event event) {
        ProjectionAudit opened = audit;
        if (fits && opened != null && event.offset == opened.offset()) {
            found = event.epoch == opened.epoch() && place.checksum() == opened.checksum();
            if (!found) {
                fits = false;
                derived(
                        String.format(
                                "expected the record at offset %d with epoch %d and checksum %08x, was %d and %08x",
                                event.offset, event.epoch, place.checksum(), opened.epoch(), opened.checksum()),
                        event.offset);
            }
        }
    }

    @Override
    public void end(LogEnd logEnd) {
        ProjectionAudit opened = audit;
        if (fits && !found && opened != null && opened.offset() >= 0 && opened.offset() <= logEnd.offset()) {
            derived("expected a record of the log at offset " + opened.offset() + ", was none", opened.offset());
        }
    }

    private void derived(String what, long offset) {
        findings.add(Severity.DERIVED, file, 0, offset, what, AFFECTS);
    }

    @Override
    public void close() throws IOException {
        ProjectionAudit opened = audit;
        if (opened != null) {
            opened.close();
        }
    }
}
