package dev.cairn.bench;

import dev.cairn.Cairn;
import dev.cairn.task.NewTask;
import dev.cairn.task.RetryOptions;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Updates of a task by many who read, change and write it, again until nobody was faster: each its own task, sixteen tasks for
 * all, one task for all; beside one thread that has no company.
 *
 * <p>Threading: one at a time.
 */
final class Updates implements Experiment {
    private static final int THREADS = 8;
    private static final int[] SHARED = {THREADS, 16, 1};
    /** Nobody gives up; pauses in the size of an update. */
    private static final RetryOptions RETRY = RetryOptions.defaults()
            .withAttemptsMax(Integer.MAX_VALUE)
            .withPauses(Duration.ofNanos(2_000), Duration.ofMillis(1));

    @Override
    public String name() {
        return "update";
    }

    @Override
    public String title() {
        return "updates by " + THREADS + " threads that read, change and write the same tasks, beside one thread alone";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        try (Cairn cairn = Samples.open(directory, Samples.withoutProjection())) {
            for (int i = 0; i < 64; i++) {
                cairn.tasks().create(NewTask.of(Samples.id(i)).metadata("{\"n\":0}"));
            }
            List<Crowd> alone = new ArrayList<>();
            List<List<Crowd>> shared = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            double[] conflicts = new double[SHARED.length];
            long written = 0;
            for (int round = -1; round < settings.rounds(); round++) {
                double seconds = settings.shortSeconds() / 2;
                Crowd one = Crowd.round(1, seconds, thread -> update(cairn, Samples.id(63)));
                written += one.count();
                add(alone, one, round);
                for (int i = 0; i < SHARED.length; i++) {
                    int tasks = SHARED[i];
                    boolean own = i == 0;
                    int[] turns = new int[THREADS * 16];
                    long before = cairn.metrics().conflicts();
                    Crowd crowd = Crowd.round(
                            THREADS,
                            seconds,
                            thread -> update(
                                    cairn, Samples.id(own ? thread : (thread * 7 + turns[thread * 16]++) % tasks)));
                    conflicts[i] = (double) (cairn.metrics().conflicts() - before) / crowd.count();
                    written += crowd.count();
                    add(shared.get(i), crowd, round);
                }
            }
            gate(report, cairn, written);
            report.crowd("1 thread", alone, alone, "itself");
            for (int i = 0; i < SHARED.length; i++) {
                String what =
                        i == 0 ? "each its own task" : SHARED[i] + (SHARED[i] == 1 ? " task" : " tasks") + " for all";
                report.crowd(THREADS + " threads, " + what, shared.get(i), alone, "1 thread");
                report.line("   refused attempts for each update", "%,14.2f", conflicts[i]);
            }
        }
    }

    private static void add(List<Crowd> rounds, Crowd crowd, int round) {
        if (round >= 0) {
            rounds.add(crowd);
        }
    }

    private static int update(Cairn cairn, String id) {
        cairn.tasks().update(id, Updates::counted, RETRY);
        return 1;
    }

    /** One more. */
    private static TaskPatch counted(Task task) {
        return TaskPatch.empty().metadata("{\"n\":" + (number(task) + 1) + "}");
    }

    private static long number(Task task) {
        String json = task.metadata();
        return Long.parseLong(json.substring(json.indexOf(':') + 1, json.length() - 1));
    }

    private static void gate(Report report, Cairn cairn, long written) {
        long sum = 0;
        boolean exact = true;
        for (int i = 0; i < 64; i++) {
            Task task = cairn.tasks().get(Samples.id(i)).orElseThrow();
            sum += number(task);
            exact &= task.version() == number(task) + 1;
        }
        report.gate("every update counted, none twice", sum == written, sum + " for " + written);
        report.gate("one version for each", exact, "another number");
    }
}
