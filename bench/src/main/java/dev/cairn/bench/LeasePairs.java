package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.WriteOptions;
import dev.cairn.lease.Grant;
import dev.cairn.lease.LeaseRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Acquiring a lease and releasing it, beside two runs of the floor; durable, beside two forces; and one lease that many want.
 *
 * <p>Threading: one at a time.
 */
final class LeasePairs implements Experiment {
    private static final int DOCUMENT_HEADER_BYTES = 32;
    /** Entity header, fixed fields, holder, no origin, no progress, no places: what the state keeps of a lease. */
    private static final int VALUE_BYTES = 40 + 49 + 10 + 2 + 4 + 2;

    private static final String HOLDER = "agent-01";
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final WriteOptions ACCEPTED = WriteOptions.defaults().withAck(Ack.ACCEPTED);
    private static final WriteOptions DURABLE = WriteOptions.defaults().withAck(Ack.DURABLE);
    private static final int THREADS = 16;
    private static final int WARM_UP = 600_000;
    private static final int HELD = 1_000;
    /** As many as agents work with at a time: what is known of each stays in the processor's cache. */
    private static final int FEW = 1_000;

    private static final String CONTENDED = "the-one";

    @Override
    public String name() {
        return "lease";
    }

    @Override
    public String title() {
        return "acquire and release a lease that nobody else wants, beside the floor; durable; and one that " + THREADS
                + " want";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] names = Samples.ids(settings.tasks());
        long[] pairs = new long[names.length];
        Path data = directory.resolve("cairn");
        String live;
        try (Cairn cairn = Cairn.open(data, Samples.withoutProjection().build())) {
            accepted(settings, directory, report, cairn, names, pairs);
            durable(settings, directory, report, cairn, names, pairs);
            gate(report, cairn, names, pairs);
            contended(settings, report, cairn);
            hold(cairn, names);
            live = Samples.root(cairn, "lease");
        }
        try (Cairn cairn = Cairn.open(data, Samples.withoutProjection().build())) {
            String reopened = Samples.root(cairn, "lease");
            report.gate("the state root of leases is the same after opening again", live.equals(reopened), reopened);
        }
    }

    private static void pair(Cairn cairn, String lease, WriteOptions options) {
        Grant grant = cairn.leases().acquire(lease, HOLDER, TTL, Duration.ZERO, options);
        cairn.leases().release(lease, grant.token(), LeaseRelease.RELEASE, options);
    }

    private static void accepted(
            Settings settings, Path directory, Report report, Cairn cairn, String[] names, long[] pairs)
            throws Exception {
        SplittableRandom random = new SplittableRandom(settings.seed());
        SplittableRandom floorRandom = random.split();
        long bytesBefore = cairn.metrics().bytes();
        Measured.Runner engine = new Measured.Runner(i -> {
            int lease = random.nextInt(names.length);
            pair(cairn, names[lease], ACCEPTED);
            pairs[lease]++;
        });
        engine.warmUpWith(WARM_UP);
        Measured alone = engine.alone(settings.rounds(), settings.shortSeconds());
        Measured.Runner fewer = new Measured.Runner(i -> {
            int lease = random.nextInt(FEW);
            pair(cairn, names[lease], ACCEPTED);
            pairs[lease]++;
        });
        Measured few = fewer.alone(settings.rounds(), settings.shortSeconds());
        int each = (int) (DOCUMENT_HEADER_BYTES
                + (cairn.metrics().bytes() - bytesBefore) / (engine.count() + fewer.count()) / 2);
        Path floorDirectory = Files.createDirectories(directory.resolve("floor"));
        try (Floor bare = new Floor(floorDirectory, names, each, VALUE_BYTES, settings.seed())) {
            Measured.Runner floor = new Measured.Runner(i -> {
                int lease = floorRandom.nextInt(names.length);
                bare.run(lease);
                bare.run(lease);
            });
            floor.warmUpWith(WARM_UP);
            for (int i = 0; i < settings.rounds(); i++) {
                floor.round(settings.shortSeconds());
                engine.round(settings.shortSeconds());
            }
            report.gate("the floor wrote each append", bare.appended() == 2 * floor.count() + 1, bare.appended());
            report.note("%d B appended twice, %d B of state", each, VALUE_BYTES);
            report.rate("floor, twice: bare append + map get + map put", floor.median());
            report.rate("acquire + release, accepted", engine.median());
            report.rate("acquire + release, before the floor ran", alone);
            report.rate("the same with 1,000 leases", few);
            goal(report, "pairs, of 1,000 leases", few);
            goal(report, "pairs, of 100,000 leases", engine.median());
            report.ratio("of the floor", engine, floor);
        }
    }

    private static void goal(Report report, String what, Measured measured) {
        double perSecond = measured.perSecond();
        report.goal(what, perSecond, "/s", perSecond >= 300_000, "≥ 300,000/s");
    }

    private static void durable(
            Settings settings, Path directory, Report report, Cairn cairn, String[] names, long[] pairs)
            throws Exception {
        List<Crowd> plains = new ArrayList<>();
        List<Crowd> ones = new ArrayList<>();
        List<Crowd> sixteens = new ArrayList<>();
        int[] next = new int[THREADS];
        int share = names.length / THREADS;
        Crowd.Operation operation = thread -> {
            int lease = thread * share + next[thread]++ % share;
            pair(cairn, names[lease], DURABLE);
            pairs[lease]++;
            return 1;
        };
        try (ForcePerWrite plain = new ForcePerWrite(directory.resolve("plain"), 160)) {
            for (int i = 0; i < settings.rounds(); i++) {
                plains.add(Crowd.round(1, settings.shortSeconds() / 2, thread -> {
                    plain.run();
                    plain.run();
                    return 1;
                }));
                ones.add(Crowd.round(1, settings.shortSeconds() / 2, operation));
                sixteens.add(Crowd.round(THREADS, settings.shortSeconds(), operation));
            }
        }
        report.crowd("plain file, one force per write, two writes", plains, plains, "itself");
        report.crowd("acquire + release, durable, 1 thread", ones, plains, "two forces");
        report.crowd("acquire + release, durable, 16 threads", sixteens, plains, "two forces");
    }

    private static void gate(Report report, Cairn cairn, String[] names, long[] pairs) {
        long wrong = 0;
        for (int i = 0; i < names.length; i++) {
            var lease = cairn.leases().get(names[i]);
            long version = lease.isPresent() ? lease.get().version() : 0;
            boolean free = lease.isEmpty() || lease.get().holder() == null;
            wrong += free && version == 2 * pairs[i] ? 0 : 1;
        }
        report.gate("every lease free, at twice as many versions as it had pairs", wrong == 0, wrong + " others");
    }

    /** Free leases are not in the state root; these are. */
    private static void hold(Cairn cairn, String[] names) {
        for (int i = 0; i < HELD; i++) {
            cairn.leases().acquire(names[i], HOLDER, TTL, Duration.ZERO, ACCEPTED);
        }
    }

    private static void contended(Settings settings, Report report, Cairn cairn) throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        AtomicLong newest = new AtomicLong(-1);
        Crowd crowd = Crowd.round(THREADS, settings.shortSeconds(), thread -> {
            Grant grant = cairn.leases().acquire(CONTENDED, "agent-" + thread, TTL, TTL, ACCEPTED);
            together.addAndGet(inside.getAndIncrement() + (newest.getAndSet(grant.token()) < grant.token() ? 0 : 1));
            inside.decrementAndGet();
            cairn.leases().release(CONTENDED, grant.token(), LeaseRelease.RELEASE, ACCEPTED);
            return 1;
        });
        report.gate("one holder at a time, each token larger than the last", together.get() == 0, together);
        long versions = cairn.leases().get(CONTENDED).orElseThrow().version();
        report.gate("three records at most for each hand-over", versions <= 3 * crowd.count(), versions);
        report.crowd("hand-over, accepted, 16 threads want one lease", List.of(crowd), List.of(crowd), "itself");
    }
}
