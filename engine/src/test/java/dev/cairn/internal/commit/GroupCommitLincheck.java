package dev.cairn.internal.commit;

import dev.cairn.NotReadyException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Group commit over a disk that is a number and breaks at some moment: whatever threads do, each commit is acknowledged only
 * when the disk has it, and none after the disk broke.
 *
 * <p>{@code -Dcairn.lincheck.iterations=N} for more.
 */
public class GroupCommitLincheck {
    private static final int ITERATIONS = Integer.getInteger("cairn.lincheck.iterations", 15);

    private final ReentrantLock lock = new ReentrantLock();
    private long appended = -1;
    private volatile boolean broken;
    private volatile long onDisk = -1;
    private final GroupCommit groupCommit = new GroupCommit(this::target, new NoListener(), 1, -1);

    public GroupCommitLincheck() {
        groupCommit.start();
    }

    /** What must be told apart: nothing but the order of commits and of the breaking. */
    public static final class Specification {
        private boolean broken;

        public String commit() {
            return broken ? "refused" : "durable";
        }

        public String commitAsync() {
            return commit();
        }

        public void breakDisk() {
            broken = true;
        }
    }

    private static final class NoListener implements GroupCommit.Listener {
        @Override
        public void durable(CommitLog.ForceTarget target) {}

        @Override
        public void idle() {}

        @Override
        public void failed(Throwable cause) {}
    }

    private CommitLog.ForceTarget target() {
        lock.lock();
        try {
            long last = appended;
            return new CommitLog.ForceTarget() {
                @Override
                public long lastOffset() {
                    return last;
                }

                @Override
                public void force() throws IOException {
                    if (broken) {
                        throw new IOException("Input/output error");
                    }
                    onDisk = last;
                }
            };
        } finally {
            lock.unlock();
        }
    }

    private long append() {
        lock.lock();
        try {
            appended++;
            groupCommit.appended(appended, 100);
            return appended;
        } finally {
            lock.unlock();
        }
    }

    @Operation
    public String commit() throws InterruptedException {
        long offset = append();
        try {
            boolean inTime = groupCommit.await(offset, System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
            return inTime ? outcome(offset) : "late";
        } catch (NotReadyException e) {
            return "refused";
        }
    }

    @Operation
    public String commitAsync() throws InterruptedException, ExecutionException {
        long offset = append();
        CompletableFuture<String> told = new CompletableFuture<>();
        groupCommit.whenDurable(offset, cause -> told.complete(cause == null ? outcome(offset) : "refused"));
        return told.get();
    }

    private String outcome(long offset) {
        return onDisk >= offset && groupCommit.durableOffset() >= offset ? "durable" : "acknowledged too early";
    }

    @Operation
    public void breakDisk() {
        broken = true;
    }

    @Validate
    public void stop() {
        groupCommit.close();
    }

    @Test
    void shouldAcknowledgeInAnOrderThatOneThreadCouldHaveSeen() {
        new StressOptions()
                .sequentialSpecification(Specification.class)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(ITERATIONS)
                .invocationsPerIteration(100)
                .check(GroupCommitLincheck.class);
    }
}
