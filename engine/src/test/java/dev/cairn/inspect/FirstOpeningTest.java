package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.Progress;
import dev.cairn.inspect.Verification.Finding;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed in the midst of a directory's first opening leaves nothing damaged, as there was nothing yet. */
class FirstOpeningTest {
    private static final UUID INSTALLATION = UUID.fromString("01890000-0000-7000-8000-000000000001");

    @TempDir
    Path dir;

    private Path root;

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectory(dir.resolve("data"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pid 12 on host\n"})
    void shouldSayThatNothingHasBegunWhereAtMostALockIs(String lock) throws IOException {
        if (!lock.isEmpty()) {
            Files.writeString(root.resolve("LOCK"), lock);
        }

        assertThatThrownBy(this::verify).satisfies(FirstOpeningTest::isUnbegun);
        assertThatThrownBy(this::plan).satisfies(FirstOpeningTest::isUnbegun);
        opensAndIsSound();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 10})
    void shouldNoteAnOpeningThatWasCutOffBeforeTheIdentity(int identityBytes) throws IOException {
        Files.writeString(root.resolve("LOCK"), "pid 12 on host\n");
        Files.write(root.resolve("watermark"), new byte[4_096]);
        if (identityBytes >= 0) {
            Files.write(root.resolve("identity.tmp"), new byte[identityBytes]);
        }

        Verification verified = verify();

        assertThat(verified.isSound()).isTrue();
        assertThat(verified.identity()).isNull();
        assertThat(verified.findings())
                .singleElement()
                .satisfies(found -> assertThat(found.what())
                        .isEqualTo("the first opening was cut off before the directory had an identity"));
        assertThatThrownBy(this::plan).satisfies(FirstOpeningTest::isUnbegun);
        opensAndIsSound();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 4_096})
    void shouldFindNothingInAWatermarkThatHadNothingToSay(int bytes) throws IOException {
        Files.writeString(root.resolve("LOCK"), "pid 12 on host\ninstallation " + INSTALLATION + "\n");
        Files.write(root.resolve("watermark"), new byte[bytes]);
        new Identity(INSTALLATION, 1).write(new LogDirectory(root));
        Path epoch = Files.createDirectories(root.resolve("log/0000000001"));
        Files.write(epoch.resolve("00000001.precreated"), new byte[1 << 20]);

        assertThat(verify().findings()).isEmpty();
        assertThat(plan().isDue()).isFalse();
        opensAndIsSound();
    }

    @Test
    void shouldMissTheIdentityWhereTheLockTellsOfALog() throws IOException {
        Files.writeString(root.resolve("LOCK"), "pid 12 on host\ninstallation " + INSTALLATION + "\n");
        Files.write(root.resolve("watermark"), new byte[4_096]);

        assertThat(verify().findings()).extracting(Finding::severity).containsExactly(Severity.DAMAGE);
        assertThatThrownBy(this::plan).hasMessageContaining("put the file identity back from a copy");
        assertThatThrownBy(() ->
                        Cairn.open(root, VerifiedDirectory.options().build()).close())
                .isInstanceOf(DataDirectoryException.class);
    }

    @Test
    void shouldStillNameAWatermarkThatLostWhatItSaid() {
        VerifiedDirectory directory = VerifiedDirectory.filled(root);
        overwrite("watermark", new byte[4_096]);

        assertThat(directory.verify().findings()).singleElement().satisfies(found -> {
            assertThat(found.severity()).isEqualTo(Severity.DERIVED);
            assertThat(found.what()).isEqualTo("expected a durable offset in one of two slots, was zeros");
        });
    }

    @Test
    void shouldNoteAProjectionWhoseMakingWasCutOff() throws Exception {
        VerifiedDirectory directory = VerifiedDirectory.filled(root);
        overwrite("projection.db", new byte[0]);
        noteOfProjection(directory);

        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + root.resolve("projection.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL"); // writes the first page
        }
        assertThat(root.resolve("projection.db")).isNotEmptyFile();
        noteOfProjection(directory);
        opensAndIsSound();
    }

    private static void noteOfProjection(VerifiedDirectory directory) {
        assertThat(directory.verifyDeeply().findings()).singleElement().satisfies(found -> {
            assertThat(found.severity()).isEqualTo(Severity.NOTE);
            assertThat(found.file()).isEqualTo(Path.of("projection.db"));
            assertThat(found.what()).isEqualTo("a projection whose making was cut off");
        });
    }

    private void overwrite(String file, byte[] bytes) {
        try {
            Files.write(root.resolve(file), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void isUnbegun(Throwable refusal) {
        assertThat(refusal)
                .isInstanceOfSatisfying(
                        DataDirectoryException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.FOREIGN))
                .hasMessageContaining("was a directory in which none has begun")
                .hasMessageNotContaining("copy");
    }

    private Verification verify() {
        return Verification.of(root, true, Progress.NONE);
    }

    private Recovery plan() {
        return Recovery.plan(root, 0, Long.MAX_VALUE, Progress.NONE);
    }

    private void opensAndIsSound() {
        Cairn.open(root, VerifiedDirectory.options().build()).close();
        assertThat(VerifiedDirectory.wrong(verify())).isEmpty();
    }
}
