package dev.cairn.internal.projection;

import dev.cairn.lease.LeaseModule;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskModule;
import dev.cairn.task.TaskQuery;
import dev.cairn.task.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A program, not a test: measures the projection of real tasks over a log in memory. Arguments: records, tasks that are
 * changed at a time (0 for any of all), {@code hashed} or {@code counted} ids.
 */
public final class ProjectionLoad {
    private static final String METADATA =
            "{\"repo\":\"cairn\",\"branch\":\"main\",\"text\":\"" + "x".repeat(156) + "\"}";
    private static final long WARM_UP = 20_000;

    private final MemoryHost host = new MemoryHost();
    private final TaskModule module = new TaskModule(1 << 20, new LeaseModule().ledger());
    private final Tasks tasks = module.client(host);
    private final SplittableRandom random = new SplittableRandom(1);
    private final int window;
    private final boolean hashed;
    private int created;

    private ProjectionLoad(int window, boolean hashed) {
        this.window = window;
        this.hashed = hashed;
    }

    public static void main(String[] arguments) throws Exception {
        int records = Integer.parseInt(arguments[0]);
        ProjectionLoad load = new ProjectionLoad(Integer.parseInt(arguments[1]), arguments[2].equals("hashed"));
        Path directory = Files.createTempDirectory("projection-load");
        try {
            load.run(directory, records, arguments);
        } finally {
            SqliteProjection.delete(directory);
            Files.delete(directory);
        }
    }

    private void run(Path directory, int records, String... arguments) throws InterruptedException {
        for (int i = 0; i < records; i++) {
            write(i);
        }
        long end = host.endOffset() - 1;
        host.log.force(WARM_UP);
        try (SqliteProjection projection = open(directory)) {
            await(projection, WARM_UP);
            long started = System.nanoTime();
            host.log.force(end);
            await(projection, end);
            report("following, all indexes", end - WARM_UP, started, projection);
            if (arguments.length > 3) {
                return;
            }
            host.projection(projection);
            pages();
            latency(projection);
        }
        SqliteProjection.delete(directory);
        long started = System.nanoTime();
        try (SqliteProjection projection = open(directory)) {
            await(projection, host.log.durableOffset());
            report("making anew", host.log.durableOffset() + 1, started, projection);
        }
    }

    private SqliteProjection open(Path directory) {
        SqliteProjection projection = SqliteProjection.open(directory, module.kinds(), host, host.log);
        projection.start();
        return projection;
    }

    private void write(int i) {
        if (created == 0 || (i & 1) == 0) {
            tasks.create(NewTask.of(id(created++)).owner("agent-" + (i & 31)).metadata(METADATA));
        } else {
            int reach = window == 0 ? created : Math.min(created, window);
            String id = id(created - 1 - random.nextInt(reach));
            String status = tasks.get(id).orElseThrow().status();
            tasks.transition(id, status.equals("running") ? "blocked" : "running");
        }
    }

    private String id(int number) {
        return hashed ? "task-" + Long.toHexString(number * 0x9E3779B97F4A7C15L) : String.format("task-%08d", number);
    }

    private static void await(SqliteProjection projection, long offset) throws InterruptedException {
        if (!projection.awaitPosition(offset, Duration.ofMinutes(10))) {
            throw new IllegalStateException("stopped at " + projection.metrics(), projection.failure());
        }
    }

    private static void report(String what, long records, long started, SqliteProjection projection) {
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf(
                "%-24s %,10.0f records/s  %.1f s  %s%n", what, records / seconds, seconds, projection.metrics());
        scheduling(records, seconds);
    }

    /** How the follower spent its time, as Linux tells: on a shared machine much of it may be waiting for a processor. */
    private static void scheduling(long records, double seconds) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                String name = Files.readString(thread.resolve("comm")).strip();
                if (name.startsWith("cairn-proj")) {
                    String[] nanos = Files.readString(thread.resolve("schedstat"))
                            .strip()
                            .split(" ");
                    double ran = Long.parseLong(nanos[0]) / 1e9;
                    double queued = Long.parseLong(nanos[1]) / 1e9;
                    System.out.printf(
                            "  %-22s ran %.1f s (%.2f us a record), waited %.1f s for a processor, %.1f s for all else%n",
                            name, ran, ran * 1e6 / records, queued, Math.max(0, seconds - ran - queued));
                }
            }
        } catch (IOException e) {
            System.out.println("  no scheduling figures: " + e);
        }
    }

    /** Pages of 100 tasks, each filter in each order, by one reader. */
    private void pages() {
        for (TaskQuery.Order order : TaskQuery.Order.values()) {
            page("all", List.of(), null, Map.of(), order);
            page("a common status", List.of("running"), null, Map.of(), order);
            page("a rare status", List.of("failed"), null, Map.of(), order);
            page("three statuses", List.of("pending", "running", "blocked"), null, Map.of(), order);
            page("an owner of 16", List.of(), "agent-2", Map.of(), order);
            page("both", List.of("running"), "agent-2", Map.of(), order);
            page("a member of all", List.of(), null, Map.of("repo", "cairn"), order);
        }
        long started = System.nanoTime();
        Map<String, Long> counts = tasks.count(TaskQuery.all(), "status").counts();
        System.out.printf("  count by status %s %.1f ms%n", counts, (System.nanoTime() - started) / 1e6);
    }

    private void page(
            String what, List<String> statuses, String owner, Map<String, String> metadata, TaskQuery.Order order) {
        double[] millis = new double[20];
        int rows = 0;
        for (int i = 0; i < millis.length; i++) {
            long started = System.nanoTime();
            TaskQuery query = new TaskQuery(
                    statuses,
                    owner,
                    null,
                    null,
                    null,
                    null,
                    null,
                    metadata,
                    order,
                    true,
                    100,
                    null,
                    -1,
                    Duration.ofSeconds(5));
            rows = tasks.list(query).tasks().size();
            millis[i] = (System.nanoTime() - started) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf(
                "  %-16s by %-10s %3d rows, best %.2f ms, median %.2f ms%n",
                what, order, rows, millis[0], millis[millis.length / 2]);
    }

    /** 10,000 writes a second, forced every 5 ms: how long after its write a record can be queried. */
    private void latency(SqliteProjection projection) throws InterruptedException {
        int ticks = 2_000;
        long[] nanos = new long[ticks];
        long next = System.nanoTime();
        Thread[] waiter = new Thread[1];
        for (int tick = 0; tick < ticks; tick++) {
            next += TimeUnit.MILLISECONDS.toNanos(5);
            long written = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                write(i);
            }
            LockSupport.parkNanos(next - System.nanoTime());
            host.log.force();
            long offset = host.log.durableOffset();
            int at = tick;
            waiter[0] = new Thread(() -> {
                try {
                    await(projection, offset);
                    nanos[at] = System.nanoTime() - written;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            waiter[0].start();
        }
        waiter[0].join();
        Arrays.sort(nanos);
        System.out.printf(
                "%-24s p50 %.1f ms, p99 %.1f ms, max %.1f ms  %s%n",
                "write to queryable",
                nanos[ticks / 2] / 1e6,
                nanos[ticks * 99 / 100] / 1e6,
                nanos[ticks - 1] / 1e6,
                projection.metrics());
    }
}
