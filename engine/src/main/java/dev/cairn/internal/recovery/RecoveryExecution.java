package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.Quarantine;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentScan;
import dev.cairn.internal.segment.SegmentSealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Carries out a {@link RecoveryPlan}. Repeating it after it was cut off does the rest.
 *
 * <p>Threading: one instance for each opening.
 */
public final class RecoveryExecution {
    private final LogDirectory directory;
    private final SegmentCatalog catalog;
    private final Quarantine quarantine;

    public RecoveryExecution(LogDirectory directory, SegmentCatalog catalog) {
        this.directory = directory;
        this.catalog = catalog;
        this.quarantine = new Quarantine(directory);
    }

    public void execute(RecoveryPlan plan) throws IOException {
        SegmentSealer sealer = new SegmentSealer(catalog);
        for (SegmentScan scan : plan.seal()) {
            setAsideManifest(scan.file());
            sealer.seal(scan, catalog);
            catalog.refresh();
        }
        for (Path file : plan.setAside()) {
            setAsideManifest(file); // first: alone it would tell of a segment that is missing
            quarantine.take(file);
        }
        if (!plan.seal().isEmpty() || !plan.setAside().isEmpty()) {
            FileEnvelope.forceDirectory(directory.logDirectory());
            catalog.refresh();
        }
    }

    /** One that cannot be used, or it would not come to this. */
    private void setAsideManifest(Path segmentFile) throws IOException {
        Path manifest = LogDirectory.manifestFile(segmentFile);
        if (Files.exists(manifest)) {
            quarantine.take(manifest);
        }
    }
}
