package dev.cairn.internal.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.NotReadyException;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.internal.recovery.LaneSettings;
import dev.cairn.internal.segment.Segment;
import dev.cairn.lease.Grant;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replay by several threads gives, byte for byte, what replay by one gives: state, operations, and what indexes are told. */
class LanedReplayTest {
    private static final LaneSettings ONE = new LaneSettings(1, 1, 1);

    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .projection(false)
            .inlineBytesMax(512)
            .operationsMin(100)
            .imageInterval(5)
            .build();

    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldComeToTheSameStateAsOneThread(long seed) throws IOException {
        Random random = new Random(seed);
        Path directory = write(random, 1 + random.nextInt(3), 2_000);
        assertSame(directory, random, "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void shouldComeToTheSameStateOverDamage(long seed) throws IOException {
        Random random = new Random(seed);
        Path directory = write(random, 2, 2_500);
        int damaged = 1 + random.nextInt(12);
        for (int i = 0; i < damaged; i++) {
            damage(directory, random);
        }
        assertThat(assertSame(directory, random, "seed " + seed).damages).isPositive();
    }

    @Test
    void shouldThrowWhatALaneThrowsAndLeaveNoThreadBehind() throws IOException {
        Path directory = write(new Random(21), 1, 3_000);
        for (LaneSettings settings : List.of(ONE, new LaneSettings(3, 1, 64), new LaneSettings(3, 1, 1 << 16))) {
            ReplayedLog log = new ReplayedLog(directory, OPTIONS, settings);
            log.failEvolveAt = 1_500;
            assertThatThrownBy(log::replay)
                    .isInstanceOf(ReplayedLog.Planned.class)
                    .hasMessage("evolve");
            log.close();
        }
        assertThat(laneThreads()).isEmpty();
    }

    @Test
    void shouldThrowWhatAnIndexThrowsAndLeaveNoThreadBehind() throws IOException {
        Path directory = write(new Random(22), 1, 3_000);
        for (LaneSettings settings : List.of(ONE, new LaneSettings(3, 1, 64))) {
            ReplayedLog log = new ReplayedLog(directory, OPTIONS, settings);
            log.failInstalledAt = 10;
            assertThatThrownBy(log::replay)
                    .isInstanceOf(ReplayedLog.Planned.class)
                    .hasMessage("installed");
            log.close();
        }
        assertThat(laneThreads()).isEmpty();
    }

    @Test
    void shouldBeStoppedByAnInterruptLikeOneThread() throws IOException {
        Path directory = write(new Random(23), 1, 6_000);
        for (LaneSettings settings : List.of(ONE, new LaneSettings(3, 1, 64))) {
            ReplayedLog log = new ReplayedLog(directory, OPTIONS, settings);
            log.interruptAt = 10;
            assertThatThrownBy(log::replay).isInstanceOf(NotReadyException.class);
            assertThat(Thread.interrupted()).isTrue();
            log.close();
        }
        assertThat(laneThreads()).isEmpty();
    }

    @Test
    void shouldGoOnFromACheckpointOfAnyState() throws IOException {
        Path directory = write(new Random(24), 1, 4_000);
        ReplayedLog one = replay(directory, ONE);
        ReplayedLog inParts = new ReplayedLog(directory, OPTIONS, new LaneSettings(2, 700, 64));
        inParts.replayInParts(new Random(25), 1_400);
        inParts.assertEqualTo(one, "in parts");
        one.close();
        inParts.close();
    }

    /** @return the log as one thread replayed it, closed */
    private ReplayedLog assertSame(Path directory, Random random, String what) throws IOException {
        ReplayedLog one = replay(directory, ONE);
        int[] rounds = {1, 7, 500, 1 << 16};
        for (int lanes = 2; lanes <= 4; lanes++) {
            int round = rounds[random.nextInt(rounds.length)];
            ReplayedLog several = replay(directory, new LaneSettings(lanes, 1, round));
            several.assertEqualTo(one, what + ", " + lanes + " lanes, rounds of " + round);
            several.close();
        }
        one.close();
        return one;
    }

    private static ReplayedLog replay(Path directory, LaneSettings settings) throws IOException {
        ReplayedLog log = new ReplayedLog(directory, OPTIONS, settings);
        log.replay();
        return log;
    }

    private static List<String> laneThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter("cairn-replay"::equals)
                .toList();
    }

    /** Writes a log of all kinds, through so many lives of which all but the last end in a kill. */
    private Path write(Random random, int lives, int recordsEach) {
        Path directory = temporary.resolve("life-0");
        for (int life = 0; life < lives; life++) {
            Path killed = temporary.resolve("life-" + (life + 1));
            try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
                List<Grant> grants = new ArrayList<>();
                for (int i = 0; i < recordsEach; i++) {
                    try {
                        write(cairn, random, grants);
                    } catch (CairnException refused) {
                        assertThat(refused).isNotInstanceOf(DamagedLogException.class);
                    }
                }
                if (life < lives - 1) {
                    TestDirectories.copyAsIfKilled(directory, killed);
                }
            }
            directory = life < lives - 1 ? killed : directory;
        }
        return directory;
    }

    private static void write(Cairn cairn, Random random, List<Grant> grants) {
        String id = "t" + (int) Math.abs(random.nextGaussian() * 40);
        WriteOptions options = random.nextInt(3) > 0
                ? WriteOptions.defaults()
                : WriteOptions.defaults().withOperation("op" + random.nextInt(2_000));
        switch (random.nextInt(12)) {
            case 0 -> cairn.tasks().delete(id, options);
            case 1 -> cairn.log().append(NewRecord.of("notes", id, metadata(random)), options);
            case 2 ->
                grants.add(cairn.leases().acquire("task:" + id, "me", Duration.ofDays(1), Duration.ZERO, options));
            case 3 -> {
                if (!grants.isEmpty()) {
                    Grant grant = grants.remove(random.nextInt(grants.size()));
                    cairn.leases().release(grant.lease(), grant.token());
                }
            }
            case 4, 5, 6, 7 ->
                cairn.tasks().create(NewTask.of(id).metadata(metadata(random)).priority(random.nextInt(9)), options);
            default ->
                cairn.tasks()
                        .patch(
                                id,
                                TaskPatch.empty().metadata(metadata(random)).queue("q" + random.nextInt(3)),
                                options);
        }
    }

    /** Some of it makes an entity too large to be kept in memory. */
    private static String metadata(Random random) {
        int bytes = random.nextInt(4) == 0 ? random.nextInt(3_000) : random.nextInt(60);
        return "{\"k" + random.nextInt(3) + "\":\"" + "x".repeat(bytes) + "\"}";
    }

    /** Changes some bytes within the records of a segment that is not the last. */
    private static void damage(Path directory, Random random) throws IOException {
        List<Segment> segments = ReplayedLog.segments(directory);
        Segment segment = segments.get(random.nextInt(segments.size() - 1));
        try (RandomAccessFile file = new RandomAccessFile(segment.file().toFile(), "rw")) {
            byte[] bytes = new byte[1 + random.nextInt(random.nextBoolean() ? 4 : 2_000)];
            random.nextBytes(bytes);
            file.seek(4_096L + random.nextInt(segment.endPosition() - 8_192));
            file.write(bytes);
        }
    }
}
