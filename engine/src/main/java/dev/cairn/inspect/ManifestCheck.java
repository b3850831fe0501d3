package dev.cairn.inspect;

import dev.cairn.inspect.LogFiles.Item;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.ManifestAudit;
import dev.cairn.internal.segment.ManifestAudit.Disagreement;
import dev.cairn.internal.segment.SegmentAudit;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Each sealed segment has a manifest; they form a chain, and say what the segments hold.
 *
 * <p>Threading: one thread; {@link LogWalk} goes from one to the next.
 */
final class ManifestCheck {
    private final Scene scene;
    private final Findings findings;
    private @Nullable ManifestAudit before;
    private @Nullable ManifestAudit current;
    /** Whether the manifest before the current one is known, or known not to exist. */
    private boolean chained = true;

    private int number;

    ManifestCheck(Scene scene, Findings findings) {
        this.scene = scene;
        this.findings = findings;
    }

    /** The manifest of the current segment, or null when there is none that can be read. */
    @Nullable
    ManifestAudit current() {
        return current;
    }

    /**
     * Goes on to the manifest of {@code item}.
     *
     * @param sealedBehind whether a later segment has one: then this one must, too
     */
    void read(Item item, boolean sealedBehind) {
        before = current;
        current = null;
        chained &= item.number() == number + 1;
        number = item.number();
        NumberedFile file = item.manifest();
        if (file == null) {
            if (sealedBehind && item.segment() != null) {
                derived(item.manifestFile(), "expected the manifest of segment " + item.number() + ", was no file");
            }
            chained = false;
            return;
        }
        try {
            ManifestAudit read = ManifestAudit.read(file, scene.installation());
            current = read;
            String problem = chained ? read.chainProblem(before) : null;
            if (problem != null) {
                findings.add(
                        Severity.DAMAGE,
                        file.path(),
                        0,
                        read.firstOffset(),
                        problem,
                        "the chain of manifests: segments up to " + item.number()
                                + " may not be those that were sealed");
            }
            chained = true;
        } catch (IOException | RuntimeException e) {
            derived(file.path(), FileCheck.problem(file.path(), e));
            chained = false;
        }
    }

    private void derived(Path file, String what) {
        findings.add(Severity.DERIVED, file, 0, what, "the manifest, which is made again from its segment");
    }

    /** A segment whose header cannot be read is not written to, but its records can be read. */
    void checkHeader(NumberedFile segment, SegmentAudit audit) {
        ManifestAudit manifest = current;
        if (manifest != null && !audit.hasHeader() && manifest.startPosition() > 0) {
            findings.add(
                    Severity.DAMAGE,
                    segment.path(),
                    manifest.startPosition(),
                    manifest.firstOffset(),
                    "expected a segment header, was none that can be read",
                    "the header alone; the records behind it are looked at by themselves");
        }
    }

    /** Compares the manifest with a segment that was read and in which nothing is missing. */
    void compare(Item item, SegmentAudit audit) {
        ManifestAudit manifest = current;
        NumberedFile file = item.manifest();
        if (manifest == null || file == null || !audit.holes().isEmpty() || !audit.hasHeader()) {
            return;
        }
        for (Disagreement found : manifest.compare(audit)) {
            if (found.bytesAltered()) {
                findings.add(
                        Severity.DAMAGE,
                        item.segment() == null ? file.path() : item.segment().path(),
                        0,
                        manifest.firstOffset(),
                        found.what(),
                        "offsets " + manifest.firstOffset() + ".." + manifest.lastOffset()
                                + ", which are not those that were sealed");
            } else {
                derived(file.path(), found.what());
            }
        }
    }
}
