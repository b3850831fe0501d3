package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.CheckpointFile;
import dev.cairn.internal.assembly.DirectoryEvidence;
import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.recovery.Evidence;
import dev.cairn.internal.segment.CleanMarker;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.Watermark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log does not end below what was durable, and after a clean close it ends where that left it.
 *
 * <p>Threading: one thread.
 */
final class EndCheck implements Check {
    private final Scene scene;
    private final Findings findings;
    private final LostRecords lost;
    private long durable = -1;
    private String witness = "";
    private @Nullable CleanMarker clean;
    private Evidence evidence = Evidence.NONE;

    EndCheck(Scene scene, Findings findings, LostRecords lost) {
        this.scene = scene;
        this.findings = findings;
        this.lost = lost;
    }

    @Override
    public void begin() throws IOException {
        Watermark.@Nullable Mark mark = Watermark.read(scene.directory(), scene.installation());
        evidence = DirectoryEvidence.withoutProjection(scene.directory(), scene.installation());
        if (mark != null) {
            witness(mark.durableOffset(), "the watermark");
        }
        Path checkpoint = CheckpointFile.path(scene.directory());
        witness(StateCheckpoint.offset(checkpoint, scene.installation()), "the checkpoint");
        clean = CleanMarker.read(scene.directory(), scene.installation());
    }

    /** The last offset that something beside the segments says was durable, −1 for none. */
    long witnessed() {
        return durable;
    }

    /** Something says that {@code offset} was durable. */
    void witness(long offset, String who) {
        if (offset > durable) {
            durable = offset;
            witness = who;
        }
    }

    @Override
    public void end(LogEnd end) {
        CleanMarker marker = clean;
        if (scene.live()) {
            // Whatever else is known of the end moves on while it is looked at.
            durable = end.durable();
            witness = "the writer";
        } else {
            witness(end.durable(), "the log itself");
            if (marker != null && !agrees(marker, end)) {
                disagree(marker, end);
            }
        }
        if (!scene.live() && evidence.isEndUnknown(end.offset(), end.epoch())) {
            findings.add(
                    Severity.DAMAGE,
                    scene.directory().watermarkFile(),
                    0,
                    end.offset() + 1,
                    "expected the watermark of the last opening, or the mark of a clean close, was neither",
                    "what is known to have been durable: the log may have lost its end, and nothing would tell");
        }
        if (durable > end.offset()) {
            lost.ending(end.offset() + 1, durable);
        }
        if (durable > end.offset() && !lost.covers(durable)) {
            lost.add(
                    end.file(),
                    end.position(),
                    end.offset() + 1,
                    List.of(new OffsetRange(end.offset() + 1, durable)),
                    "expected durable records up to offset " + durable + ", as " + witness
                            + " says, was the end of the log at " + end.offset());
        }
        boolean damaged = findings.has(Severity.DAMAGE) || !lost.isNothing();
        if (!scene.live() && marker == null && !end.sealed() && end.offset() >= 0 && !damaged) {
            findings.add(
                    Severity.NOTE,
                    end.file(),
                    end.position(),
                    end.offset(),
                    "the last writer did not close in good order",
                    "nothing: the next opening looks at the end of the log and seals it");
        }
    }

    private static boolean agrees(CleanMarker marker, LogEnd end) {
        return end.offset() < 0
                ? marker.lastChecksum() == 0
                : marker.epoch() == end.epoch()
                        && marker.lastChecksum() == end.checksum()
                        && marker.endOffset() > end.offset();
    }

    /** A marker that is older than the log was put back; one that is newer knows of records that are gone. */
    private void disagree(CleanMarker marker, LogEnd end) {
        boolean newer = marker.epoch() > end.epoch() || marker.endOffset() > end.offset() + 1;
        if (newer) {
            witness(marker.lastOffset(), "the mark of the last clean close");
        }
        if (!lost.covers(end.offset() + 1)) {
            findings.add(
                    Severity.DERIVED,
                    scene.directory().cleanFile(),
                    0,
                    String.format(
                            "expected epoch %d, end %d or later, checksum %08x, was epoch %d, end %d, checksum %08x",
                            end.epoch(),
                            end.offset() + 1,
                            end.checksum(),
                            marker.epoch(),
                            marker.endOffset(),
                            marker.lastChecksum()),
                    "the mark of a clean close; the next opening is one as after a crash");
        }
    }
}
