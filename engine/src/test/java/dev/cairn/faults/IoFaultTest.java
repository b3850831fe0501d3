package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.TestDirectories;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.internal.disk.DiskFaults.Fault;
import dev.cairn.internal.disk.DiskFaults.On;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * G8, and what goes with it: the n-th file operation of a workload fails, for n = 1, 2, … until the workload passes.
 *
 * <p>There are four modes: EIO or ENOSPC, once or from then on. A build takes each n in one of them, the next n in the next;
 * which one comes first is by chance ({@code -Dcairn.seed}). {@code -Dcairn.faults=REGEX} takes each n in each mode, of those
 * runs whose name the pattern finds; {@code .} takes all, {@code 'FORCE 12: EIO'} one.
 */
class IoFaultTest {
    private static final On[] OPERATIONS = {On.OPEN, On.WRITE, On.FORCE, On.MOVE, On.RESIZE};
    private static final int MODES = 4;

    private final @Nullable String pattern = System.getProperty("cairn.faults");
    private Path temporary;
    private long runs;

    @BeforeEach
    void makeRoom() throws IOException {
        temporary = TestDirectories.inMemory("cairn-faults");
    }

    @AfterEach
    void leaveNothing() throws IOException {
        TestDirectories.delete(temporary);
    }

    @Test
    void shouldSurviveEachOperationThatFails() throws IOException {
        long seed = Long.getLong("cairn.seed", System.nanoTime());
        for (On on : OPERATIONS) {
            long before = runs;
            long count = countOf(on);
            if (pattern == null) {
                eachInOneMode(on, count, seed);
            } else {
                for (int mode = 0; mode < MODES; mode++) {
                    eachInMode(on, count, mode, Pattern.compile(pattern));
                }
            }
            System.out.printf(
                    "%s: %,d operations without a fault, %,d runs, seed %d%n", on, count, runs - before, seed);
        }
    }

    private void eachInOneMode(On on, long count, long seed) throws IOException {
        boolean cameUp = true;
        for (long nth = 1; cameUp || nth <= count; nth++) {
            cameUp = run(on, nth, Math.floorMod(seed + nth, MODES));
        }
    }

    private void eachInMode(On on, long count, int mode, Pattern names) throws IOException {
        boolean cameUp = true;
        for (long nth = 1; cameUp || nth <= count; nth++) {
            if (names.matcher(name(on, nth, mode)).find()) {
                cameUp = run(on, nth, mode);
            } else {
                cameUp = nth < count;
            }
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

    private static Fault fault(int mode) {
        return Fault.values()[mode & 1];
    }

    private static boolean sticky(int mode) {
        return mode >= 2;
    }

    private static String name(On on, long nth, int mode) {
        return on + " " + nth + (sticky(mode) ? " and all after it: " : ": ") + fault(mode);
    }

    /** Returns whether the operation came up. */
    private boolean run(On on, long nth, int mode) throws IOException {
        Path directory = temporary.resolve("run-" + runs++);
        DiskFaults faults = DiskFaults.fail(directory, on, nth, sticky(mode), fault(mode));
        FaultRun run = new FaultRun(directory, faults, sticky(mode));
        try {
            try (faults) {
                run.work();
            }
            run.verify();
        } catch (Throwable e) {
            throw new AssertionError(name(on, nth, mode) + " (" + faults.struck() + "): " + e, e);
        } finally {
            faults.close();
            FaultRun.delete(directory);
        }
        return faults.hasStruck();
    }
}
