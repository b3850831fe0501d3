package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.task.NewTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
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
    static Path made;

    @TempDir
    Path temporary;

    private static Path directory;
    private static Path older;
    private static List<LogRecord> written;
    private static UUID installation;

    /** The copy that a test takes something from. */
    private Path changed;

    /** Three epochs of several segments each; {@code older} is a copy from before the third. */
    @BeforeAll
    static void fill() throws IOException {
        directory = made.resolve("data");
        older = made.resolve("older");
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
                cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(10));
                written = readAll(cairn, 0);
            }
        }
    }

    @BeforeEach
    void nameTheCopy() {
        changed = temporary.resolve("changed");
    }

    @Test
    void shouldRefuseAnEmptiedDirectoryUnderAnIdentity() throws IOException {
        CairnOptions expecting = FaultRun.options().identity(installation).build();
        assertThat(refusal(changed, expecting)).hasMessageContaining(installation.toString());
        Files.createDirectories(changed);
        assertThat(refusal(changed, expecting)).hasMessageContaining(installation.toString());
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
    @ValueSource(strings = {"watermark", "checkpoint", "projection.db", "clean"})
    void shouldRefuseALogThatIsOlderThan(String witness) throws IOException {
        copy(older, changed);
        FaultRun.delete(changed.resolve(witness));
        copy(directory.resolve(witness), changed.resolve(witness));
        requireLossNamedAndAccepted(Set.of(3));
    }

    @Test
    void shouldRefuseAnOlderCopyOfTheLog() throws IOException {
        copy(directory, changed);
        FaultRun.delete(changed.resolve("log"));
        copy(older.resolve("log"), changed.resolve("log"));
        requireLossNamedAndAccepted(Set.of(3));
    }

    /** One single file beside the log is left to tell that there was one. */
    @ParameterizedTest
    @ValueSource(strings = {"watermark", "checkpoint", "projection.db", "clean"})
    void shouldRefuseAnEmptyLogBeside(String witness) throws IOException {
        copy(directory, changed);
        for (String name : List.of("log", "watermark", "checkpoint", "projection.db", "clean", "control")) {
            if (!name.equals(witness)) {
                FaultRun.delete(changed.resolve(name));
            }
        }
        requireLossNamedAndAccepted(Set.of(1, 2, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "3", "1 2", "2 3", "1 3", "1 2 3"})
    void shouldRefuseALogWithoutEpochs(String epochs) throws IOException {
        copy(directory, changed);
        Set<Integer> gone = new HashSet<>();
        for (String epoch : epochs.split(" ")) {
            gone.add(Integer.parseInt(epoch));
            FaultRun.delete(changed.resolve("log/000000000" + epoch));
        }
        requireLossNamedAndAccepted(gone);
    }

    /** Nothing tells what there was, but that there was something. */
    @Test
    void shouldRefuseAnIdentityAlone() throws IOException {
        Files.createDirectories(changed);
        Files.copy(directory.resolve("identity"), changed.resolve("identity"));
        assertThat(refusal(changed, OPTIONS))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("expected the log and the watermark")
                .hasMessageEndingWith("to begin an empty log here, delete " + changed.resolve("identity"));
        Files.delete(changed.resolve("identity"));
        try (Cairn cairn = Cairn.open(changed, OPTIONS)) {
            assertThat(cairn.installation()).isNotEqualTo(installation);
        }
    }

    /** Not even the identity is left: what is tells that there was a log all the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOCK",
                "watermark",
                "checkpoint",
                "projection.db",
                "clean",
                "control",
                "reserve",
                "quarantine",
                "log"
            })
    void shouldRefuseADirectoryOfWhichIsLeft(String witness) throws IOException {
        Files.createDirectories(changed);
        if (witness.equals("quarantine") || witness.equals("log")) {
            Files.createDirectories(changed.resolve(witness));
        } else if (witness.equals("LOCK")) {
            Files.copy(directory.resolve(witness), changed.resolve(witness)); // which a copy of the whole leaves out
        } else {
            copy(directory.resolve(witness), changed.resolve(witness));
        }
        assertThat(refusal(changed, OPTIONS))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining(
                        "expected segments of a log, the watermark and the file identity, was only [" + witness + "]")
                .hasMessageEndingWith("to begin an empty log here, delete what is left");
        assertThat(refusal(changed, OPTIONS)).as("once more").isInstanceOf(DataDirectoryException.class);
        FaultRun.delete(changed.resolve(witness));
        Cairn.open(changed, OPTIONS).close();
    }

    /** Names that are Cairn's are those of others too: nothing of theirs is to be deleted. */
    @Test
    void shouldTakeADirectoryForForeignInWhichSomethingIsNotCairns() throws IOException {
        for (String name : List.of("backups", "clean", "log", "mail")) {
            Files.createDirectories(changed.resolve(name));
        }
        assertThat(refusal(changed, OPTIONS))
                .hasMessageContaining("expected an empty directory or one of Cairn's, was one that holds [backups,")
                .hasMessageNotContaining("delete");
        Files.createDirectories(temporary.resolve("lock/LOCK"));
        assertThat(refusal(temporary.resolve("lock"), OPTIONS)).isInstanceOf(DataDirectoryException.class);
    }

    /** Cut off before the directory was anybody's. */
    @Test
    void shouldBeginWhereAnOpeningEndedBeforeItHadAnIdentity() throws IOException {
        Files.createDirectories(changed);
        Files.writeString(changed.resolve("LOCK"), "pid 1 on elsewhere");
        Files.write(changed.resolve("watermark"), new byte[4_096]);
        Files.writeString(changed.resolve("identity.tmp"), "cut");
        Cairn.open(changed, OPTIONS).close();
    }

    @Test
    void shouldNameTheWayBackWhereOnlyTheIdentityIsGone() throws IOException {
        copy(directory, changed);
        FaultRun.delete(changed.resolve("identity"));
        assertThat(refusal(changed, OPTIONS))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("expected the file identity beside the log, was missing")
                .hasMessageContaining("cairn replay --apply --data " + changed);
    }

    /** What is missing is named, and accepting exactly that opens the directory with the rest as it was. */
    private void requireLossNamedAndAccepted(Set<Integer> goneEpochs) {
        CairnException refusal = refusal(changed, OPTIONS);
        assertThat(refusal).isInstanceOf(DamagedLogException.class);
        String message = String.valueOf(refusal.getMessage());
        assertThat(message)
                .contains("expected")
                .containsPattern("cairn serve --data " + changed + " --accept-data-loss [0-9a-f]{8}$");
        String id = message.substring(message.length() - 8);
        assertThat(refusal(changed, accepting("00000000"))).hasMessage(message);
        try (Cairn cairn = Cairn.open(changed, accepting(id))) {
            written.forEach(record -> {
                if (goneEpochs.contains(record.epoch())) {
                    assertThat(catchThrowable(
                                    () -> cairn.log().read(record.offset(), record.offset() + 1, LogFilter.all(), 1)))
                            .as("reading %s", record)
                            .isInstanceOf(GoneException.class);
                } else {
                    assertThat(read(cairn, record.offset())).isEqualTo(record);
                }
            });
            long lastWritten = written.get(written.size() - 1).offset();
            Receipt receipt = cairn.tasks()
                    .create(NewTask.of("afterwards"), WriteOptions.defaults().withAck(Ack.DURABLE));
            assertThat(receipt.offset()).isGreaterThan(lastWritten);
            assertThat(readAll(cairn, lastWritten + 1))
                    .extracting(LogRecord::type)
                    .contains("RecoveryPerformed");
        }
        try (Cairn cairn = Cairn.open(changed, OPTIONS)) {
            assertThat(cairn.tasks().get("afterwards")).isPresent();
        }
    }

    private static CairnOptions accepting(String id) {
        return FaultRun.options().projection(true).acceptDataLoss(id).build();
    }

    static LogRecord read(Cairn cairn, long offset) {
        return cairn.log()
                .read(offset, offset + 1, LogFilter.all(), 1)
                .records()
                .get(0);
    }

    static List<LogRecord> readAll(Cairn cairn, long from) {
        List<LogRecord> records = new ArrayList<>();
        for (long next = from; next <= cairn.watermarks().durableOffset(); ) {
            try {
                LogPage page = cairn.log().read(next, Long.MAX_VALUE, LogFilter.all(), 1_000);
                records.addAll(page.records());
                next = page.next();
            } catch (GoneException e) {
                next = e.resumeFrom();
            }
        }
        return records;
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
