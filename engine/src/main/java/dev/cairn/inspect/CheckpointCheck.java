package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.CheckpointFile;
import dev.cairn.internal.checkpoint.CheckpointAudit;
import dev.cairn.internal.checkpoint.CheckpointPosition;
import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.codec.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint is whole, and was made at a record of this log, or at one that the log has lost since.
 *
 * <p>Threading: one thread.
 */
final class CheckpointCheck implements Check {
    private static final String AFFECTS = "the checkpoint; the next opening replays the log from its start";

    private final Scene scene;
    private final Findings findings;
    private final Path file;
    private @Nullable CheckpointPosition position;
    private boolean found;
    private boolean fits;
    private boolean lost;

    CheckpointCheck(Scene scene, Findings findings) {
        this.scene = scene;
        this.findings = findings;
        this.file = CheckpointFile.path(scene.directory());
    }

    Path file() {
        return file;
    }

    UUID installation() {
        return scene.installation();
    }

    /** The last record that a checkpoint includes whose entries can be compared with the log; −1 when there is none. */
    long comparableOffset() {
        CheckpointPosition made = position;
        return fits && made != null ? made.offset() : -1;
    }

    /** Whether a writer has put another checkpoint in its place since it was looked at. */
    boolean isReplaced() throws IOException {
        return !Objects.equals(position, StateCheckpoint.position(file));
    }

    @Override
    public void begin() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            CheckpointAudit.Problem problem = new CheckpointAudit(file).<RuntimeException>read((key, value) -> {});
            if (problem != null) {
                findings.add(Severity.DERIVED, file, problem.position(), problem.what(), AFFECTS);
                return;
            }
            CheckpointPosition read = StateCheckpoint.position(file);
            if (read != null && !read.installation().equals(scene.installation())) {
                derived("expected installation " + scene.installation() + ", was " + read.installation(), -1);
            } else {
                position = read;
            }
        } catch (IOException | RuntimeException e) {
            derived(FileCheck.problem(file, e), -1);
        }
    }

    @Override
    public void record(Place place, Event event) {
        CheckpointPosition made = position;
        if (made != null && event.offset == made.offset()) {
            found = true;
            fits = event.epoch == made.epoch() && place.checksum() == made.frameCrc();
            if (!fits) {
                derived(
                        String.format(
                                "expected the record at offset %d with epoch %d and checksum %08x, was %d and %08x",
                                event.offset, event.epoch, place.checksum(), made.epoch(), made.frameCrc()),
                        event.offset);
            }
        }
    }

    @Override
    public void missing(long first, long last) {
        CheckpointPosition made = position;
        lost |= made != null && first <= made.offset() && made.offset() <= last;
    }

    @Override
    public void end(LogEnd end) {
        CheckpointPosition made = position;
        // Above the end of the log it is a witness of what was lost, which EndCheck reports.
        if (made == null || found || made.offset() < 0 || made.offset() > end.offset()) {
            return;
        }
        if (lost) {
            // A repair gave the record up, or it is among the damage that is reported anyway: openings accept both, see
            // RecoveredState.
            findings.add(
                    Severity.NOTE,
                    file,
                    0,
                    made.offset(),
                    "it was made at offset " + made.offset() + ", of which the log has lost the record",
                    "nothing: openings begin with it, and it still knows what was lost");
        } else {
            derived("expected a record of the log at offset " + made.offset() + ", was none", made.offset());
        }
    }

    private void derived(String what, long offset) {
        findings.add(Severity.DERIVED, file, 0, offset, what, AFFECTS);
    }
}
