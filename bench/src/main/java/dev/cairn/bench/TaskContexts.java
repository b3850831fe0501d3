package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.WriteOptions;
import dev.cairn.context.TaskContext;
import dev.cairn.decision.NewDecision;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.Runs;
import dev.cairn.session.MessageQuery;
import dev.cairn.session.NewMessage;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskWrites;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The context of a task among 100,000, with all that can be around one, beside the single reads that it stands for; alone, and
 * while another thread writes.
 *
 * <p>Threading: one at a time.
 */
final class TaskContexts implements Experiment {
    private static final int TASKS = 100_000;
    /** Tasks that have something around them, spread over all; the others are only in the way. */
    private static final int BUSY = 2_000;

    private static final int TRANSITIONS = 10;
    private static final int DECISIONS = 3;
    private static final int MESSAGES = 20;
    private static final int SNAPSHOTS = 4;
    private static final int WARM_UP = 10_000;
    private static final int BATCH = 1_000;
    private static final String TEXT = "x".repeat(160);
    private static final String STATE = "\"plan\":\"" + "y".repeat(4_000) + "\"}";

    @Override
    public String name() {
        return "context";
    }

    @Override
    public String title() {
        return "context of a task among 100,000: its lease, records, decisions, messages and snapshot at one offset";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] ids = Samples.ids(TASKS);
        try (Cairn cairn = Samples.open(directory, Samples.withoutProjection())) {
            long begun = System.nanoTime();
            fill(cairn, ids, settings.seed());
            report.note(
                    "%,d tasks, %,d of them with %d records, a lease, %d decisions, %d messages, %d snapshots; written in %.1f s",
                    TASKS, BUSY, TRANSITIONS + 1, DECISIONS, MESSAGES, SNAPSHOTS, (System.nanoTime() - begun) / 1e9);
            measure(settings, report, cairn, ids);
        }
    }

    private static String busy(String[] ids, int number) {
        return ids[number * (TASKS / BUSY)];
    }

    private static void fill(Cairn cairn, String[] ids, long seed) {
        String[] metadata = Samples.metadata(seed, 1_024);
        for (int first = 0; first < ids.length; first += BATCH) {
            Batch batch = cairn.batch();
            for (int i = first; i < first + BATCH; i++) {
                batch.add(TaskWrites.create(NewTask.of(ids[i]).metadata(metadata[i & 1_023])));
            }
            batch.commitAtomic(null);
        }
        // In turns, so that what belongs to one task lies far apart in the log.
        for (int i = 0; i < BUSY; i++) {
            String id = busy(ids, i);
            cairn.runs().save("run-" + i, snapshot(id, 0));
        }
        for (int turn = 0; turn < TRANSITIONS; turn++) {
            for (int i = 0; i < BUSY; i++) {
                turn(cairn, busy(ids, i), i, turn);
            }
        }
        for (int i = 0; i < BUSY; i++) {
            cairn.leases()
                    .request("task:" + busy(ids, i), "agent-" + i, Duration.ofHours(1), Duration.ZERO, accepted());
        }
        cairn.sync();
    }

    private static WriteOptions accepted() {
        return WriteOptions.defaults().withAck(Ack.ACCEPTED);
    }

    private static void turn(Cairn cairn, String id, int number, int turn) {
        Samples.transition(cairn, id, turn + 1);
        for (int i = 0; i < MESSAGES / TRANSITIONS; i++) {
            cairn.sessions()
                    .append(
                            "session-" + number,
                            NewMessage.of("user", turn + TEXT).task(id));
        }
        if (turn < DECISIONS) {
            cairn.decisions()
                    .append(NewDecision.of(
                                    "decision-" + number + "-" + turn, "agent-" + number, "Take way " + turn, TEXT)
                            .task(id));
        }
        if (turn > 0 && turn < SNAPSHOTS) {
            cairn.runs().save("run-" + number, snapshot(id, turn));
        }
    }

    private static NewSnapshot snapshot(String task, int step) {
        return NewSnapshot.manual("{\"step\":" + step + "," + STATE).metadata("{\"task\":\"" + task + "\"}");
    }

    private static void measure(Settings settings, Report report, Cairn cairn, String[] ids) throws Exception {
        SplittableRandom random = new SplittableRandom(settings.seed());
        SplittableRandom singlesRandom = random.split();
        long[] wrong = new long[1];
        Measured.Runner engine = new Measured.Runner(i -> {
            TaskContext context =
                    cairn.contexts().of(busy(ids, random.nextInt(BUSY))).orElseThrow();
            wrong[0] += isWhole(context) ? 0 : 1;
        });
        Measured.Runner singles = new Measured.Runner(i -> {
            int parts = singles(cairn, ids, singlesRandom.nextInt(BUSY));
            wrong[0] += parts == 3 + 10 + DECISIONS + 10 ? 0 : 1;
        });
        engine.warmUpWith(WARM_UP);
        singles.warmUpWith(WARM_UP / 2);
        for (int i = 0; i < settings.rounds(); i++) {
            singles.round(settings.shortSeconds() / 2);
            engine.round(settings.shortSeconds());
        }
        Measured processor = engine.processorRound(settings.shortSeconds());
        report.gate("each answer whole", wrong[0] == 0, wrong[0] + " others");
        Measured median = engine.median();
        report.rate("the single reads, one after another", singles.median());
        report.rate("context", median);
        report.processorTime("context", processor);
        report.ratio("of the single reads", engine, singles);
        report.goal("context, p99", median.p99Nanos() / 1e6, "ms", median.p99Nanos() < 5_000_000, "< 5 ms");
        whileWriting(settings, report, cairn, ids, engine);
        report.gate("each answer whole", wrong[0] == 0, wrong[0] + " others");
    }

    private static boolean isWhole(TaskContext context) {
        return context.task().version() == TRANSITIONS + 1
                && context.lease() != null
                && context.lease().holder() != null
                && context.records().size() == 10
                && context.records().get(0).offset() == context.task().revision()
                && context.decisions().size() == DECISIONS
                && context.sessions().size() == 1
                && context.sessions().get(0).messages().size() == 10
                && context.snapshot() != null
                && context.snapshot().state().startsWith("{\"step\":" + (SNAPSHOTS - 1) + ",");
    }

    /** Returns how much there was. */
    private static int singles(Cairn cairn, String[] ids, int number) {
        String id = busy(ids, number);
        int parts = (cairn.tasks().get(id).isPresent() ? 1 : 0)
                + (cairn.leases().get("task:" + id).isPresent() ? 1 : 0)
                + cairn.tasks().history(id, Long.MAX_VALUE, 10).size();
        for (int i = 0; i < DECISIONS; i++) {
            parts += cairn.decisions().get("decision-" + number + "-" + i).isPresent() ? 1 : 0;
        }
        MessageQuery newest = MessageQuery.newest().limit(10);
        return parts
                + cairn.sessions()
                        .messages("session-" + number, newest)
                        .messages()
                        .size()
                + (cairn.runs().load("run-" + number, Runs.LATEST).isPresent() ? 1 : 0);
    }

    /** Another thread writes to tasks that are not asked for, as fast as it can. */
    private static void whileWriting(
            Settings settings, Report report, Cairn cairn, String[] ids, Measured.Runner engine) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread writer = new Thread(
                () -> {
                    int step = TASKS / BUSY;
                    long version = 1;
                    for (int task = 1; !done.get(); task += step) {
                        if (task >= TASKS) {
                            task = 1;
                            version++;
                        }
                        Samples.transition(cairn, ids[task], version);
                    }
                },
                "bench-writer");
        writer.setUncaughtExceptionHandler((thread, failure) -> failed.set(failure));
        writer.start();
        Measured measured = engine.round(settings.shortSeconds());
        done.set(true);
        writer.join();
        report.gate("the other thread wrote to the end", failed.get() == null, failed);
        report.rate("context, while another thread writes", measured);
    }
}
