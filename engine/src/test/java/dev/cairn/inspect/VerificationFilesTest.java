package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.Progress;
import dev.cairn.inspect.Verification.Finding;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.session.NewMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever lies beside the log is looked at, too: each file that is damaged, stale or of another installation is named. */
class VerificationFilesTest {
    private static final String CHECKPOINT = "checkpoint/state.checkpoint";
    private static final String PROJECTION = "projection.db";

    @TempDir
    Path dir;

    private VerifiedDirectory directory;

    @BeforeEach
    void fill() {
        directory = VerifiedDirectory.filled(dir.resolve("data"));
    }

    @Test
    void shouldMissTheLogBesideAnIdentity() throws Exception {
        Path emptied = Files.createDirectory(dir.resolve("emptied"));
        Files.copy(dir.resolve("data/identity"), emptied.resolve("identity"));

        Verification verification = Verification.of(emptied, false, Progress.NONE);

        assertThat(verification.findings()).singleElement().satisfies(found -> {
            assertThat(found.severity()).isEqualTo(Severity.DAMAGE);
            assertThat(found.what())
                    .startsWith("expected the log and the watermark beside the file identity, was neither");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "watermark, 45, 0, expected checksum",
        "watermark, 1000, 1000, expected zeros behind the content",
        "watermark, 2100, 2048, expected checksum",
        "clean, 44, 0, expected checksum",
        "clean, 0, 0, expected a Cairn file",
        "control, 1, 0, expected magic",
        "control, 10, 8, expected installation",
        "control, 37, 36, expected state 0 or 1",
        "control, 3000, 3000, expected zeros behind the numbers",
        "checkpoint/state.checkpoint, 50, 0, expected checksum",
        "checkpoint/state.checkpoint, 200, 88, expected block checksum"
    })
    void shouldNameADamagedFile(String file, long flipped, long position, String what) throws Exception {
        directory.flip(file, flipped);

        Finding found = only();

        assertThat(found.file()).isEqualTo(Path.of(file));
        assertThat(found.position()).isEqualTo(position);
        assertThat(found.severity()).isEqualTo(Severity.DERIVED);
        assertThat(found.what()).startsWith(what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"watermark", "clean", "control", CHECKPOINT, PROJECTION})
    void shouldRecogniseAFileOfAnotherInstallation(String file) throws Exception {
        VerifiedDirectory other = VerifiedDirectory.filled(dir.resolve("other"));
        Files.copy(other.file(file), directory.file(file), StandardCopyOption.REPLACE_EXISTING);

        assertThat(directory.verify().findings()).isNotEmpty().allSatisfy(found -> {
            assertThat(found.file()).isEqualTo(Path.of(file));
            assertThat(found.severity()).isEqualTo(Severity.DERIVED);
            assertThat(found.what()).contains("expected installation");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"watermark", "clean", "control", CHECKPOINT, PROJECTION})
    void shouldMissNoFileThatIsMadeAnew(String file) throws Exception {
        Files.delete(directory.file(file));

        assertThat(directory.verify().isSound()).isTrue();
    }

    @Test
    void shouldNameAnOldMarkOfACleanClose() throws Exception {
        Path old = Files.copy(directory.file("clean"), dir.resolve("old"));
        try (Cairn cairn =
                Cairn.open(directory.root, VerifiedDirectory.options().build())) {
            directory.write(cairn, 3);
        }
        Files.copy(old, directory.file("clean"), StandardCopyOption.REPLACE_EXISTING);

        Finding found = only();

        assertThat(found.file()).isEqualTo(Path.of("clean"));
        assertThat(found.severity()).isEqualTo(Severity.DERIVED);
    }

    @Test
    void shouldNameADamagedProjection() throws Exception {
        byte[] bytes = Files.readAllBytes(directory.file(PROJECTION));
        for (int i = 4096; i < 8192; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(directory.file(PROJECTION), bytes);

        assertThat(directory.verify().findings()).isNotEmpty().allSatisfy(found -> {
            assertThat(found.file()).isEqualTo(Path.of(PROJECTION));
            assertThat(found.severity()).isEqualTo(Severity.DERIVED);
        });
    }

    @Test
    void shouldProveStateCheckpointAndProjectionEqual() throws Exception {
        Map<String, String> before = directory.listing();

        Verification verified = directory.verifyDeeply();

        assertThat(verified.findings()).isEmpty();
        assertThat(verified.proof()).isNotNull();
        assertThat(verified.proof().replayed().kinds()).containsKeys("task", "topic", "workflow");
        assertThat(verified.proof().checkpoint().found())
                .isEqualTo(verified.proof().checkpoint().replayed())
                .isEqualTo(verified.proof().replayed());
        assertThat(verified.proof().projection().found().kinds().get("task"))
                .isEqualTo(verified.proof().replayed().kinds().get("task"));
        assertThat(directory.listing()).isEqualTo(before);
    }

    @Test
    void shouldNameTheFirstRowAndColumnThatDiffer() throws Exception {
        change(
                "UPDATE task SET status = 'failed' WHERE key = 'case-1-2'",
                "UPDATE task SET queue = 'other' WHERE key = 'case-2-2'");

        Finding found = onlyDeep();

        assertThat(found.file()).isEqualTo(Path.of(PROJECTION));
        assertThat(found.severity()).isEqualTo(Severity.DERIVED);
        assertThat(found.offset()).isEqualTo(11);
        assertThat(found.what())
                .isEqualTo("row case-1-2 of task: column status: expected running, was failed; and 1 more differ");
    }

    @Test
    void shouldNameTheRowAndColumnOfAValueThatCannotBeRead() throws Exception {
        long head;
        try (Cairn cairn =
                Cairn.open(directory.root, VerifiedDirectory.options().build())) {
            cairn.sessions().append("talk", NewMessage.of("user", "hello"));
            head = cairn.sessions().append("talk", NewMessage.of("agent", "hi")).offset();
        }
        change("UPDATE session SET roots = roots || 'x'");

        Finding found = onlyDeep();

        assertThat(found.severity()).isEqualTo(Severity.DERIVED);
        assertThat(found.offset()).isEqualTo(head);
        assertThat(found.what()).matches("row talk of session: column roots: expected (.*), was \\1x");
    }

    /** An opening in good order does not read the whole file, and must not be promised to. */
    @Test
    void shouldNotPromiseThatTheNextOpeningMeetsDamageWithinTheProjection() throws Exception {
        byte[] bytes = Files.readAllBytes(directory.file(PROJECTION));
        Arrays.fill(bytes, 5 * 4096, 8 * 4096, (byte) 0x55);
        Files.write(directory.file(PROJECTION), bytes);
        for (int i = 0; i < 2; i++) {
            assertThat(directory.verify().findings()).isNotEmpty().allSatisfy(found -> {
                assertThat(found.file()).isEqualTo(Path.of(PROJECTION));
                assertThat(found.affects())
                        .contains("a query or a write meets the damage")
                        .contains("cairn replay --rebuild projection");
            });
            Cairn.open(directory.root, VerifiedDirectory.options().build()).close();
        }
    }

    @Test
    void shouldNameARowThatIsMissingAndOneThatIsTooMany() throws Exception {
        change("DELETE FROM task WHERE key = 'case-1-4'");
        assertThat(onlyDeep().what()).isEqualTo("row case-1-4 of task: expected a row of offset 19, was none");

        change("UPDATE task SET key = 'nobody' WHERE key = 'case-1-0'");
        assertThat(onlyDeep().what())
                .isEqualTo("row nobody of task: expected no row, was one of offset 3; and 2 more differ");
    }

    @Test
    void shouldLookAtADirectoryThatCannotBeWritten() throws Exception {
        setWritable(false);
        try {
            assertThat(directory.verifyDeeply().findings()).isEmpty();
        } finally {
            setWritable(true);
        }
    }

    private void setWritable(boolean writable) throws IOException {
        try (var files = Files.walk(directory.root)) {
            for (Path file : files.toList()) {
                assertThat(file.toFile().setWritable(writable)).isTrue();
            }
        }
    }

    private void change(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.file(PROJECTION));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private Finding only() {
        List<Finding> found = directory.verify().findings();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private Finding onlyDeep() {
        List<Finding> found = directory.verifyDeeply().findings();
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
