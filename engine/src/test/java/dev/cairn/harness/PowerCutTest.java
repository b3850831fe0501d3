package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.harness.Ledger.Loss;
import dev.cairn.harness.Session.Setup;
import dev.cairn.harness.Told.Place;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power of a process that writes, as far as its data can tell: the directory is on a file system of its own, in a file;
 * the process is stopped, some dirty pages are written back out of order, and the file is copied. The copy is mounted and opened,
 * and held against the ledger; then the writing goes on there. A trial is one cut, with cuts during the recovery now and then.
 */
class PowerCutTest {
    private static final int CUTS_IN_BUILD = 10;
    /** A cut that comes just after a force loses nothing; so many in a row do not. */
    private static final int CUTS_UNTIL_FOUND_MAX = 150;

    private static final int CUTS_OF_LIFE = 6;
    private static final int CLIENTS = 4;
    private static final int[] DURABLE_EVERY = {4, 16, 10_000};
    private static final int IMAGE_MEBIBYTES = 96;
    private static final int[] FORCE_INTERVALS_MILLIS = {1, 5, 50, 300};
    private static final int[] UNFORCED_RECORDS_MAX = {400, 3_000, 20_000};
    /** How long a busy machine may take to force. */
    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(3);

    private @Nullable Grounds grounds;
    private @Nullable EarlyWriteBack writeBack;
    private @Nullable Session session;
    private Ledger ledger = new Ledger(new Workload(0, 0, 1, 1));
    private @Nullable Setup setup;
    private int cutsOfLife = CUTS_OF_LIFE;
    private long acknowledgements;
    private long durable;
    private long lost;
    private int cutsInRecovery;
    private long openingMillis = 500;

    @BeforeEach
    void requireLoopDevices() throws IOException, InterruptedException {
        grounds = Grounds.prepared();
        writeBack = new EarlyWriteBack();
    }

    @AfterEach
    void leaveNothing() throws IOException, InterruptedException {
        if (session != null) {
            session.close();
        }
        if (grounds != null) {
            grounds.leave();
        }
    }

    @Test
    void shouldKeepEveryDurableWriteThroughPowerCuts() throws Exception {
        Trials.of("power cut", CUTS_IN_BUILD).run(random -> cut(random, false));
        endLife();
        assertThat(durable).isPositive();
        System.out.printf(
                "power cut: %,d acknowledged writes, %,d of them durable, %,d accepted ones lost; %,d cuts more in recovery%n",
                acknowledgements, durable, lost, cutsInRecovery);
    }

    @Test
    void shouldNoticeWritesThatAreToldDurableButAreNot() {
        Random random = new Random(7);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < CUTS_UNTIL_FOUND_MAX; i++) {
                        cut(random, true);
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected every durable write, was without");
    }

    private void cut(Random random, boolean lie) throws IOException, InterruptedException {
        if (cutsOfLife == CUTS_OF_LIFE) {
            endLife();
            beginLife(random, lie);
        }
        cutsOfLife++;
        Session writing = session;
        if (random.nextBoolean()) {
            writing.awaitAcknowledgements(random.nextInt(1_500));
            writeBack.write(setup.directory(), random.nextInt(20), random);
        }
        writing.awaitAcknowledgements(1 + random.nextInt(1_500));
        come(writing, random);
        Loss loss = stop(writing, random);
        grounds.cutPower();
        while (random.nextInt(5) == 0) {
            cutRecovery(random);
        }
        open(loss, random);
    }

    private void come(Session writing, Random random) throws IOException, InterruptedException {
        switch (random.nextInt(6)) {
            case 0 -> {
                writing.await(Place.ROLLED);
                TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
            }
            case 1 -> {
                writing.child().send("close");
                writing.await(Place.CLOSING);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(150));
            }
            default -> TimeUnit.MICROSECONDS.sleep(random.nextInt(10_000));
        }
    }

    /** Stops the process for good, and copies the file system as it is on disk. */
    private Loss stop(Session writing, Random random) throws IOException, InterruptedException {
        writing.child().freeze();
        long nanos = System.nanoTime();
        writeBack.write(setup.directory(), random.nextInt(3) == 0 ? 0 : random.nextInt(60), random);
        grounds.copy();
        writing.kill();
        writing.close();
        long window = TimeUnit.MILLISECONDS.toNanos(setup.forceIntervalMillis()) + SLACK_NANOS;
        return new Loss(nanos, window, setup.unforcedRecordsMax() + Workload.BLOCK);
    }

    private void cutRecovery(Random random) throws IOException, InterruptedException {
        cutsInRecovery++;
        try (Session recovering = new Session(grounds.child(), ledger, setup)) {
            recovering.beginOpening(random.nextBoolean(), false);
            TimeUnit.MILLISECONDS.sleep(random.nextLong(openingMillis + openingMillis / 4 + 1));
            stop(recovering, random);
        }
        grounds.cutPower();
    }

    private void open(@Nullable Loss loss, Random random) throws IOException {
        Session opened = new Session(grounds.child(), ledger, setup);
        session = opened;
        opened.beginOpening(random.nextInt(4) > 0, random.nextInt(4) == 0);
        openingMillis = opened.check(loss);
        opened.work();
    }

    private void beginLife(Random random, boolean lie) throws IOException, InterruptedException {
        Workload workload = new Workload(
                random.nextLong() >>> 1,
                CLIENTS,
                200_000,
                DURABLE_EVERY[lie ? 2 : random.nextInt(DURABLE_EVERY.length)]);
        ledger = new Ledger(workload);
        grounds.fresh(IMAGE_MEBIBYTES);
        setup = new Setup(
                grounds.mountPoint().resolve("data"),
                workload,
                FORCE_INTERVALS_MILLIS[lie ? 3 : random.nextInt(FORCE_INTERVALS_MILLIS.length)],
                UNFORCED_RECORDS_MAX[lie ? 2 : random.nextInt(UNFORCED_RECORDS_MAX.length)],
                lie);
        cutsOfLife = 0;
        open(null, random);
    }

    private void endLife() throws IOException, InterruptedException {
        if (session != null) {
            session.closeInOrder();
            session.close();
            session = null;
            try (Session last = new Session(grounds.child(), ledger, setup)) {
                last.beginOpening(true, true);
                last.check(null);
                last.closeInOrder();
            }
            acknowledgements += ledger.acknowledgements();
            durable += ledger.durable();
            lost += ledger.lost();
        }
    }
}
