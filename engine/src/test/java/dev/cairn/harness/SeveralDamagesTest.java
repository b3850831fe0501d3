package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.harness.SampleDirectories.State;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several files damaged at once. All who look at the directory must say the same of it: the plan of a repair names the offsets
 * that are lost, readers refuse just those and give all others as they were written, opening for writing gives up none that could be
 * read before, and a repair loses what its plan says and leaves a sound directory, also if it is asked for one part after the other.
 */
class SeveralDamagesTest {
    private static final int TRIALS_IN_BUILD = 60;

    @TempDir
    static Path temporary;

    private static SampleDirectories samples;
    private static Map<State, WhatWasWritten> written;

    private final Map<String, Integer> outcomes = new TreeMap<>();

    @BeforeAll
    static void makeSamples() {
        samples = SampleDirectories.make(temporary, new Random(1));
        written = WhatWasWritten.inEach(samples, temporary);
    }

    @Test
    void shouldSayTheSameOfSeveralDamagesWhoeverLooks() {
        Trials.of("several damages", TRIALS_IN_BUILD).run(random -> {
            State state = State.values()[random.nextInt(State.values().length)];
            Path damaged = TestDirectories.copyAsIfKilled(samples.of(state), temporary.resolve("damaged"));
            List<String> damages =
                    new DamageDice(samples.of(state), samples.older(state), samples.foreign(), random).damage(damaged);
            try {
                outcomes.merge(outcome(written.get(state), damaged, damages, random), 1, Integer::sum);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(state + " " + damages + ": " + e, e);
            } finally {
                TestDirectories.delete(damaged);
            }
        });
        if (outcomes.values().stream().mapToInt(count -> count).sum() >= TRIALS_IN_BUILD) {
            assertThat(outcomes.keySet())
                    .as("not each of them the same")
                    .anyMatch(outcome -> outcome.startsWith("nothing to do"))
                    .anyMatch(outcome -> outcome.startsWith("repair, losses, reading serves, writing refused"))
                    .anyMatch(outcome -> outcome.startsWith("repair, losses, reading serves, writing serves"));
        }
        outcomes.forEach((outcome, count) -> System.out.printf("several damages: %,5d %s%n", count, outcome));
    }

    private static String outcome(WhatWasWritten whole, Path damaged, List<String> damages, Random random)
            throws IOException {
        Recovery plan;
        try {
            plan = Recovery.plan(damaged, 0, Long.MAX_VALUE, Progress.NONE);
        } catch (DataDirectoryException | DamagedLogException refusal) {
            assertRefused(damaged, true);
            assertRefused(damaged, false);
            return "no plan: " + refusal.code();
        }
        Verification verified = Verification.of(damaged, false, Progress.NONE);
        if (plan.isDue()) {
            assertThat(verified.isSound())
                    .as("verify, of what is to be repaired")
                    .isFalse();
        }
        // Where the newest segment is gone with all that knew of it, nobody can miss it.
        boolean blind = damages.stream().anyMatch(damage -> damage.startsWith("watermark"));
        WhatWasWritten written = blind ? whole.knownUpTo(plan.durableOffset()) : whole;
        SortedSet<Long> lost = written.durableOf(offset -> isIn(plan.lost(), offset));
        String outcome = (plan.isDue() ? "repair" : "nothing to do") + (lost.isEmpty() ? "" : ", losses");
        boolean misplaced =
                plan.segments().stream().anyMatch(segment -> !segment.liesAt().equals(segment.file()));
        if (misplaced) {
            outcome += ", some in the places of others"; // who reads goes by the names
        } else {
            outcome += ", reading " + reading(written, damaged, lost);
            outcome += ", writing " + writing(written, damaged, lost);
        }
        if (plan.isDue()) {
            assertRepaired(written, damaged, plan, lost);
            outcome += ", of a part " + ofPart(written, damaged, plan, random);
        }
        return outcome;
    }

    private static String ofPart(WhatWasWritten written, Path damaged, Recovery plan, Random random)
            throws IOException {
        Path copy = TestDirectories.copyAsIfKilled(damaged, temporary.resolve("partly"));
        try {
            return new PartialRepairs(written, copy, plan, random).run();
        } finally {
            TestDirectories.delete(copy);
        }
    }

    static boolean isIn(List<Range> ranges, long offset) {
        return ranges.stream().anyMatch(range -> range.first() <= offset && offset <= range.last());
    }

    private static void assertRefused(Path damaged, boolean readOnly) throws IOException {
        Path copy = TestDirectories.copyAsIfKilled(damaged, temporary.resolve("refused"));
        try (Cairn cairn =
                Cairn.open(copy, SampleDirectories.options().readOnly(readOnly).build())) {
            throw new AssertionError("expected a refusal, as of a plan, was " + cairn.watermarks());
        } catch (DataDirectoryException | DamagedLogException refusal) {
            // as it should be
        } finally {
            TestDirectories.delete(copy);
        }
    }

    private static String reading(WhatWasWritten written, Path damaged, SortedSet<Long> lost) {
        try {
            assertMissing("read only", missing(written, damaged), lost);
            return "serves";
        } catch (DataDirectoryException refusal) {
            assertThat(refusal.reason()).as("without an identity").isEqualTo(Reason.FOREIGN);
            return refusal.reason().toString();
        }
    }

    static SortedSet<Long> missing(WhatWasWritten written, Path directory) {
        try (Cairn cairn = Cairn.open(
                directory,
                SampleDirectories.options().readOnly(true).scrub(false).build())) {
            return written.missing(cairn);
        }
    }

    static void assertMissing(String who, SortedSet<Long> missing, SortedSet<Long> lost) {
        assertThat(ranges(missing)).as(who + ", against the plan").isEqualTo(ranges(lost));
    }

    private static String ranges(SortedSet<Long> offsets) {
        StringBuilder text = new StringBuilder();
        long before = Long.MIN_VALUE;
        for (long offset : offsets) {
            if (offset != before + 1) {
                text.append(before == Long.MIN_VALUE ? "" : before + " ")
                        .append(offset)
                        .append('-');
            }
            before = offset;
        }
        return before == Long.MIN_VALUE ? "none" : text.append(before).toString();
    }

    private static String writing(WhatWasWritten written, Path damaged, SortedSet<Long> lost) throws IOException {
        Path copy = TestDirectories.copyAsIfKilled(damaged, temporary.resolve("opened"));
        try {
            String refused = open(copy);
            if (refused != null) {
                return refused;
            }
            assertMissing("read only, behind a writer", missing(written, copy), lost);
            Recovery plan = Recovery.plan(copy, 0, Long.MAX_VALUE, Progress.NONE);
            assertMissing("plan, behind a writer", written.durableOf(offset -> isIn(plan.lost(), offset)), lost);
            return "serves";
        } finally {
            TestDirectories.delete(copy);
        }
    }

    /** Opens and closes it; how that was refused, or null. */
    private static @Nullable String open(Path directory) {
        try {
            Cairn.open(directory, SampleDirectories.options().scrub(false).build())
                    .close();
            return null;
        } catch (DamagedLogException refusal) {
            return "refused";
        } catch (DataDirectoryException refusal) {
            assertThat(refusal.reason()).isIn(Reason.FOREIGN, Reason.ROLLED_BACK);
            return refusal.reason().toString();
        }
    }

    private static void assertRepaired(WhatWasWritten written, Path damaged, Recovery before, SortedSet<Long> lost)
            throws IOException {
        Path copy = TestDirectories.copyAsIfKilled(damaged, temporary.resolve("repaired"));
        try {
            CairnOptions options = SampleDirectories.options().projection(true).build();
            Recovery plan = Recovery.plan(copy, 0, Long.MAX_VALUE, Progress.NONE);
            assertThat(plan.id()).as("the plan, made again").isEqualTo(before.id());
            plan.apply(options);
            assertMissing("repaired", missing(written, copy), lost);
            assertSound(copy);
            Recovery again = Recovery.plan(copy, 0, Long.MAX_VALUE, Progress.NONE);
            assertThat(again.isDue()).as("a second repair").isFalse();
            try (Cairn cairn = Cairn.open(copy, options)) {
                PartialRepairs.assertIncomplete(cairn, plan.tasks());
                new SampleWrites(new Random(1)).write(cairn, 20);
            }
            assertSound(copy);
            assertMissing("written to behind the repair", missing(written, copy), lost);
        } finally {
            TestDirectories.delete(copy);
        }
    }

    static void assertSound(Path directory) {
        Verification verified = Verification.of(directory, true, Progress.NONE);
        assertThat(verified.isSound())
                .as(() -> "verify --deep, behind the repair: "
                        + verified.findings().stream().map(Object::toString).collect(Collectors.joining("; ")))
                .isTrue();
    }
}
