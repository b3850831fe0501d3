package dev.cairn;

import dev.cairn.lease.Grant;
import dev.cairn.task.Claim;
import dev.cairn.task.ClaimRequest;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Claims and fenced writes of one open engine under several threads: who gets which task, whose token is current and whose write
 * passes could have been said to one thread. Each run has two tasks in a queue of its own; a thread knows its last claim.
 *
 * <p>{@code -Dcairn.lincheck.iterations=N} for more.
 */
@Param(name = "task", gen = IntGen.class, conf = "0:1")
@Param(name = "thread", gen = ThreadIdGen.class)
public class ClaimsLincheck {
    private static final int ITERATIONS = Integer.getInteger("cairn.lincheck.iterations", 15);
    private static final int THREADS = 3;
    private static final Duration LONG = Duration.ofHours(1);
    private static final AtomicLong RUNS = new AtomicLong();
    private static final String NOTHING = "nothing";

    private static @Nullable Path directory;
    private static @Nullable Cairn cairn;

    private final long run = RUNS.incrementAndGet();
    /** The last claim of each thread; the threads are numbered from 0 or from 1. */
    private final @Nullable Claim[] claims = new Claim[THREADS + 2];

    /** Makes the tasks of this run. */
    public ClaimsLincheck() {
        for (int task = 0; task < 2; task++) {
            cairn().tasks().create(NewTask.of(id(task)).queue(queue()));
        }
    }

    /** Opened by the first run: what is loaded before Lincheck begins, it would have to change afterwards, which takes long. */
    private static synchronized Cairn cairn() {
        if (cairn == null) {
            try {
                directory = TestDirectories.inMemory("cairn-lincheck");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            cairn = Cairn.open(
                    directory, TestDirectories.smallSegments().projection(false).build());
        }
        return cairn;
    }

    @AfterAll
    static void close() throws IOException {
        cairn.close();
        TestDirectories.delete(directory);
    }

    /** Two tasks by status, version, and the number of the grant that is current. */
    public static final class Specification {
        private final String[] statuses = {"pending", "pending"};
        private final int[] versions = {1, 1};
        private final int[] grants = new int[2];
        private final int[] claimedTask = new int[THREADS + 2];
        private final int[] claimedGrant = new int[THREADS + 2];
        private int lastGrant;

        public String claim(int thread) {
            for (int task = 0; task < 2; task++) {
                if (statuses[task].equals("pending")) {
                    statuses[task] = "running";
                    versions[task]++;
                    grants[task] = ++lastGrant;
                    claimedTask[thread] = task;
                    claimedGrant[thread] = lastGrant;
                    return "task " + task + " version " + versions[task];
                }
            }
            return NOTHING;
        }

        private boolean isCurrent(int thread) {
            return claimedGrant[thread] != 0 && grants[claimedTask[thread]] == claimedGrant[thread];
        }

        public String write(int thread) {
            if (claimedGrant[thread] == 0) {
                return NOTHING;
            }
            return isCurrent(thread) ? "version " + ++versions[claimedTask[thread]] : "stale";
        }

        public String complete(int thread) {
            String told = write(thread);
            if (isCurrent(thread)) {
                statuses[claimedTask[thread]] = "completed";
                grants[claimedTask[thread]] = 0;
            }
            return told;
        }

        public String release(int thread) {
            if (claimedGrant[thread] == 0) {
                return NOTHING;
            }
            if (!isCurrent(thread)) {
                return "stale";
            }
            giveBack(claimedTask[thread]);
            return "released";
        }

        private void giveBack(int task) {
            statuses[task] = "pending";
            versions[task]++;
            grants[task] = 0;
        }

        public String revoke(int task) {
            versions[task]++;
            String told = "version " + versions[task];
            if (grants[task] != 0) {
                giveBack(task);
            }
            return told;
        }

        public String patch(int task) {
            return grants[task] != 0 ? "held" : "version " + ++versions[task];
        }
    }

    private String id(int task) {
        return "c" + run + "-" + task;
    }

    private String queue() {
        return "q" + run;
    }

    private interface Write {
        Receipt run();
    }

    private static String told(Write write) {
        try {
            return "version " + write.run().version();
        } catch (StaleTokenException e) {
            return "stale";
        } catch (HeldException e) {
            return "held";
        }
    }

    @Operation
    public String claim(@Param(name = "thread") int thread) {
        ClaimRequest request = ClaimRequest.of("agent " + thread, LONG).withQueue(queue());
        return cairn().tasks()
                .claim(request, WriteOptions.defaults().withAck(Ack.ACCEPTED))
                .map(claim -> {
                    claims[thread] = claim;
                    return "task " + (claim.task().id().equals(id(0)) ? 0 : 1) + " version "
                            + claim.task().version();
                })
                .orElse(NOTHING);
    }

    private String fenced(int thread, TaskPatch patch) {
        Claim claim = claims[thread];
        return claim == null
                ? NOTHING
                : told(() -> cairn().tasks()
                        .patch(
                                claim.task().id(),
                                patch,
                                WriteOptions.defaults().withFence(claim.lease().fence())));
    }

    @Operation
    public String write(@Param(name = "thread") int thread) {
        return fenced(thread, TaskPatch.empty().priority(0));
    }

    @Operation
    public String complete(@Param(name = "thread") int thread) {
        return fenced(thread, TaskPatch.empty().status("completed"));
    }

    @Operation
    public String release(@Param(name = "thread") int thread) {
        Claim claim = claims[thread];
        if (claim == null) {
            return NOTHING;
        }
        Grant lease = claim.lease();
        return told(() -> cairn().leases().release(lease.lease(), lease.token()))
                .replaceAll("version .*", "released");
    }

    @Operation
    public String revoke(@Param(name = "task") int task) {
        WriteOptions revoking = WriteOptions.defaults().withFence(Fence.revoking("task:" + id(task)));
        return told(() -> cairn().tasks().patch(id(task), TaskPatch.empty(), revoking));
    }

    @Operation
    public String patch(@Param(name = "task") int task) {
        return told(() -> cairn().tasks().patch(id(task), TaskPatch.empty()));
    }

    @Test
    void shouldAnswerInAnOrderThatOneThreadCouldHaveSeen() {
        new StressOptions()
                .sequentialSpecification(Specification.class)
                .threads(THREADS)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(ITERATIONS)
                .invocationsPerIteration(200)
                .check(ClaimsLincheck.class);
    }
}
