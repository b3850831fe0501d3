package dev.cairn;

import dev.cairn.lease.Grant;
import dev.cairn.lease.Lease;
import dev.cairn.lease.LeaseRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Leases of one open engine under several threads: what acquiring, renewing, releasing and reading say could have been said to
 * one thread. A grant is named by the version that it made, as its token differs from run to run.
 *
 * <p>{@code -Dcairn.lincheck.iterations=N} for more.
 */
@Param(name = "lease", gen = IntGen.class, conf = "0:1")
@Param(name = "grant", gen = IntGen.class, conf = "1:3")
public class LeasesLincheck {
    private static final int ITERATIONS = Integer.getInteger("cairn.lincheck.iterations", 15);
    private static final AtomicLong RUNS = new AtomicLong();
    private static final Duration LONG = Duration.ofHours(1);
    private static final WriteOptions ACCEPTED = WriteOptions.defaults().withAck(Ack.ACCEPTED);

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

    /** Two leases, each with its version and the version of its current grant, 0 for none. */
    public static final class Specification {
        private final long[] versions = new long[2];
        private final long[] grants = new long[2];

        public String acquire(int lease) {
            if (grants[lease] != 0) {
                return "held";
            }
            grants[lease] = ++versions[lease];
            return "granted " + grants[lease];
        }

        public String renew(int lease, int grant) {
            return grants[lease] == grant ? "renewed " + ++versions[lease] : "stale";
        }

        public String release(int lease, int grant) {
            if (grants[lease] != grant) {
                return "stale";
            }
            grants[lease] = 0;
            return "released " + ++versions[lease];
        }

        public boolean held(int lease) {
            return grants[lease] != 0;
        }
    }

    private String name(int lease) {
        return "r" + run + "-" + lease;
    }

    /** The token of the grant that made {@code version}: read in the log, as others may have made it; −1 for none yet. */
    private long token(int lease, int version) {
        try {
            return cairn().leases().history(name(lease), Long.MAX_VALUE, 100).stream()
                    .filter(record ->
                            record.version() == version && record.type().equals("granted"))
                    .mapToLong(LogRecord::offset)
                    .findFirst()
                    .orElse(-1);
        } catch (NotFoundException e) {
            return -1;
        }
    }

    @Operation
    public String acquire(@Param(name = "lease") int lease) {
        try {
            Grant grant = cairn().leases().acquire(name(lease), "me", LONG, Duration.ZERO, ACCEPTED);
            return "granted " + grant.receipt().version();
        } catch (HeldException e) {
            return "held";
        }
    }

    @Operation
    public String renew(@Param(name = "lease") int lease, @Param(name = "grant") int grant) {
        long token = token(lease, grant);
        try {
            return token < 0
                    ? "stale"
                    : "renewed "
                            + cairn().leases()
                                    .renew(name(lease), token, LONG, null, ACCEPTED)
                                    .receipt()
                                    .version();
        } catch (StaleTokenException e) {
            return "stale";
        }
    }

    @Operation
    public String release(@Param(name = "lease") int lease, @Param(name = "grant") int grant) {
        long token = token(lease, grant);
        try {
            return token < 0
                    ? "stale"
                    : "released "
                            + cairn().leases()
                                    .release(name(lease), token, LeaseRelease.RELEASE, ACCEPTED)
                                    .version();
        } catch (StaleTokenException e) {
            return "stale";
        }
    }

    @Operation
    public boolean held(@Param(name = "lease") int lease) {
        return cairn().leases().get(name(lease)).map(Lease::holder).isPresent();
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
                .check(LeasesLincheck.class);
    }
}
