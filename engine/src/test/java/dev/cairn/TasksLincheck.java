package dev.cairn;

import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Tasks of one open engine under several threads: what creates, patches by version, reads and deletes say could have been
 * said to one thread. Each run has tasks of its own in the same engine, as opening one for each would be too slow.
 *
 * <p>{@code -Dcairn.lincheck.iterations=N} for more.
 */
@Param(name = "task", gen = IntGen.class, conf = "0:1")
@Param(name = "version", gen = IntGen.class, conf = "1:3")
public class TasksLincheck {
    private static final int ITERATIONS = Integer.getInteger("cairn.lincheck.iterations", 15);
    private static final AtomicLong RUNS = new AtomicLong();

    private static @Nullable Path directory;
    private static @Nullable Cairn cairn;

    private final long run = RUNS.incrementAndGet();

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

    /** Two tasks as two versions; a negative one is that of a task which was deleted. */
    public static final class Specification {
        private final long[] versions = new long[2];

        public String create(int task) {
            if (versions[task] > 0) {
                return "conflict " + versions[task];
            }
            versions[task] = -versions[task] + 1;
            return "version " + versions[task];
        }

        public String patch(int task, int version) {
            if (versions[task] != version) {
                return "conflict " + Math.abs(versions[task]);
            }
            versions[task]++;
            return "version " + versions[task];
        }

        public String delete(int task) {
            if (versions[task] <= 0) {
                return "not found";
            }
            versions[task] = -versions[task] - 1;
            return "version " + -versions[task];
        }

        public long get(int task) {
            return Math.max(0, versions[task]);
        }
    }

    private String id(int task) {
        return "r" + run + "-" + task;
    }

    private interface Write {
        Receipt run();
    }

    private static String told(Write write) {
        try {
            return "version " + write.run().version();
        } catch (ConflictException e) {
            return "conflict " + e.actual();
        } catch (NotFoundException e) {
            return "not found";
        }
    }

    @Operation
    public String create(@Param(name = "task") int task) {
        return told(() -> cairn().tasks().create(NewTask.of(id(task))));
    }

    @Operation
    public String patch(@Param(name = "task") int task, @Param(name = "version") int version) {
        WriteOptions options = WriteOptions.defaults().withExpect(Expect.version(version));
        return told(() -> cairn().tasks().patch(id(task), TaskPatch.empty().priority(version), options));
    }

    @Operation
    public String delete(@Param(name = "task") int task) {
        return told(() -> cairn().tasks().delete(id(task)));
    }

    @Operation
    public long get(@Param(name = "task") int task) {
        return cairn().tasks().get(id(task)).map(found -> found.version()).orElse(0L);
    }

    @Test
    void shouldAnswerInAnOrderThatOneThreadCouldHaveSeen() {
        new StressOptions()
                .sequentialSpecification(Specification.class)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(ITERATIONS)
                .invocationsPerIteration(200)
                .check(TasksLincheck.class);
    }
}
