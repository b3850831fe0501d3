package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.OutOfSpaceException;
import dev.cairn.Receipt;
import dev.cairn.StateRoot;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.harness.SmallDisk;
import dev.cairn.harness.Trials;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.Subscription;
import dev.cairn.task.NewTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * G9: the disk is full after so many pages more, from none upwards. 20 points in a build, any number by {@code
 * -Dcairn.trials}; some have a projection.
 */
class DiskFullTest {
    /** Room enough, without the ballast, for the log, the rows made from it, and SQLite's log of making them. */
    private static final int DISK_MEGABYTES = 48;

    private static final long FREE_MAX_BYTES = 5 << 20;
    private static final int RESERVE_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4 << 10;
    private static final int WRITE_BYTES_MAX = 12 << 10;
    /** In so many points one has a projection, which makes it slow: it waits before it tries again. */
    private static final int PROJECTED_EVERY = 4;

    @TempDir
    Path temporary;

    private final Map<String, Long> acknowledged = new HashMap<>();
    private boolean projected;

    @Test
    void shouldRefuseWritesAndNothingElseWhileTheDiskIsFull() throws IOException {
        Trials trials = Trials.of("a full disk", 20);
        SmallDisk.mount(temporary.resolve("disk"), DISK_MEGABYTES).close(); // or the test is skipped
        trials.run(random -> {
            long free = random.nextLong(FREE_MAX_BYTES / PAGE_BYTES) * PAGE_BYTES;
            // A new one each time: files that are deleted while memory is mapped to them take room until that is
            // collected.
            try (SmallDisk disk = SmallDisk.mount(temporary.resolve("disk"), DISK_MEGABYTES)) {
                fillUpAndGoOn(disk, free, random);
            } catch (CairnException | AssertionError e) {
                throw new AssertionError(free + " bytes free: " + e, e);
            }
        });
    }

    /** What recovery writes has a reserve: also a directory that was killed on a full disk opens for writing. */
    @Test
    void shouldOpenOnAFullDiskAfterAKill() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(temporary.resolve("disk"), DISK_MEGABYTES)) {
            Path killed = disk.resolve("killed");
            CairnOptions options = FaultRun.options().build();
            Path elsewhere = temporary.resolve("data"); // what is deleted there gives no room to this disk
            try (Cairn cairn = Cairn.open(elsewhere, options)) {
                for (int i = 0; i < 120; i++) {
                    acknowledged.put(
                            "t" + i, cairn.tasks().create(NewTask.of("t" + i)).offset());
                }
                cairn.sync();
                TestDirectories.copyAsIfKilled(elsewhere, killed);
            }
            removeManifests(killed);
            Path reserve = killed.resolve("reserve");
            assertThat(Files.size(reserve)).isEqualTo(RESERVE_BYTES);
            Files.delete(reserve);
            disk.leave(0);
            assertThatThrownBy(() -> Cairn.open(killed, options).close())
                    .isInstanceOf(OutOfSpaceException.class)
                    .hasMessageContaining("expected room to open it for writing");
            disk.leave(RESERVE_BYTES);
            Files.write(reserve, new byte[RESERVE_BYTES]);
            disk.leave(0);
            // Recovery gives back what was reserved for more records; these segments need more than that.
            CairnOptions roomy = FaultRun.options().segmentBytesMax(16 << 20).build();
            try (Cairn cairn = Cairn.open(killed, roomy)) {
                requireAcknowledged(cairn);
                assertThat(refusal(cairn, "more", new Random(1))).isInstanceOf(OutOfSpaceException.class);
            }
            disk.release();
            Cairn.open(killed, options).close();
            assertThat(Files.size(reserve)).isEqualTo(RESERVE_BYTES);
        }
    }

    /** As after a kill before anything was sealed. */
    private static void removeManifests(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".manifest")).toList()) {
                Files.delete(file);
            }
        }
    }

    private void fillUpAndGoOn(SmallDisk disk, long free, Random random) throws IOException {
        Path directory = temporary.resolve("disk/data");
        acknowledged.clear();
        projected = random.nextInt(PROJECTED_EVERY) == 0;
        CairnOptions options =
                TestDirectories.smallSegments().projection(projected).build();
        StateRoot root;
        try (Cairn cairn = Cairn.open(directory, options)) {
            for (int i = 0; i < 20; i++) {
                write(cairn, "early-" + i, random);
            }
            if (projected && random.nextBoolean()) {
                cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(10));
            }
            disk.leave(free);
            try (Subscription tail = cairn.log().subscribe(From.beginning(), record -> {})) {
                writeUntilRefused(cairn, random);
                requireService(cairn, tail);
            }
            if (random.nextBoolean()) {
                disk.release();
                requireRecovery(cairn, random);
            }
            root = cairn.stateRoot();
        }
        openOnTheFullDisk(directory, options, root, random);
        disk.release();
        try (Cairn cairn = Cairn.open(directory, options)) {
            requireAcknowledged(cairn);
            requireRecovery(cairn, random);
            root = cairn.stateRoot();
        }
        CairnOptions replaying = TestDirectories.smallSegments()
                .projection(false)
                .useCheckpoint(false)
                .build();
        try (Cairn cairn = Cairn.open(directory, replaying)) {
            assertThat(cairn.stateRoot()).isEqualTo(root);
        }
        FaultRun.delete(directory);
    }

    private void write(Cairn cairn, String id, Random random) {
        String text = "x".repeat(1 + random.nextInt(WRITE_BYTES_MAX));
        Ack ack = random.nextInt(4) == 0 ? Ack.DURABLE : Ack.ACCEPTED;
        NewTask task = NewTask.of(id).metadata("{\"text\":\"" + text + "\"}");
        Receipt receipt = cairn.tasks().create(task, WriteOptions.defaults().withAck(ack));
        acknowledged.put(id, receipt.offset());
    }

    /** Returns when a write was refused, which a full disk does in the end. */
    private void writeUntilRefused(Cairn cairn, Random random) {
        for (int i = 0; ; i++) {
            long end = cairn.watermarks().endOffset();
            CairnException refusal = refusal(cairn, "t" + i, random);
            if (refusal != null) {
                assertThat(refusal).isInstanceOf(OutOfSpaceException.class);
                assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
                assertThat(cairn.tasks().get("t" + i)).isEmpty();
                return;
            }
        }
    }

    private @Nullable CairnException refusal(Cairn cairn, String id, Random random) {
        try {
            write(cairn, id, random);
            return null;
        } catch (CairnException e) {
            return e;
        }
    }

    private void requireService(Cairn cairn, Subscription tail) {
        assertThat(cairn.health().ready()).isTrue();
        assertThat(cairn.health().warnings()).anyMatch(warning -> warning.contains("low disk"));
        requireAcknowledged(cairn);
        cairn.sync();
        long durable = cairn.watermarks().durableOffset();
        assertThat(durable).isEqualTo(cairn.watermarks().endOffset() - 1);
        assertThat(cairn.log().read(0, Long.MAX_VALUE, LogFilter.all(), 10).records())
                .hasSize(10);
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> tail.position() > durable);
        assertThat(tail.failure()).isNull();
    }

    private void requireAcknowledged(Cairn cairn) {
        acknowledged.forEach((id, offset) -> assertThat(cairn.tasks().get(id))
                .as("task %s of offset %d", id, offset)
                .hasValueSatisfying(task -> assertThat(task.revision()).isEqualTo(offset)));
    }

    /** With room again writes are taken and the projection catches up, and nobody has to do anything. */
    private void requireRecovery(Cairn cairn, Random random) {
        String id = "late-" + acknowledged.size();
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> refusal(cairn, id, random) == null);
        cairn.sync();
        long durable = cairn.watermarks().durableOffset();
        if (projected) {
            assertThat(cairn.projectionRoot(durable, Duration.ofSeconds(60)).kinds())
                    .containsEntry("task", cairn.stateRoot().kinds().get("task"));
        }
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> cairn.health().warnings().stream()
                        .noneMatch(warning -> warning.contains("sealed") || warning.contains("projection")));
    }

    /** Reading always works; writing may be refused for want of room, or be taken as far as there is some. */
    private void openOnTheFullDisk(Path directory, CairnOptions options, StateRoot root, Random random) {
        CairnOptions readOnly = CairnOptions.builder().readOnly(true).build();
        try (Cairn reader = Cairn.open(directory, readOnly)) {
            requireAcknowledged(reader);
            assertThat(reader.stateRoot()).isEqualTo(root);
        }
        try (Cairn cairn = Cairn.open(directory, options)) {
            requireAcknowledged(cairn);
            CairnException refusal = refusal(cairn, "again", random);
            assertThat(refusal)
                    .satisfiesAnyOf(
                            taken -> assertThat(taken).isNull(),
                            refused -> assertThat(refused).isInstanceOf(OutOfSpaceException.class));
        } catch (OutOfSpaceException e) {
            assertThat(e).hasMessageContaining("expected room to open it for writing");
        }
    }
}
