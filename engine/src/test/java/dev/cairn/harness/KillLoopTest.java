package dev.cairn.harness;

import dev.cairn.harness.Session.Setup;
import dev.cairn.harness.Told.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
    private static final int DURABLE_EVERY = 4;
    private static final int FORCE_INTERVAL_MILLIS = 5;
    private static final int UNFORCED_RECORDS_MAX = 2_000;

    @TempDir
    Path root;

    private final Map<Point, Integer> kills = new EnumMap<>(Point.class);
    private @Nullable ChildProcess spare;
    private Ledger ledger = new Ledger(new Workload(0, 0, 1, 1));
    private @Nullable Setup setup;
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
            int acksMin = trials.count() > KILLS_IN_BUILD ? 3_000 : 300;
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
        try (Session session = session()) {
            session.beginOpening(random.nextInt(4) > 0, random.nextInt(4) == 0);
            if (point == Point.OPENING) {
                TimeUnit.MILLISECONDS.sleep(random.nextLong(openingMillis + openingMillis / 4 + 1));
            } else {
                openingMillis = session.check(null);
                session.work();
                spare = ChildProcess.start(root);
                session.awaitAcknowledgements(acks);
                come(session, point, random);
            }
            session.kill();
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

    private void come(Session session, Point point, Random random) throws IOException, InterruptedException {
        switch (point) {
            case ROLLING -> {
                session.await(Place.ROLLED);
                TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
            }
            case CLOSING -> {
                session.child().send("close");
                session.await(Place.CLOSING);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(80));
            }
            case REBUILDING -> {
                session.child().send("rebuild");
                session.await(Place.REBUILDING);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(50));
            }
            default -> TimeUnit.MICROSECONDS.sleep(random.nextInt(2_000));
        }
    }

    /** A child that waits for its orders: where possible one that was started while the last one was still at work. */
    private Session session() throws IOException {
        ChildProcess child = spare == null ? ChildProcess.start(root) : spare;
        spare = null;
        return new Session(child, ledger, setup);
    }

    private void beginLife(Random random) {
        Workload workload = new Workload(random.nextLong() >>> 1, CLIENTS, 100_000, DURABLE_EVERY, true);
        ledger = new Ledger(workload);
        setup = new Setup(root.resolve("data-" + lives), workload, FORCE_INTERVAL_MILLIS, UNFORCED_RECORDS_MAX, false);
        lives++;
        killsOfLife = 0;
    }

    /** Closes cleanly, and opens once more to see that nothing was lost by that. */
    private void endLife() throws IOException, InterruptedException {
        if (lives == 0) {
            return;
        }
        try (Session session = session()) {
            session.beginOpening(true, false);
            session.check(null);
            session.work();
            session.awaitAcknowledgements(200);
            session.closeInOrder();
        }
        try (Session session = session()) {
            session.beginOpening(true, true);
            session.check(null);
            session.closeInOrder();
        }
        acknowledgements += ledger.acknowledgements();
        TestFiles.delete(setup.directory());
    }
}
