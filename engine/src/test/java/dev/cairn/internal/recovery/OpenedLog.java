package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.HandmadeLog.checksum;
import static dev.cairn.internal.recovery.HandmadeLog.position;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.recovery.Evidence.CleanEnd;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.SegmentScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A log that an opening decides about, and what it decides. */
abstract class OpenedLog {
    /** How many records may be appended and not yet durable. */
    static final int UNFORCED = 1_000;
    /** Records that fit into one document of 17 MiB, each with a header of 104 bytes. */
    static final int DOCUMENT = 171_401;

    static final String WITHOUT_WORD = "expected a document, was one without a word before it";
    static final Evidence NOTHING = durable(-1);

    @TempDir
    Path root;

    HandmadeLog log;

    @BeforeEach
    void begin() {
        log = new HandmadeLog(root);
    }

    static Evidence durable(long offset) {
        return new Evidence(offset, -1, 1, 0, CleanEnd.NONE);
    }

    static Evidence clean(int epoch, long endOffset, int checksum) {
        return new Evidence(-1, -1, 1, 0, new CleanEnd(epoch, endOffset, checksum));
    }

    RecoveryPlan plan(Evidence evidence) throws IOException {
        return new RecoveryPlanner(log.directory, HandmadeLog.INSTALLATION, log.catalog(), evidence).plan(UNFORCED);
    }

    DamagedLogException refusal(Evidence evidence) {
        return Objects.requireNonNull(
                catchThrowableOfType(DamagedLogException.class, () -> plan(evidence)),
                "expected a refusal, was a plan");
    }

    void assertRefused(Evidence evidence, Path file, long position, long offset, String what) {
        DamagedLogException refusal = refusal(evidence);
        assertThat(refusal.file()).isEqualTo(file);
        assertThat(refusal.position()).isEqualTo(position);
        assertThat(refusal.offset()).isEqualTo(offset);
        assertThat(refusal.what()).isEqualTo(what);
    }

    static void assertSeals(RecoveryPlan plan, NumberedFile... files) {
        assertThat(plan.seal()).extracting(SegmentScan::file).containsExactly(paths(files));
    }

    static void assertSetsAside(RecoveryPlan plan, NumberedFile... files) {
        assertThat(plan.setAside()).containsExactly(paths(files));
    }

    static Path[] paths(NumberedFile... files) {
        return Arrays.stream(files).map(NumberedFile::path).toArray(Path[]::new);
    }
}
