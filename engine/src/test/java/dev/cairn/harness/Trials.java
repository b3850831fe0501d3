package dev.cairn.harness;

import java.time.Duration;
import java.util.Random;

/**
 * How often a harness tries, and with which chance: a few times in a build, for hours when it is asked to.
 *
 * <p>Read from system properties, which {@code mvn test} hands on:
 * <ul>
 *   <li>{@code cairn.trials}: how many trials, in place of the harness's own number;
 *   <li>{@code cairn.minutes}: stop after the trial during which this time was over; alone, it also lifts the number;
 *   <li>{@code cairn.seed}: where the chance begins; by default another each time. Trial {@code i} of a seed is always the same
 *       trial, so one that failed is repeated alone by the seed that its message names and {@code cairn.trials=1}.
 * </ul>
 *
 * <p>Threading: one thread.
 */
public final class Trials {
    private static final long SEED_STEP = 0x9E37_79B9_7F4A_7C15L;

    private final String harness;
    private final long count;
    private final long minutes;
    private final long seed;

    /** One trial; what it throws fails the harness. */
    @FunctionalInterface
    public interface Trial {
        /** @param random the trial's own chance: nothing else may be random in it */
        void run(Random random) throws Exception;
    }

    private Trials(String harness, long count, long minutes, long seed) {
        this.harness = harness;
        this.count = count;
        this.minutes = minutes;
        this.seed = seed;
    }

    /**
     * The trials of one harness.
     *
     * @param harness its name, for messages
     * @param countInBuild how many trials a build makes
     */
    public static Trials of(String harness, int countInBuild) {
        long minutes = Long.getLong("cairn.minutes", 0);
        long count = Long.getLong("cairn.trials", minutes > 0 ? Long.MAX_VALUE : countInBuild);
        return new Trials(harness, count, minutes, Long.getLong("cairn.seed", System.nanoTime()));
    }

    /** How many trials there will be, unless the time is over before; {@link Long#MAX_VALUE} when only the time counts. */
    public long count() {
        return count;
    }

    /**
     * Runs the trials one after the other.
     *
     * @return how many there were
     * @throws AssertionError naming the seed of the trial that failed
     */
    public long run(Trial trial) {
        long begun = System.nanoTime();
        long done = 0;
        while (done < count && !(minutes > 0 && minutesSince(begun) >= minutes)) {
            long trialSeed = seed + done * SEED_STEP;
            try {
                trial.run(new Random(trialSeed));
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        harness + ": trial " + done + " failed; repeat it with -Dcairn.seed=" + trialSeed
                                + " -Dcairn.trials=1: " + e.getMessage(),
                        e);
            }
            done++;
        }
        System.out.printf("%s: %,d trials from seed %d in %s%n", harness, done, seed, elapsed(begun));
        return done;
    }

    private static long minutesSince(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMinutes();
    }

    private static Duration elapsed(long begun) {
        return Duration.ofSeconds(Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }
}
