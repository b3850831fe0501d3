package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.task.NewTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory that is not what it was never starts silently: what is lost is named, or nothing is lost. */
class TripwireTest {
    private static final CairnOptions OPTIONS =
            FaultRun.options().projection(true).build();

    @TempDir
    Path temporary;

    private Path directory;
    private Path older;
    private UUID installation;

    /** Three epochs of several segments each; {@code older} is a copy from before the third. */
    @BeforeEach
    void fill() throws IOException {
        directory = temporary.resolve("data");
        older = temporary.resolve("older");
        for (int epoch = 0; epoch < 3; epoch++) {
            if (epoch == 2) {
                copy(directory, older);
            }
            try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
                installation = cairn.installation();
                for (int i = 0; i < 100; i++) {
                    cairn.tasks().create(NewTask.of("t-" + epoch + "-" + i));
                }
                cairn.tasks()
                        .create(
                                NewTask.of("end-" + epoch),
                                WriteOptions.defaults().withAck(Ack.DURABLE));
                cairn.projectionRoot(cairn.watermarks().durableOffset(), java.time.Duration.ofSeconds(10));
            }
        }
    }

    @Test
    void shouldRefuseAnEmptiedDirectoryUnderAnIdentity() throws IOException {
        FaultRun.delete(directory);
        CairnOptions expecting = FaultRun.options().identity(installation).build();
        assertThat(refusal(directory, expecting)).hasMessageContaining(installation.toString());
        Files.createDirectories(directory);
        assertThat(refusal(directory, expecting)).hasMessageContaining(installation.toString());
    }

    @Test
    void shouldRefuseTheDirectoryOfAnother() {
        Path foreign = temporary.resolve("foreign");
        Cairn.open(foreign, OPTIONS).close();
        CairnOptions expecting = FaultRun.options().identity(installation).build();
        assertThat(refusal(foreign, expecting)).isInstanceOf(DataDirectoryException.class);
    }

    /** The log is older than what one single file beside it has seen. */
    @ParameterizedTest
    @ValueSource(strings = {"watermark", "checkpoint"})
    void shouldRefuseALogThatIsOlderThan(String witness) throws IOException {
        Path rolledBack = temporary.resolve("rolled back");
        copy(older, rolledBack);
        FaultRun.delete(rolledBack.resolve(witness));
        copy(directory.resolve(witness), rolledBack.resolve(witness));
        assertThat(refusal(rolledBack, OPTIONS)).hasMessageContaining("accept the data loss");
    }

    /** Each file is gone once: then nothing is lost, or the opening is refused and says what is missing. */
    @Test
    void shouldLoseNothingSilentlyWithAnyOneFile() throws IOException {
        for (Path file : files(directory)) {
            Path relative = directory.relativize(file);
            Path partly = temporary.resolve("partly");
            FaultRun.delete(partly);
            copy(directory, partly);
            FaultRun.delete(partly.resolve(relative));
            requireNothingLostSilently(relative.toString(), partly);
        }
    }

    @Test
    void shouldLoseNothingSilentlyWithWholeDirectories() throws IOException {
        for (List<String> gone : List.of(
                List.of("log"),
                List.of("log/0000000001"),
                List.of("log/0000000002"),
                List.of("log/0000000003"),
                List.of("log/0000000002", "log/0000000003"),
                List.of("log", "watermark"),
                List.of("log", "checkpoint"))) {
            Path partly = temporary.resolve("partly");
            FaultRun.delete(partly);
            copy(directory, partly);
            for (String name : gone) {
                FaultRun.delete(partly.resolve(name));
            }
            requireNothingLostSilently(gone.toString(), partly);
        }
    }

    private static void requireNothingLostSilently(String gone, Path partly) {
        try (Cairn cairn = Cairn.open(partly, OPTIONS)) {
            for (int epoch = 0; epoch < 3; epoch++) {
                assertThat(cairn.tasks().get("t-" + epoch + "-0"))
                        .as("opened without %s", gone)
                        .isPresent();
                assertThat(cairn.tasks().get("end-" + epoch))
                        .as("opened without %s", gone)
                        .isPresent();
            }
        } catch (DamagedLogException | DataDirectoryException e) {
            assertThat(e.getMessage()).as("refused without %s", gone).contains("expected");
        }
    }

    private static CairnException refusal(Path directory, CairnOptions options) {
        try (Cairn cairn = Cairn.open(directory, options)) {
            throw new AssertionError("expected a refusal, was open at " + cairn.watermarks());
        } catch (CairnException e) {
            return e;
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void copy(Path from, Path to) {
        TestDirectories.copyAsIfKilled(from, to);
    }
}
