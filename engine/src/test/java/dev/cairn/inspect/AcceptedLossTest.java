package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind a repair the checkpoint is older than the loss until a clean close, and no opening minds. */
class AcceptedLossTest {
    private static final Path CHECKPOINT = Path.of("checkpoint/state.checkpoint");

    @TempDir
    Path dir;

    @Test
    void shouldFindNothingWrongWithTheCheckpointThatARepairOutdid() throws IOException {
        VerifiedDirectory directory = VerifiedDirectory.filled(dir.resolve("data"));
        loseTheNewestSegment(directory);
        String id =
                Recovery.plan(directory.root, 0, Long.MAX_VALUE, Progress.NONE).id();

        VerifiedDirectory killed = new VerifiedDirectory(dir.resolve("killed"));
        try (Cairn cairn = Cairn.open(
                directory.root, VerifiedDirectory.options().acceptDataLoss(id).build())) {
            TestDirectories.copyAsIfKilled(directory.root, killed.root);
            directory.write(cairn, 3);
            requireSound(directory);
        }
        requireSound(killed);
        assertThat(killed.verify().findings())
                .filteredOn(found -> found.file().equals(CHECKPOINT))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.severity()).isEqualTo(Severity.NOTE);
                    assertThat(found.what()).contains("of which the log has lost the record");
                });

        Cairn.open(killed.root, VerifiedDirectory.options().build()).close();
        requireSound(killed);
        assertThat(killed.verify().findings()).noneMatch(found -> found.file().equals(CHECKPOINT));
    }

    private static void loseTheNewestSegment(VerifiedDirectory directory) throws IOException {
        List<NumberedFile> segments = new LogDirectory(directory.root).segmentFiles();
        Path newest = segments.get(segments.size() - 1).path();
        Files.delete(newest);
        Files.delete(LogDirectory.manifestFile(newest));
    }

    private static void requireSound(VerifiedDirectory directory) {
        assertThat(VerifiedDirectory.wrong(directory.verifyDeeply())).isEmpty();
    }
}
