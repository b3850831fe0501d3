package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.WriteOptions;
import dev.cairn.task.Claim;
import dev.cairn.task.ClaimRequest;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskWrites;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Claiming the task that comes next while a million wait, beside a sorted set under a lock and the floor; and durably, beside
 * one force for each.
 *
 * <p>Threading: one at a time.
 */
final class Claims implements Experiment {
    private static final int PENDING = 1_000_000;
    private static final int WARM_UP = 250_000;
    private static final int ROUND = 50_000;
    /** What durable rounds may take for each of {@link #ROUND}. */
    private static final int DURABLE_SPARE = 50_000;

    private static final int PRIORITIES = 10;
    private static final int BATCH = 1_000;
    private static final int THREADS = 16;
    private static final int DOCUMENT_HEADER_BYTES = 32;
    private static final int VALUE_BYTES = 40 + 25 + 9 + 9 + 10 + Samples.METADATA_BYTES;
    private static final long FIRST_ID = 10_000_000;
    private static final Duration TTL = Duration.ofHours(10);
    private static final ClaimRequest WISH = ClaimRequest.of("agent-01", TTL);
    private static final WriteOptions ACCEPTED = WriteOptions.defaults().withAck(Ack.ACCEPTED);
    private static final WriteOptions DURABLE = WriteOptions.defaults().withAck(Ack.DURABLE);

    /** What a sorted set knows of a task. */
    private record Offer(int priority, int number) {
        static final Comparator<Offer> ORDER =
                Comparator.comparingInt(Offer::priority).reversed().thenComparingInt(Offer::number);
    }

    @Override
    public String name() {
        return "claim";
    }

    @Override
    public String title() {
        return "claim the next of 1 M pending tasks, accepted and durable, beside a sorted set and the floor";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        int[] priorities = new SplittableRandom(settings.seed())
                .ints(PENDING + WARM_UP + settings.rounds() * (2 * ROUND + DURABLE_SPARE), 0, PRIORITIES)
                .toArray();
        Path data = directory.resolve("cairn");
        var live = new Object[1];
        try (Cairn cairn = Cairn.open(data, Samples.withoutProjection().build())) {
            create(report, cairn, priorities, settings.seed());
            new Rounds(settings, directory, report, cairn, priorities).run();
            live[0] = cairn.stateRoot().kinds();
        }
        long begun = System.nanoTime();
        try (Cairn cairn = Cairn.open(data, Samples.withoutProjection().build())) {
            double seconds = (System.nanoTime() - begun) / 1e9;
            Object reopened = cairn.stateRoot().kinds();
            report.gate("the state root is the same after opening again", live[0].equals(reopened), reopened);
            report.line("opened again", "%,14.2f s", seconds);
        }
    }

    private static void create(Report report, Cairn cairn, int[] priorities, long seed) {
        String[] metadata = Samples.metadata(seed, 1_024);
        long begun = System.nanoTime();
        for (int first = 0; first < priorities.length; first += BATCH) {
            Batch batch = cairn.batch();
            for (int i = first; i < Math.min(first + BATCH, priorities.length); i++) {
                batch.add(TaskWrites.create(
                        NewTask.of(Samples.id(i)).metadata(metadata[i & 1_023]).priority(priorities[i])));
            }
            batch.commitAtomic(Ack.ACCEPTED);
        }
        cairn.sync();
        double seconds = (System.nanoTime() - begun) / 1e9;
        report.note(
                "%,d tasks created in batches of %,d: %,.0f/s", priorities.length, BATCH, priorities.length / seconds);
    }

    /** The rounds of one run. */
    private static final class Rounds {
        private final Settings settings;
        private final Path directory;
        private final Report report;
        private final Cairn cairn;
        private final int[] priorities;
        private final TreeSet<Offer> offers = new TreeSet<>(Offer.ORDER);
        private final AtomicIntegerArray taken;
        private final AtomicInteger badTokens = new AtomicInteger();
        private final int[] order;
        private final int[] peerOrder;

        Rounds(Settings settings, Path directory, Report report, Cairn cairn, int[] priorities) {
            this.settings = settings;
            this.directory = directory;
            this.report = report;
            this.cairn = cairn;
            this.priorities = priorities;
            taken = new AtomicIntegerArray(priorities.length);
            order = new int[priorities.length];
            peerOrder = new int[priorities.length];
            for (int i = 0; i < priorities.length; i++) {
                offers.add(new Offer(priorities[i], i));
            }
        }

        void run() throws Exception {
            long begun = System.nanoTime();
            Measured.Runner engine = new Measured.Runner(i -> order[(int) i] = claim(ACCEPTED));
            engine.warmUpWith(1);
            report.line("the first claim, which fills the index", "%,14.2f s", (System.nanoTime() - begun) / 1e9);
            accepted(engine);
            int durably = durable();
            gate((int) engine.count(), durably);
        }

        private int claim(WriteOptions options) {
            Claim claim = cairn.tasks().claim(WISH, options).orElseThrow();
            int number = (int) (Long.parseLong(claim.task().id().substring("task-".length())) - FIRST_ID);
            taken.getAndIncrement(number);
            boolean good = claim.task().version() == 2
                    && claim.task().status().equals("running")
                    && claim.lease().token() == claim.receipt().offset() + 1;
            badTokens.addAndGet(good ? 0 : 1);
            return number;
        }

        private void accepted(Measured.Runner engine) throws Exception {
            long bytesBefore = cairn.metrics().bytes();
            engine.warmUpWith(WARM_UP - 1);
            Measured alone = engine.aloneOf(settings.rounds(), ROUND);
            int bytes = (int) (DOCUMENT_HEADER_BYTES + (cairn.metrics().bytes() - bytesBefore) / (engine.count() - 1));
            Path floorDirectory = Files.createDirectories(directory.resolve("floor"));
            String[] ids = Samples.ids(settings.tasks());
            SplittableRandom random = new SplittableRandom(settings.seed());
            try (Floor bare = new Floor(floorDirectory, ids, bytes, VALUE_BYTES, settings.seed())) {
                Measured.Runner floor = new Measured.Runner(i -> {
                    synchronized (offers) {
                        peerOrder[(int) i] = offers.pollFirst().number();
                        bare.touch(random.nextInt(ids.length));
                        bare.run(random.nextInt(ids.length));
                    }
                });
                floor.warmUpWith(engine.count());
                for (int i = 0; i < settings.rounds(); i++) {
                    floor.roundOf(ROUND);
                    engine.roundOf(ROUND);
                }
                report.note("%d B appended, %d B of state twice", bytes, VALUE_BYTES);
                report.rate("sorted set, lock, append, 2 map gets and puts", floor.median());
                report.rate("claim, accepted", engine.median());
                report.rate("claim, accepted, before that ran", alone);
                double perSecond = engine.median().perSecond();
                report.goal("claims", perSecond, "/s", perSecond >= 100_000, "≥ 100,000/s");
                report.ratio("of the sorted set and the floor", engine, floor);
            }
            int differs = Arrays.mismatch(order, peerOrder);
            report.gate("tasks in the order of the sorted set", differs < 0, "another at claim " + differs);
        }

        private int durable() throws Exception {
            List<Crowd> plains = new ArrayList<>();
            List<Crowd> ones = new ArrayList<>();
            List<Crowd> sixteens = new ArrayList<>();
            double seconds = Math.min(1, settings.shortSeconds()); // each claim uses a task up
            AtomicInteger left = new AtomicInteger(settings.rounds() * DURABLE_SPARE);
            Crowd.Operation operation = thread -> {
                if (left.getAndDecrement() <= 0) {
                    left.getAndIncrement();
                    Thread.sleep(1);
                    return 0;
                }
                claim(DURABLE);
                return 1;
            };
            try (ForcePerWrite plain = new ForcePerWrite(directory.resolve("plain"), 160)) {
                for (int i = 0; i < settings.rounds(); i++) {
                    plains.add(Crowd.round(1, seconds / 2, thread -> {
                        plain.run();
                        return 1;
                    }));
                    ones.add(Crowd.round(1, seconds / 2, operation));
                    sixteens.add(Crowd.round(THREADS, seconds, operation));
                }
            }
            report.gate("tasks enough for the durable rounds", left.get() > 0, left);
            report.crowd("plain file, one force per write", plains, plains, "itself");
            report.crowd("claim, durable, 1 thread", ones, plains, "one force");
            report.crowd("claim, durable, 16 threads", sixteens, plains, "one force");
            return settings.rounds() * DURABLE_SPARE - left.get();
        }

        private void gate(int accepted, int durably) {
            int claimed = 0;
            int most = 0;
            for (int i = 0; i < taken.length(); i++) {
                claimed += taken.get(i) > 0 ? 1 : 0;
                most = Math.max(most, taken.get(i));
            }
            report.gate("no task given twice", most == 1 && claimed == accepted + durably, most + ", " + claimed);
            report.gate(
                    "each claimed task at version 2, running, leased by the next record",
                    badTokens.get() == 0,
                    badTokens);
            report.gate(
                    "as many leases held as tasks were claimed",
                    cairn.leases().counts().held() == claimed,
                    claimed);
            report.gate("1 M tasks pending at all times", priorities.length - claimed >= PENDING, claimed);
        }
    }
}
