package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.harness.SmallDisk;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.Subscription;
import dev.cairn.task.NewTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories as containers, backups and mounts leave them. */
class StrangeDirectoryTest {
    private static final CairnOptions OPTIONS = FaultRun.options().build();

    @TempDir
    Path temporary;

    /** In a container the process that left the lock and the one that finds it have the same number. */
    @Test
    void shouldPassOverALockThatAQueueLeftUnderOurOwnNumber() throws IOException {
        Path directory = temporary.resolve("data");
        Path killed = temporary.resolve("killed");
        for (int epoch = 0; epoch < 2; epoch++) {
            try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
                cairn.tasks()
                        .create(NewTask.of("t" + epoch), WriteOptions.defaults().withAck(Ack.DURABLE));
                if (epoch == 1) {
                    TestDirectories.copyAsIfKilled(directory, killed);
                }
            }
        }
        Path locked = lockedMetadata();
        for (String epoch : List.of("0000000001", "0000000002")) {
            Path planted = killed.resolve("log").resolve(epoch).resolve("metadata.cq4t");
            Files.deleteIfExists(planted);
            Files.copy(locked, planted);
        }
        long started = System.nanoTime();
        try (Cairn cairn = Cairn.open(killed, OPTIONS)) {
            assertThat(cairn.tasks().get("t1")).isPresent();
            cairn.tasks().create(NewTask.of("t2"), WriteOptions.defaults().withAck(Ack.DURABLE));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
    }

    /** The table of a queue whose write lock this process holds. */
    private Path lockedMetadata() throws IOException {
        Path queueDirectory = temporary.resolve("queue");
        Path copy = temporary.resolve("locked.cq4t");
        try (ChronicleQueue queue =
                        SingleChronicleQueueBuilder.binary(queueDirectory).build();
                ExcerptAppender appender = queue.createAppender();
                DocumentContext document = appender.writingDocument()) { // holds the lock
            Files.copy(queueDirectory.resolve("metadata.cq4t"), copy);
            document.rollbackOnClose();
        }
        return copy;
    }

    /** Files are copied at different moments: what was durable before is there, or the copy says that it is not whole. */
    @Test
    void shouldOpenACopyOfARunningDirectoryWholeOrNotAtAll() throws Exception {
        Path directory = temporary.resolve("data");
        AtomicBoolean stop = new AtomicBoolean();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            Thread writer = new Thread(() -> {
                for (int i = 0; !stop.get(); i++) {
                    Ack ack = i % 20 == 0 ? Ack.DURABLE : Ack.ACCEPTED;
                    cairn.tasks()
                            .create(NewTask.of("t" + i), WriteOptions.defaults().withAck(ack));
                }
            });
            writer.start();
            try {
                for (int i = 0; i < 5; i++) {
                    long wanted = i * 100L;
                    Awaitility.await().until(() -> cairn.watermarks().durableOffset() > wanted);
                    requireWholeOrRefused(cairn, directory, temporary.resolve("copy-" + i));
                }
            } finally {
                stop.set(true);
                writer.join();
            }
        }
    }

    private static void requireWholeOrRefused(Cairn cairn, Path directory, Path copy) throws Exception {
        long durable = cairn.watermarks().durableOffset();
        new ProcessBuilder("cp", "-r", "--sparse=always", directory.toString(), copy.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD) // a prepared segment may be renamed meanwhile
                .start()
                .waitFor();
        try (Cairn copied = Cairn.open(copy, OPTIONS)) {
            List<LogRecord> expected =
                    cairn.log().read(0, durable + 1, LogFilter.all(), 10_000).records();
            assertThat(copied.log()
                            .read(0, durable + 1, LogFilter.all(), 10_000)
                            .records())
                    .isEqualTo(expected);
        } catch (DamagedLogException | DataDirectoryException e) {
            assertThat(e).hasMessageContaining("expected");
        }
        FaultRun.delete(copy);
    }

    @Test
    void shouldReadWhatItMayNotWrite() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(temporary.resolve("disk"), 16)) {
            Path directory = temporary.resolve("disk/data");
            try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
                for (int i = 0; i < 60; i++) {
                    cairn.tasks().create(NewTask.of("t" + i));
                }
            }
            try (SmallDisk view = disk.readOnlyView(temporary.resolve("view"))) {
                requireReading(view.resolve("data"));
            }
            Cairn.open(directory, OPTIONS).close();
        }
    }

    private static void requireReading(Path directory) {
        assertThatThrownBy(() -> Cairn.open(directory, OPTIONS).close())
                .isInstanceOfSatisfying(
                        DataDirectoryException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(DataDirectoryException.Reason.INACCESSIBLE));
        CairnOptions readOnly = CairnOptions.builder().readOnly(true).build();
        List<LogRecord> tailed = new CopyOnWriteArrayList<>();
        try (Cairn cairn = Cairn.open(directory, readOnly);
                Subscription tail = cairn.log().subscribe(From.beginning(), tailed::add)) {
            assertThat(cairn.tasks().get("t59")).isPresent();
            assertThat(cairn.health().ready()).isTrue();
            Awaitility.await().until(() -> tail.failure() != null || tailed.size() == 61);
            assertThat(tail.failure()).isNull();
        }
    }

    /** A copy is a directory of its own, though both bear one identity: neither sees what the other writes. */
    @Test
    void shouldNotMixADirectoryWithItsCopy() {
        Path directory = temporary.resolve("data");
        Path copy = temporary.resolve("copy");
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.tasks().create(NewTask.of("before"));
        }
        TestDirectories.copyAsIfKilled(directory, copy);
        for (int round = 0; round < 2; round++) {
            try (Cairn first = Cairn.open(directory, OPTIONS);
                    Cairn second = Cairn.open(copy, OPTIONS)) {
                assertThat(second.installation()).isEqualTo(first.installation());
                first.tasks()
                        .create(
                                NewTask.of("first-" + round),
                                WriteOptions.defaults().withAck(Ack.DURABLE));
                second.tasks()
                        .create(
                                NewTask.of("second-" + round),
                                WriteOptions.defaults().withAck(Ack.DURABLE));
                for (Cairn each : List.of(first, second)) {
                    assertThat(each.tasks().get("before")).isPresent();
                    assertThat(each.tasks().get("first-" + round).isPresent()).isEqualTo(each == first);
                    assertThat(each.tasks().get("second-" + round).isPresent()).isEqualTo(each == second);
                    assertThat(each.tasks().get("first-0").isPresent()).isEqualTo(each == first);
                }
            }
        }
    }

    /** It holds nothing of the log, is left alone, and its number is given to no epoch. */
    @ParameterizedTest
    @ValueSource(strings = {"0000000001", "0000000002", "0000000009", "9"})
    void shouldPassOverAFileInThePlaceOfAnEpoch(String name) throws IOException {
        Path directory = temporary.resolve("data");
        Path strange = directory.resolve("log").resolve(name);
        if (name.equals("0000000001")) {
            Files.createDirectories(strange.getParent());
            Files.writeString(strange, "notes");
            Files.write(directory.resolve("watermark"), new byte[4_096]);
            new Identity(UUID.randomUUID(), 0).write(new LogDirectory(directory));
        }
        for (int i = 0; i < 3; i++) {
            try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
                cairn.tasks()
                        .create(NewTask.of("t" + i), WriteOptions.defaults().withAck(Ack.DURABLE));
                assertThat(cairn.tasks().get("t0")).isPresent();
            }
            Files.writeString(strange, "notes");
            Verification verified = Verification.of(directory, true, Progress.NONE);
            assertThat(verified.findings()).singleElement().satisfies(found -> {
                assertThat(found.file()).isEqualTo(Path.of("log", name));
                assertThat(found.severity()).isEqualTo(Severity.NOTE);
            });
            assertThat(Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE)
                            .isDue())
                    .isFalse();
        }
        assertThat(strange).hasContent("notes");
    }

    /** A crash while the identity was written leaves a directory that is nobody's yet. */
    @Test
    void shouldBeginAnewWhereTheFirstOpeningWasCutOff() throws IOException {
        Path directory = Files.createDirectories(temporary.resolve("data"));
        Files.write(directory.resolve("identity.tmp"), new byte[10]);
        Files.write(directory.resolve("watermark"), new byte[4_096]);
        Cairn.open(directory, OPTIONS).close();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("identity.tmp");
        }
    }

    /** Nobody can hold it then, and it may be somebody's: the opening says what to do, and so does verification. */
    @Test
    void shouldSayThatADirectoryLiesInThePlaceOfTheLock() throws IOException {
        Path directory = temporary.resolve("data");
        Cairn.open(directory, OPTIONS).close();
        FaultRun.delete(directory.resolve("LOCK"));
        Files.createDirectory(directory.resolve("LOCK"));
        assertThatThrownBy(() -> Cairn.open(directory, OPTIONS).close())
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining(
                        "expected a lock file, was a directory; move it away: " + directory.resolve("LOCK"));
        assertThat(Verification.of(directory, false, Progress.NONE).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.affects()).contains("every opening for writing"));
    }

    /** Whatever came to lie in the place of a file is kept, out of the way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "watermark",
                "clean",
                "control",
                "reserve",
                "checkpoint/state.checkpoint",
                "projection.db",
                "log/0000000001/metadata.cq4t"
            })
    void shouldOpenBesideADirectoryInThePlaceOf(String name) throws IOException {
        Path directory = temporary.resolve("data");
        CairnOptions options = FaultRun.options().projection(true).build();
        try (Cairn cairn = Cairn.open(directory, options)) {
            cairn.tasks().create(NewTask.of("before"));
        }
        FaultRun.delete(directory.resolve(name));
        Files.createDirectories(directory.resolve(name));
        Files.writeString(directory.resolve(name).resolve("something"), "of somebody");
        for (int i = 0; i < 2; i++) {
            try (Cairn cairn = Cairn.open(directory, options)) {
                assertThat(cairn.tasks().get("before")).isPresent();
                cairn.tasks().create(NewTask.of("then-" + i));
            }
        }
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(file -> file.endsWith("something")))
                    .as("kept")
                    .containsExactly(directory
                            .resolve("quarantine")
                            .resolve(Path.of(name).getFileName())
                            .resolve("something"));
        }
    }
}
