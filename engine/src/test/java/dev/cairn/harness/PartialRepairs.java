package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.Progress;
import dev.cairn.inspect.Recovery;
import dev.cairn.log.From;
import dev.cairn.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;

/**
 * A repair of some part of a damaged log, by chance. Its plan must say of that part what the plan of the whole says, and name each
 * task that a record which is left tells of, wherever that is. Carried out it leaves a sound directory, or one of which the rest is repaired then.
 *
 * <p>Threading: one thread.
 */
final class PartialRepairs {
    private final WhatWasWritten written;
    private final Path directory;
    private final Recovery whole;
    private final long from;
    private final long until;

    /**
     * @param directory what is repaired
     * @param whole the plan for all of it
     */
    PartialRepairs(WhatWasWritten written, Path directory, Recovery whole, Random random) {
        this.written = written;
        this.directory = directory;
        this.whole = whole;
        long last = Math.max(0, whole.lastOffset());
        this.from = random.nextBoolean() ? 0 : random.nextLong(last + 1);
        this.until = from + 1 + random.nextLong(last + 1 - from);
    }

    /** Makes the plan and carries it out; says what came of it. */
    String run() throws IOException {
        Recovery part = Recovery.plan(directory, From.offset(from), From.offset(until), Progress.NONE);
        assertPlanned(part);
        if (!part.isDue()) {
            return "nothing to do";
        }
        CairnOptions options = SampleDirectories.options().projection(true).build();
        String outcome = apply(part, options);
        Recovery rest = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        if (rest.isDue()) {
            outcome += ", then the rest";
            rest.apply(options);
        }
        SeveralDamagesTest.assertSound(directory);
        SeveralDamagesTest.assertMissing(
                "repaired from " + from + " until " + until,
                SeveralDamagesTest.missing(written, directory),
                lostBy(whole));
        assertIncomplete(part, rest, options);
        return outcome;
    }

    private SortedSet<Long> lostBy(Recovery plan) {
        return written.durableOf(offset -> SeveralDamagesTest.isIn(plan.lost(), offset));
    }

    private void assertPlanned(Recovery part) {
        String named = "plan from " + from + " until " + until;
        SortedSet<Long> all = lostBy(whole);
        SortedSet<Long> lost = lostBy(part);
        assertThat(all).as(named).containsAll(lost);
        assertThat(lost).as(named).containsAll(all.subSet(from, until));
        assertThat(whole.tasks()).as(named).containsAll(part.tasks());
        assertThat(part.tasks())
                .as(named)
                .containsAll(written.toldTasks(lost::contains, offset -> !all.contains(offset)));
    }

    private static String apply(Recovery part, CairnOptions options) {
        try {
            part.apply(options);
            return "done";
        } catch (DamagedLogException refusal) {
            assertThat(refusal).hasMessageContaining("the log is damaged elsewhere too");
            return "done, opening refused";
        }
    }

    private void assertIncomplete(Recovery part, Recovery rest, CairnOptions options) {
        List<String> tasks = new ArrayList<>(part.tasks());
        tasks.addAll(rest.tasks());
        try (Cairn cairn = Cairn.open(directory, options)) {
            assertIncomplete(cairn, tasks);
        }
    }

    /** Tasks that lost records say so, if they are still there. */
    static void assertIncomplete(Cairn cairn, List<String> tasks) {
        for (String task : tasks) {
            assertThat(cairn.tasks().get(task).map(Task::incomplete).orElse(true))
                    .as("incomplete " + task)
                    .isTrue();
        }
    }
}
