package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.harness.Told.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that writes, again and again, at random moments and at named points, and holds what it finds afterwards
 * against a ledger that the process never saw. A trial is one kill; directories live for some kills and then end with a clean
 * close. A kill of one seed is made with the same intent each time, but the processes' own pace decides what it hits.
 */
class KillLoopTest {
    private static final int KILLS_IN_BUILD = 30;
    private static final int KILLS_OF_LIFE = 15;
    private static final int CLIENTS = 4;
    private static final int UNFORCED_RECORDS_MAX = 2_000;

    @TempDir
    Path root;

    private final Map<Point, Integer> kills = new EnumMap<>(Point.class);
    private @Nullable ChildProcess spare;
    private Ledger ledger = new Ledger(new Workload(0, 0, 1));
    private Workload workload = new Workload(0, 0, 1);
    private Path data = Path.of("");
    private int lives;
    private int killsOfLife = KILLS_OF_LIFE;
    private long acknowledgements;
    private long openingMillis = 400;

    /** Where a process is killed. */
    private enum Point {
        WORKING,
        ROLLING,
        OPENING,
        CLOSING,
        REBUILDING
    }

    @Test
    void shouldKeepEveryAcknowledgedWriteThroughKills() throws Exception {
        try {
            Trials trials = Trials.of("kill loop", KILLS_IN_BUILD);
            int acksMin = trials.count() > KILLS_IN_BUILD ? 5_000 : 300;
            trials.run(random -> kill(random, acksMin + random.nextInt(acksMin * 3)));
            endLife();
            System.out.printf(
                    "kill loop: kills %s, %,d acknowledged writes, %d directories%n", kills, acknowledgements, lives);
        } finally {
            if (spare != null) {
                spare.close();
            }
        }
    }

    private void kill(Random random, int acks) throws IOException, InterruptedException {
        if (killsOfLife == KILLS_OF_LIFE) {
            endLife();
            beginLife(random);
        }
        killsOfLife++;
        Point point = point(random.nextInt(100));
        kills.merge(point, 1, Integer::sum);
        try (ChildProcess child = child()) {
            boolean reopen = random.nextInt(4) == 0;
            child.send(orders(random.nextInt(4) > 0, reopen));
            await(child, Place.OPENING);
            if (point == Point.OPENING) {
                TimeUnit.MILLISECONDS.sleep(random.nextLong(openingMillis + openingMillis / 4 + 1));
            } else {
                check(child);
                child.send("work" + ledger.progress());
                spare = ChildProcess.start(root);
                long target = ledger.acknowledgements() + acks;
                while (ledger.acknowledgements() < target) {
                    take(child.next(), child);
                }
                come(child, point, random);
            }
            child.kill();
            drain(child);
        }
    }

    private static Point point(int percent) {
        if (percent < 45) {
            return Point.WORKING;
        } else if (percent < 60) {
            return Point.ROLLING;
        } else if (percent < 80) {
            return Point.OPENING;
        }
        return percent < 93 ? Point.CLOSING : Point.REBUILDING;
    }

    private void come(ChildProcess child, Point point, Random random) throws IOException, InterruptedException {
        switch (point) {
            case ROLLING -> {
                await(child, Place.ROLLED);
                TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
            }
            case CLOSING -> {
                child.send("close");
                await(child, Place.CLOSING);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(80));
            }
            case REBUILDING -> {
                child.send("rebuild");
                await(child, Place.REBUILDING);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(50));
            }
            default -> TimeUnit.MICROSECONDS.sleep(random.nextInt(2_000));
        }
    }

    private ChildProcess child() throws IOException {
        ChildProcess child = spare == null ? ChildProcess.start(root) : spare;
        spare = null;
        return child;
    }

    private String orders(boolean useCheckpoint, boolean reopen) {
        return "open directory=" + data + " seed=" + workload.seed() + " clients=" + CLIENTS + " largeBytesMax="
                + workload.largeBytesMax() + " segmentBytesMax=" + (1 << 20)
                + " forceIntervalMillis=5 unforcedRecordsMax="
                + UNFORCED_RECORDS_MAX + " checkpoint=" + (useCheckpoint ? 1 : 0) + " roots=1 reopen="
                + (reopen ? 1 : 0)
                + " lie=0";
    }

    private void beginLife(Random random) {
        workload = new Workload(random.nextLong() >>> 1, CLIENTS, 100_000);
        ledger = new Ledger(workload);
        data = root.resolve("data-" + lives);
        lives++;
        killsOfLife = 0;
    }

    /** Closes cleanly, and opens once more to see that nothing was lost by that. */
    private void endLife() throws IOException, InterruptedException {
        if (lives == 0) {
            return;
        }
        for (int i = 0; i < 2; i++) {
            try (ChildProcess child = child()) {
                child.send(orders(true, i == 1));
                await(child, Place.OPENING);
                check(child);
                if (i == 0) {
                    child.send("work" + ledger.progress());
                    long target = ledger.acknowledgements() + 200;
                    while (ledger.acknowledgements() < target) {
                        take(child.next(), child);
                    }
                }
                child.send("close");
                await(child, Place.CLOSED);
                drain(child);
            }
        }
        acknowledgements += ledger.acknowledgements();
        delete(data);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(directory)) {
            files = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    /** Takes in all that the child finds in the directory. */
    private void check(ChildProcess child) throws IOException {
        long begun = System.nanoTime();
        await(child, Place.OPENED);
        openingMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        List<Told> log = new ArrayList<>();
        List<Told.TaskIs> tasks = new ArrayList<>();
        for (Told told = child.next(); !(told instanceof Told.At); told = child.next()) {
            if (told instanceof Told.Seen || told instanceof Told.Gap) {
                log.add(told);
            } else if (told instanceof Told.TaskIs task) {
                tasks.add(task);
            } else if (told instanceof Told.Roots roots) {
                Ledger.checkRoots(roots);
            } else {
                throw new AssertionError("expected all of the directory, was " + told + "; " + child.errors());
            }
        }
        ledger.checkLog(log, null);
        assertThat(tasks).hasSize(workload.keys().size());
        tasks.forEach(ledger::checkTask);
    }

    private void await(ChildProcess child, Place place) throws IOException {
        Told told;
        do {
            told = child.next();
            take(told, child);
        } while (!(told instanceof Told.At at && at.place() == place));
    }

    private void take(@Nullable Told told, ChildProcess child) throws IOException {
        if (told instanceof Told.Ended ended) {
            ledger.ended(ended);
        } else if (told instanceof Told.Outcome outcome) {
            ledger.outcome(outcome);
        } else if (told == null) {
            throw new AssertionError("expected a child that goes on, was its end; " + child.errors());
        }
    }

    private void drain(ChildProcess child) throws IOException, InterruptedException {
        for (Told told = child.next(); told != null; told = child.next()) {
            take(told, child);
        }
        child.awaitEnd();
    }
}
