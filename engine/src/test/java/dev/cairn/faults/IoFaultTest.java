package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.harness.Trials;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.internal.disk.DiskFaults.Fault;
import dev.cairn.internal.disk.DiskFaults.On;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * G8, and what goes with it: the n-th file operation of a workload fails, once or from then on.
 *
 * <p>A build takes a few n by chance ({@code -Dcairn.trials}, {@code -Dcairn.seed}); {@code -Dcairn.faults=all} takes every n.
 */
class IoFaultTest {
    private static final On[] OPERATIONS = {On.OPEN, On.WRITE, On.FORCE, On.MOVE, On.RESIZE};

    @TempDir
    Path temporary;

    private int runs;

    @Test
    void shouldSurviveAnOperationThatFails() throws IOException {
        Map<On, Long> counts = new EnumMap<>(On.class);
        for (On on : OPERATIONS) {
            counts.put(on, countOf(on));
        }
        Trials.of("file operations that fail", 20).run(random -> {
            On on = OPERATIONS[random.nextInt(OPERATIONS.length)];
            long nth = 1 + random.nextLong(counts.get(on));
            run(on, nth, random.nextBoolean(), Fault.values()[random.nextInt(Fault.values().length)]);
        });
    }

    @Test
    @EnabledIfSystemProperty(named = "cairn.faults", matches = "all")
    void shouldSurviveEachOperationThatFails() throws IOException {
        for (On on : OPERATIONS) {
            long tried = 0;
            for (Fault fault : Fault.values()) {
                for (boolean sticky : new boolean[] {false, true}) {
                    long nth = 1;
                    while (run(on, nth, sticky, fault)) {
                        nth++;
                    }
                    tried += nth;
                }
            }
            System.out.printf("%s: %,d runs%n", on, tried);
        }
    }

    private long countOf(On on) throws IOException {
        Path directory = temporary.resolve("count");
        try (DiskFaults faults = DiskFaults.fail(directory, on, Long.MAX_VALUE, false, Fault.EIO)) {
            new FaultRun(directory, faults, false).work();
            assertThat(faults.seen()).isPositive();
            return faults.seen();
        } finally {
            FaultRun.delete(directory);
        }
    }

    /** Returns whether the operation came up. */
    private boolean run(On on, long nth, boolean sticky, Fault fault) throws IOException {
        Path directory = temporary.resolve("run-" + runs++);
        String name = on + " " + nth + (sticky ? " and all after it: " : ": ") + fault;
        DiskFaults faults = DiskFaults.fail(directory, on, nth, sticky, fault);
        FaultRun run = new FaultRun(directory, faults, sticky);
        try {
            try (faults) {
                run.work();
            }
            run.verify();
        } catch (Throwable e) {
            throw new AssertionError(name + " (" + faults.struck() + "): " + e, e);
        } finally {
            faults.close();
            FaultRun.delete(directory);
        }
        return faults.hasStruck();
    }
}
