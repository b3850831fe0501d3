package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.DataDirectoryException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.decision.NewDecision;
import dev.cairn.inspect.Verification.Finding;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.codec.Document;
import dev.cairn.task.NewTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which the log of a directory can be wrong is found, named and placed. */
class VerificationDamageTest {
    private static final String SECOND = "log/0000000001/00000002.cq4";
    private static final String SEVENTH = "log/0000000002/00000007.cq4";
    private static final String NEWEST = "log/0000000002/00000008.cq4";

    @TempDir
    Path dir;

    private VerifiedDirectory directory;

    @BeforeEach
    void fill() {
        directory = VerifiedDirectory.filled(dir.resolve("data"));
    }

    @Test
    void shouldNameADamagedRecordAndTheTaskThatLostIt() throws Exception {
        int position = directory.document(SECOND, "case-1-5");
        directory.flip(SECOND, directory.at(SECOND, "case-1-5"));

        Finding found = only(directory.verify());

        assertThat(found.file()).isEqualTo(Path.of(SECOND));
        assertThat(found.position()).isEqualTo(position + Integer.BYTES + Document.HEADER_BYTES);
        assertThat(found.offset()).isEqualTo(21);
        assertThat(found.severity()).isEqualTo(Severity.DAMAGE);
        assertThat(found.what()).contains("expected frame checksum");
        assertThat(found.affects()).isEqualTo("offset 21; records of task case-1-5");
    }

    /** Of a task that was not touched again, and of a decision ever, no later record tells. */
    @Test
    void shouldNameWhoseRecordsAreLostAsTheirRepairDoes() throws Exception {
        VerifiedDirectory untouched = new VerifiedDirectory(dir.resolve("untouched"));
        try (Cairn cairn =
                Cairn.open(untouched.root, VerifiedDirectory.options().build())) {
            for (int i = 0; i < 30; i++) {
                cairn.tasks().create(NewTask.of("t" + i));
                cairn.decisions().append(NewDecision.of("d" + i, "agent", "title", "decision"));
            }
        }
        Files.delete(untouched.file(SECOND));
        Files.delete(untouched.file(manifest(SECOND)));

        assertThat(only(untouched.verify()).affects())
                .startsWith("offsets 20..39; records of ")
                .endsWith(" and 15 more");
        assertThat(Recovery.plan(untouched.root, null, null, Progress.NONE).topics())
                .isEqualTo(Map.of("task", 10L, "decision", 10L));
    }

    @Test
    void shouldNameEveryHoleOfASegment() throws Exception {
        int first = directory.document(SECOND, "case-1-5");
        int second = directory.document(SECOND, "case-1-7");
        directory.flip(SECOND, first + 40);
        directory.flip(SECOND, second + 40);

        List<Finding> found = directory.verify().findings();

        assertThat(found).extracting(Finding::position).containsExactly((long) first, (long) second);
        assertThat(found).extracting(Finding::offset).containsExactly(21L, 29L);
        assertThat(found).allMatch(finding -> finding.severity() == Severity.DAMAGE);
    }

    @Test
    void shouldNameTheRangeThatACutSegmentLost() throws Exception {
        int position = directory.document(SECOND, "case-1-7");
        directory.truncate(SECOND, position);

        Finding found = only(directory.verify());

        assertThat(found.position()).isEqualTo(position);
        assertThat(found.offset()).isEqualTo(29);
        assertThat(found.affects()).startsWith("offsets 29..39; records of ");
    }

    @Test
    void shouldNameAMissingSegmentWithAndWithoutItsManifest() throws Exception {
        Files.delete(directory.file(SECOND));
        Finding found = only(directory.verify());
        assertThat(found.file()).isEqualTo(Path.of(SECOND));
        assertThat(found.offset()).isEqualTo(20);
        assertThat(found.what()).isEqualTo("expected the segment of its manifest, was no file");
        assertThat(found.affects()).startsWith("offsets 20..39");

        Files.delete(directory.file(manifest(SECOND)));
        found = only(directory.verify());
        assertThat(found.file()).isEqualTo(Path.of(SECOND));
        assertThat(found.what()).isEqualTo("expected segment 2, was no file");
        assertThat(found.affects()).startsWith("offsets 20..39");
    }

    /** Its manifest tells where it begins; its bytes do not, and that is a finding of its own. */
    @Test
    void shouldNameAMissingSegmentBeforeOneThatCannotBeRead() throws Exception {
        Files.delete(directory.file(SECOND));
        Files.delete(directory.file(manifest(SECOND)));
        Path third = directory.file("log/0000000001/00000003.cq4");
        Files.delete(third);
        Files.createDirectory(third);

        assertThat(directory.verify().findings())
                .filteredOn(found -> found.file().equals(Path.of(SECOND)))
                .singleElement()
                .satisfies(found -> assertThat(found.affects()).startsWith("offsets 20..39"));
    }

    @Test
    void shouldNameWhatIsMissingFromTheEnd() throws Exception {
        long last = directory.verify().throughOffset();
        Files.delete(directory.file(NEWEST));
        Files.delete(directory.file(manifest(NEWEST)));

        Verification verified = directory.verify();

        assertThat(verified.findings())
                .filteredOn(found -> found.severity() == Severity.DAMAGE)
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.file()).isEqualTo(Path.of("log/0000000002/00000007.cq4"));
                    assertThat(found.offset()).isEqualTo(verified.throughOffset() + 1);
                    assertThat(found.what()).contains("expected durable records up to offset " + last);
                    assertThat(found.affects()).isEqualTo("offset " + last + "; records of workflow task");
                });
    }

    /** The records behind it would tell whom it affects, and there are none. */
    @Test
    void shouldNameWhoseRecordsAreMissingFromTheEndOfWhichTheManifestIsLeft() throws Exception {
        long last = directory.verify().throughOffset();
        Files.delete(directory.file(NEWEST));

        assertThat(directory.verify().findings())
                .filteredOn(found -> found.severity() == Severity.DAMAGE)
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.file()).isEqualTo(Path.of(NEWEST));
                    assertThat(found.affects()).isEqualTo("offset " + last + "; records of workflow task");
                });
    }

    @Test
    void shouldTakeALostOrDamagedManifestForDerived() throws Exception {
        directory.flip(manifest(SECOND), 60);
        Finding found = only(directory.verify());
        assertThat(found.file()).isEqualTo(Path.of(manifest(SECOND)));
        assertThat(found.severity()).isEqualTo(Severity.DERIVED);
        assertThat(found.what()).contains("expected checksum");

        Files.delete(directory.file(manifest(SECOND)));
        found = only(directory.verify());
        assertThat(found.severity()).isEqualTo(Severity.DERIVED);
        assertThat(found.what()).isEqualTo("expected the manifest of segment 2, was no file");
    }

    @Test
    void shouldRecogniseTheManifestOfAnotherSegment() throws Exception {
        copy(manifest("log/0000000001/00000003.cq4"), manifest(SECOND));

        Finding found = only(directory.verify());

        assertThat(found.file()).isEqualTo(Path.of(manifest(SECOND)));
        assertThat(found.what()).contains("expected the manifest of segment 2 of epoch 1, was that of segment 3");
    }

    @Test
    void shouldReadBehindADamagedSegmentHeader() throws Exception {
        int header = directory.at(SECOND, "CRNS");
        directory.flip(SECOND, header + 20);

        Finding found = only(directory.verify());

        assertThat(found.file()).isEqualTo(Path.of(SECOND));
        assertThat(found.position()).isEqualTo(header - Integer.BYTES);
        assertThat(found.severity()).isEqualTo(Severity.DAMAGE);
        assertThat(found.affects()).contains("the header alone");
    }

    @Test
    void shouldRecogniseTheSegmentOfAnotherPlaceAndOfAnotherInstallation() throws Exception {
        copy("log/0000000001/00000003.cq4", SECOND);
        Finding found = only(directory.verify());
        assertThat(found.what()).isEqualTo("expected segment 2 of epoch 1, was segment 3 of epoch 1");
        assertThat(found.affects()).startsWith("offsets 20..39");

        VerifiedDirectory other = VerifiedDirectory.filled(dir.resolve("other"));
        Files.copy(other.file(SECOND), directory.file(SECOND), StandardCopyOption.REPLACE_EXISTING);
        found = only(directory.verify());
        assertThat(found.what()).startsWith("expected installation ");
        assertThat(found.offset()).isEqualTo(20);
    }

    @Test
    void shouldGoOnWithoutAnIdentity() throws Exception {
        directory.flip("identity", 42);
        Finding found = only(directory.verify());
        assertThat(found.file()).isEqualTo(Path.of("identity"));
        assertThat(found.severity()).isEqualTo(Severity.DAMAGE);
        assertThat(found.affects()).contains("nobody can open it");

        Files.delete(directory.file("identity"));
        Verification verified = directory.verify();
        assertThat(only(verified).what()).startsWith("expected the identity of installation " + verified.identity());
        assertThat(verified.records()).isPositive();
    }

    @Test
    void shouldFindNothingWrongBehindARepair() throws Exception {
        directory.flip(SECOND, directory.at(SECOND, "case-1-5"));
        directory.flip(SECOND, directory.at(SECOND, "case-1-7"));
        directory.flip(SEVENTH, directory.at(SEVENTH, "case-2-5"));
        assertThat(VerifiedDirectory.wrong(directory.verify())).hasSize(3);

        Recovery.plan(directory.root, 0, Long.MAX_VALUE, Progress.NONE)
                .apply(VerifiedDirectory.options().build());

        Verification repaired = directory.verifyDeeply();
        assertThat(VerifiedDirectory.wrong(repaired)).isEmpty();
        assertThat(repaired.findings())
                .extracting(Finding::affects)
                .contains("offset 21", "offset 29")
                .hasSize(3);
        assertThat(repaired.proof()).isNotNull();
    }

    @Test
    void shouldTakeATornTailForANote() throws Exception {
        Path killed = dir.resolve("killed");
        try (Cairn cairn =
                Cairn.open(directory.root, VerifiedDirectory.options().build())) {
            directory.write(cairn, 3);
            dev.cairn.TestDirectories.copyAsIfKilled(directory.root, killed);
        }
        VerifiedDirectory left = new VerifiedDirectory(killed);
        String segment = newestSegment(left);
        long last = left.verify().throughOffset();
        for (String witness : List.of("watermark", "projection.db", "projection.db-wal")) {
            Files.delete(left.file(witness));
        }

        // As if the sectors with the end of the last document never reached the disk.
        int end = lastDocument(left, segment);
        left.truncate(segment, (end / 512 + 1) * 512L);
        Verification verified = left.verify();

        assertThat(VerifiedDirectory.wrong(verified))
                .as("but that nobody is left who would know better")
                .singleElement()
                .matches(found -> found.file().equals(Path.of("watermark")));
        assertThat(verified.throughOffset()).isEqualTo(last - 1);
        assertThat(verified.findings()).anySatisfy(found -> {
            assertThat(found.severity()).isEqualTo(Severity.NOTE);
            assertThat(found.file()).isEqualTo(Path.of(segment));
            assertThat(found.position()).isEqualTo(end);
            assertThat(found.offset()).isEqualTo(last);
            assertThat(found.what()).startsWith("a torn tail");
        });
    }

    @Test
    void shouldNoteFilesThatAreNotCairns() throws Exception {
        Files.writeString(directory.file("notes.txt"), "mine");
        Files.writeString(directory.file("log/0000000001/00000002.cq4.bak"), "mine");

        Verification verified = directory.verify();

        assertThat(verified.isSound()).isTrue();
        assertThat(verified.findings())
                .extracting(found -> found.file().toString())
                .containsExactly("log/0000000001/00000002.cq4.bak", "notes.txt");
    }

    @Test
    void shouldRefuseWhatIsNoDataDirectory() throws Exception {
        Path empty = Files.createDirectory(dir.resolve("empty"));
        for (Path path : List.of(empty, dir.resolve("none"))) {
            assertThatThrownBy(() -> Verification.of(path, false, Progress.NONE))
                    .isInstanceOf(DataDirectoryException.class);
        }
    }

    private static Finding only(Verification verified) {
        assertThat(verified.findings()).hasSize(1);
        return verified.findings().get(0);
    }

    private static String manifest(String segment) {
        return segment.replace(".cq4", ".manifest");
    }

    private void copy(String from, String to) throws IOException {
        Files.copy(directory.file(from), directory.file(to), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String newestSegment(VerifiedDirectory directory) throws IOException {
        return directory.listing().keySet().stream()
                .filter(name -> name.endsWith(".cq4"))
                .max(String::compareTo)
                .orElseThrow();
    }

    private static int lastDocument(VerifiedDirectory directory, String segment) throws IOException {
        String bytes = Files.readString(directory.file(segment), java.nio.charset.StandardCharsets.ISO_8859_1);
        return bytes.lastIndexOf("CRND") - Integer.BYTES;
    }

    /** Nothing reads what is behind the content of a slot; the next writer clears it all the same. */
    @Test
    void shouldNameBytesBehindTheWatermarkUntilItIsWrittenAgain() throws Exception {
        directory.flip("watermark", 300);
        directory.flip("watermark", 2_500);
        assertThat(VerifiedDirectory.wrong(directory.verify())).hasSize(2);
        Cairn.open(directory.root, VerifiedDirectory.options().build()).close();
        assertThat(VerifiedDirectory.wrong(directory.verify())).isEmpty();
    }

    @Test
    void shouldPlanWithoutAFileBesideTheProjection() throws Exception {
        VerifiedDirectory killed;
        try (Cairn cairn =
                Cairn.open(directory.root, VerifiedDirectory.options().build())) {
            directory.write(cairn, 3);
            cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(20));
            killed = new VerifiedDirectory(
                    TestDirectories.copyAsIfKilled(directory.root, directory.root.resolveSibling("killed")));
        }
        Files.delete(killed.file("projection.db-shm"));
        assertThat(killed.file("projection.db-wal")).isNotEmptyFile();
        Map<String, String> before = killed.listing();
        Recovery.plan(killed.root, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(killed.listing()).isEqualTo(before);
    }
}
