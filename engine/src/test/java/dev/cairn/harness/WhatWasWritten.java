package dev.cairn.harness;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.TestDirectories;
import dev.cairn.harness.SampleDirectories.State;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.task.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Everything that an undamaged directory answers, to compare the answers of a damaged one with.
 *
 * <p>Threading: one thread.
 */
public final class WhatWasWritten {
    private static final int PAGE_RECORDS = 1_000;

    private final NavigableMap<Long, LogRecord> records;
    /** What may be found behind them, of a write in the midst of which the process was killed. */
    private final NavigableMap<Long, LogRecord> unfinished;

    private final Map<String, Optional<Task>> tasks;
    private final KindsWritten kinds;
    private final Map<String, String> roots;
    private final long durable;

    /** @param durable records up to this one must never be missing without a word */
    private WhatWasWritten(Cairn cairn, long durable) {
        this.durable = durable;
        this.records = new TreeMap<>();
        this.unfinished = new TreeMap<>();
        this.tasks = new HashMap<>();
        long next = 0;
        while (next <= cairn.watermarks().durableOffset()) {
            try {
                LogPage page = cairn.log().read(next, Long.MAX_VALUE, LogFilter.all(), PAGE_RECORDS);
                page.records().forEach(record -> records.put(record.offset(), record));
                next = page.next();
            } catch (GoneException lost) {
                next = lost.resumeFrom();
            }
        }
        for (int i = 0; i < SampleWrites.NAMES; i++) {
            String name = SampleWrites.name(i);
            tasks.put(name, cairn.tasks().get(name));
        }
        kinds = new KindsWritten(cairn);
        roots = cairn.stateRoot().kinds();
    }

    private WhatWasWritten(WhatWasWritten other, long durable, NavigableMap<Long, LogRecord> unfinished) {
        this.durable = durable;
        this.records = other.records;
        this.unfinished = unfinished;
        this.tasks = other.tasks;
        this.kinds = other.kinds;
        this.roots = other.roots;
    }

    /** The same where no more than the records up to {@code known} are known to have been durable. */
    WhatWasWritten knownUpTo(long known) {
        return new WhatWasWritten(this, Math.min(durable, known), unfinished);
    }

    /** Reads {@code directory}, whose records behind {@code durable} may be lost. */
    public static WhatWasWritten in(Path directory, long durable) {
        try (Cairn cairn =
                Cairn.open(directory, SampleDirectories.options().readOnly(true).build())) {
            return new WhatWasWritten(cairn, durable);
        }
    }

    /**
     * The same of each of {@code samples}; of the torn one, records behind those of the killed one may be lost, and what was being
     * written may be found: the clean one has it whole.
     */
    public static Map<State, WhatWasWritten> inEach(SampleDirectories samples, Path temporary) {
        WhatWasWritten clean = in(copy(samples, State.CLEAN, temporary), Long.MAX_VALUE);
        WhatWasWritten killed = in(copy(samples, State.KILLED, temporary), Long.MAX_VALUE);
        WhatWasWritten torn = in(copy(samples, State.TORN, temporary), killed.last());
        Map<State, WhatWasWritten> written = new EnumMap<>(State.class);
        written.put(State.CLEAN, clean);
        written.put(State.KILLED, killed);
        written.put(State.TORN, torn.interruptedIn(clean));
        return written;
    }

    private static Path copy(SampleDirectories samples, State state, Path temporary) {
        return TestDirectories.copyAsIfKilled(samples.of(state), temporary.resolve("whole-" + state));
    }

    /** The same where the process was killed in a write that {@code whole} has whole. */
    private WhatWasWritten interruptedIn(WhatWasWritten whole) {
        return new WhatWasWritten(this, durable, whole.records.tailMap(last(), false));
    }

    /** The offset of the last record. */
    public long last() {
        return records.lastKey();
    }

    /**
     * Compares all records, tasks, sessions, snapshots of runs, entities and the digest of the state.
     *
     * @return what {@code cairn} refused to answer because of damage
     * @throws AssertionError when an answer is wrong, or a durable record is missing without a word
     */
    public List<CairnException> compare(Cairn cairn) {
        List<CairnException> refusals = new ArrayList<>();
        boolean same = compareRecords(cairn, refusals) & compareBehind(cairn, refusals);
        boolean complete = same && refusals.isEmpty();
        for (Map.Entry<String, Optional<Task>> task : tasks.entrySet()) {
            try {
                Optional<Task> is = cairn.tasks().get(task.getKey());
                if (complete && !is.equals(task.getValue())) {
                    throw new AssertionError("expected " + task.getValue() + ", was " + is);
                }
            } catch (DamagedLogException refusal) {
                refusals.add(refusal);
            }
        }
        refusals.addAll(kinds.compare(cairn, complete));
        if (complete && refusals.isEmpty() && !cairn.stateRoot().kinds().equals(roots)) {
            throw new AssertionError("expected the state " + roots + ", was " + cairn.stateRoot());
        }
        return refusals;
    }

    /** Whether no record is gone; of a torn directory those that were not durable may be, and what they did with them. */
    private boolean compareRecords(Cairn cairn, List<CairnException> refusals) {
        boolean nothingGone = true;
        long next = records.firstKey();
        while (next <= last()) {
            try {
                LogPage page = cairn.log().read(next, last() + 1, LogFilter.all(), PAGE_RECORDS);
                if (page.next() == next) {
                    break;
                }
                List<LogRecord> expected =
                        List.copyOf(records.subMap(next, page.next()).values());
                if (!page.records().equals(expected)) {
                    throw new AssertionError("wrong read: " + difference(expected, page.records()));
                }
                next = page.next();
            } catch (GoneException lost) {
                long resume = lost.resumeFrom() == null ? last() + 1 : lost.resumeFrom();
                nothingGone &= isNothing(records.subMap(next, Math.min(resume, last() + 1)));
                next = resume;
            } catch (DamagedLogException damaged) {
                refusals.add(damaged);
                next++;
            }
        }
        return nothingGone & isNothing(records.tailMap(next));
    }

    /** Whether nothing is behind the last record; of a torn directory there may be some of what was being written. */
    private boolean compareBehind(Cairn cairn, List<CairnException> refusals) {
        boolean nothing = true;
        long next = last() + 1;
        while (next < cairn.watermarks().endOffset()) {
            try {
                LogPage page = cairn.log().read(next, Long.MAX_VALUE, LogFilter.all(), PAGE_RECORDS);
                for (LogRecord record : page.records()) {
                    if (!record.equals(unfinished.get(record.offset()))) {
                        throw new AssertionError("expected nothing behind " + last() + ", was " + record);
                    }
                    nothing = false;
                }
                if (page.next() == next) {
                    break;
                }
                next = page.next();
            } catch (GoneException lost) {
                next = lost.resumeFrom() == null ? Long.MAX_VALUE : lost.resumeFrom();
            } catch (DamagedLogException damaged) {
                refusals.add(damaged);
                next++;
            }
        }
        return nothing;
    }

    /** The durable records that {@code wanted} takes, by their offsets. */
    SortedSet<Long> durableOf(LongPredicate wanted) {
        return records.headMap(Math.min(durable, last()), true).keySet().stream()
                .filter(wanted::test)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Tasks that have a durable record which {@code lost} takes, where {@code left} takes the one behind it: that one tells. */
    SortedSet<String> toldTasks(LongPredicate lost, LongPredicate left) {
        SortedSet<String> told = new TreeSet<>();
        Map<String, Long> before = new HashMap<>();
        for (long offset : durableOf(any -> true)) {
            LogRecord record = Objects.requireNonNull(records.get(offset));
            if (record.topic().equals("task")) {
                Long previous = before.put(record.key(), offset);
                if (previous != null && lost.test(previous) && left.test(offset)) {
                    told.add(record.key());
                }
            }
        }
        return told;
    }

    /**
     * The durable records that {@code cairn} does not give, because they are damaged or gone.
     *
     * @throws AssertionError when it gives another record than was written
     */
    SortedSet<Long> missing(Cairn cairn) {
        return durableOf(offset -> {
            try {
                LogPage page = cairn.log().read(offset, offset + 1, LogFilter.all(), 1);
                if (page.records().isEmpty()) {
                    throw new AssertionError("expected the durable record " + offset + ", was nothing");
                }
                if (!page.records().get(0).equals(records.get(offset))) {
                    throw new AssertionError("expected " + records.get(offset) + ", was "
                            + page.records().get(0));
                }
                return false;
            } catch (DamagedLogException | GoneException refusal) {
                return true;
            }
        });
    }

    private static String difference(List<LogRecord> expected, List<LogRecord> is) {
        for (int i = 0; i < Math.min(expected.size(), is.size()); i++) {
            if (!expected.get(i).equals(is.get(i))) {
                return "expected " + expected.get(i) + ", was " + is.get(i);
            }
        }
        return "expected " + expected.size() + " records, was " + is.size();
    }

    private boolean isNothing(SortedMap<Long, LogRecord> missing) {
        if (!missing.isEmpty() && missing.firstKey() <= durable) {
            throw new AssertionError("expected the durable record " + missing.firstKey() + ", was nothing");
        }
        return missing.isEmpty();
    }
}
