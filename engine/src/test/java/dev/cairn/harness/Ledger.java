package dev.cairn.harness;

import dev.cairn.harness.Told.Ended;
import dev.cairn.harness.Told.Level;
import dev.cairn.harness.Told.Seen;
import dev.cairn.harness.Workload.Mode;
import dev.cairn.harness.Workload.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a parent knows of one data directory: every acknowledgement, every refusal, every offset that anybody ever saw. It holds
 * a log that was opened again against that.
 *
 * <p>What is in the log after an opening counts as durable from then on, as an opening forces it.
 *
 * <p>Threading: one thread, or guarded by the caller.
 */
public final class Ledger {
    private static final String TASK = "task";

    private final Workload workload;
    private final Map<Long, Ended> acknowledged = new HashMap<>();
    private final Map<Long, Kept> kept = new HashMap<>();
    private final Set<Long> absent = new HashSet<>();
    private final Map<Long, Long> owners = new HashMap<>();
    private final long[] blocks;
    private final long[] done;
    private long acknowledgements;
    private long durable;
    private long lost;
    private Map<String, TaskFold> tasks = Map.of();
    private Set<Told.Found> others = Set.of();

    /** A record that was in the log when it was last looked at. */
    private record Kept(long offset, long version, long payload) {}

    /**
     * How much a stop may have taken.
     *
     * @param nanos when it was, by {@link System#nanoTime}
     * @param windowNanos writes that were accepted longer before that must be there
     * @param recordsMax how many records may be missing
     */
    public record Loss(long nanos, long windowNanos, long recordsMax) {}

    public Ledger(Workload workload) {
        this.workload = workload;
        blocks = new long[workload.clients()];
        done = new long[workload.clients()];
    }

    /** Acknowledgements so far. */
    public long acknowledgements() {
        return acknowledgements;
    }

    /** Of those, durable ones. */
    public long durable() {
        return durable;
    }

    /** Accepted writes that a loss of power took. */
    public long lost() {
        return lost;
    }

    /** Records that were in the log when it was last looked at, without the engine's own. */
    public int records() {
        return kept.size();
    }

    /** Where the clients go on: for each the block, and which of its numbers are done with. */
    public String progress() {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < blocks.length; i++) {
            words.append(" c")
                    .append(i)
                    .append('=')
                    .append(blocks[i])
                    .append(':')
                    .append(Long.toHexString(done[i]));
        }
        return words.toString();
    }

    /** The block that {@code client} goes on with. */
    public long block(int client) {
        return blocks[client];
    }

    /** A bit for each number of that block that is done with. */
    public long done(int client) {
        return done[client];
    }

    /** Takes note of how a write ended. */
    public void ended(Ended ended) {
        advance(ended.number());
        if (ended.offset() < 0) {
            Kept there = kept.get(ended.number());
            if (there == null) {
                absent.add(ended.number());
            } else {
                require(
                        ended.level() == Level.ABANDONED,
                        "expected write %d, which is at offset %d, not to be refused",
                        ended.number(),
                        there.offset());
            }
            return;
        }
        acknowledgements++;
        durable += ended.level() == Level.DURABLE ? 1 : 0;
        own(ended.offset(), ended.number());
        Kept before = kept.get(ended.number());
        if (ended.replayed()) {
            require(
                    before != null && before.offset() == ended.offset() && before.version() == ended.version(),
                    "expected a replayed write that is in the log, was %s, in the log %s",
                    ended,
                    before);
        } else {
            require(before == null, "expected write %s once, was in the log already: %s", ended, before);
            Ended twice = acknowledged.put(ended.number(), ended);
            require(twice == null, "expected one acknowledgement, was %s and %s", twice, ended);
        }
    }

    private void advance(long number) {
        int client = Workload.client(number);
        if (Workload.block(number) > blocks[client]) {
            blocks[client] = Workload.block(number);
            done[client] = 0;
        }
        done[client] |= 1L << number % Workload.BLOCK;
        if (done[client] == -1L) {
            blocks[client]++;
            done[client] = 0;
        }
    }

    /** Takes note of what the engine says of an operation. */
    public void outcome(Told.Outcome outcome) {
        Kept there = kept.get(outcome.number());
        require(
                there == null
                        ? outcome.offset() < 0
                        : there.offset() == outcome.offset() && there.version() == outcome.version(),
                "expected the outcome of a write that is %s in the log, was %s",
                there == null ? "not" : "at " + there,
                outcome);
    }

    private void own(long offset, long number) {
        Long owner = owners.putIfAbsent(offset, number);
        require(
                owner == null || owner == number,
                "expected offset %d, issued for %s, never to be issued again, was issued for %d",
                offset,
                owner,
                number);
    }

    /**
     * Holds the log as it was read after an opening against all that is known.
     *
     * @param log {@link Seen} and {@link Told.Gap}, in order
     * @param loss what may be missing; null if nothing may
     */
    public void checkLog(List<Told> log, @Nullable Loss loss) {
        LogFold fold = new LogFold();
        for (Told told : log) {
            if (told instanceof Told.Gap gap) {
                fold.gap(gap);
            } else {
                fold.record((Seen) told);
            }
        }
        for (Map.Entry<Long, Kept> before : kept.entrySet()) {
            require(
                    before.getValue().equals(fold.found.get(before.getKey())),
                    "expected write %d, which was in the log before, to be there as %s, was %s",
                    before.getKey(),
                    before.getValue(),
                    fold.found.get(before.getKey()));
        }
        checkAcknowledged(fold, loss);
        checkAtomic(fold.found);
        acknowledged.clear();
        kept.putAll(fold.found);
        tasks = fold.tasks;
        others = new HashSet<>(fold.others.values());
    }

    private void checkAcknowledged(LogFold fold, @Nullable Loss loss) {
        for (Ended ended : acknowledged.values()) {
            Kept there = fold.found.get(ended.number());
            if (there == null) {
                checkLost(ended, fold.lastOffset, loss);
                lost++;
            } else {
                require(
                        there.offset() == ended.offset() && there.version() == ended.version(),
                        "expected %s in the log, was %s",
                        ended,
                        there);
            }
        }
    }

    private void checkLost(Ended ended, long lastOffset, @Nullable Loss loss) {
        require(
                loss != null,
                "expected every acknowledged write, was without %s; the log ends at %d",
                ended,
                lastOffset);
        require(
                ended.level() != Level.DURABLE,
                "expected every durable write, was without %s; the log ends at %d",
                ended,
                lastOffset);
        require(ended.offset() > lastOffset, "expected a loss at the end, %d, was %s", lastOffset, ended);
        require(
                ended.offset() - lastOffset <= loss.recordsMax(),
                "expected a loss of at most %d records behind %d, was %s",
                loss.recordsMax(),
                lastOffset,
                ended);
        long before = loss.nanos() - ended.nanos();
        require(
                before <= loss.windowNanos(),
                "expected a loss of the last %d ms, was %s, %d ms before",
                loss.windowNanos() / 1_000_000,
                ended,
                before / 1_000_000);
    }

    private void checkAtomic(Map<Long, Kept> found) {
        for (Map.Entry<Long, Kept> entry : found.entrySet()) {
            Work work = kept.containsKey(entry.getKey()) ? null : workload.work(entry.getKey());
            if (work == null || work.mode() != Mode.ATOMIC) {
                continue;
            }
            for (int i = 0; i < workload.groupSize(work.first()); i++) {
                Kept item = found.get(work.first() + i);
                require(
                        item != null && item.offset() == entry.getValue().offset() + i - work.item(),
                        "expected all of the atomic batch of write %d at %s, was item %d at %s",
                        work.number(),
                        entry.getValue(),
                        i,
                        item);
            }
        }
    }

    /** Holds tasks against the fold of the log that was checked last. */
    public void checkTask(Told.TaskIs task) {
        TaskFold fold = tasks.get(task.key());
        String status = fold == null || !fold.exists ? "" : fold.status;
        require(task.status().equals(status), "expected %s with status '%s', was %s", task.key(), status, task);
        if (!status.isEmpty()) {
            String text = workload.work(fold.textOf).text();
            require(
                    task.version() == fold.version
                            && task.revision() == fold.offset
                            && task.metadata() == Told.digest(Workload.metadata(fold.number, text)),
                    "expected version %d, revision %d and metadata of writes %d and %d, was %s",
                    fold.version,
                    fold.offset,
                    fold.number,
                    fold.textOf,
                    task);
        }
    }

    /** Holds all sessions, leases and snapshots that there are against the fold of the log that was checked last. */
    public void checkFound(List<Told.Found> found) {
        Set<Told.Found> is = new HashSet<>(found);
        for (Told.Found expected : others) {
            require(
                    is.contains(expected),
                    "expected %s, was %s",
                    expected,
                    found.stream()
                            .filter(other -> other.key().equals(expected.key()))
                            .toList());
        }
        require(
                is.size() == others.size(),
                "expected %d sessions, leases and snapshots, was %d",
                others.size(),
                is.size());
    }

    /** Holds state roots against each other. */
    public static void checkRoots(Told.Roots roots) {
        require(roots.live().equals(roots.replayed()), "expected equal state after a replay, was %s", roots);
        require(
                roots.projection().isEmpty() || roots.live().contains("task=" + roots.projection()),
                "expected a projection as the state, was %s",
                roots);
    }

    private static void require(boolean condition, String message, @Nullable Object... values) {
        if (!condition) {
            throw new AssertionError(String.format(message, values));
        }
    }

    /** A task, folded from its records. */
    private static final class TaskFold {
        private boolean exists;
        private String status = "";
        private long number;
        private long textOf;
        private long version;
        private long offset;
    }

    /** Goes through the records of a log once. */
    private final class LogFold {
        private final Map<Long, Kept> found = new HashMap<>();
        private final Map<String, long[]> chains = new HashMap<>();
        private final Map<String, TaskFold> tasks = new HashMap<>();
        private final Map<String, Told.Found> others = new HashMap<>();
        private final List<Told.Gap> gaps = new ArrayList<>();
        private long lastOffset = -1;
        private int lastEpoch;

        void gap(Told.Gap gap) {
            require(gap.from() == lastOffset + 1, "expected a gap behind %d, was %s", lastOffset, gap);
            gaps.add(gap);
        }

        void record(Seen seen) {
            boolean begins = seen.epoch() != lastEpoch;
            require(
                    begins ? seen.epoch() > lastEpoch && seen.offset() > lastOffset : seen.offset() == lastOffset + 1,
                    "expected the record behind offset %d of epoch %d, was %s",
                    lastOffset,
                    lastEpoch,
                    seen);
            require(
                    begins == seen.type().equals("opened"),
                    "expected each epoch to begin with its record, was %s",
                    seen);
            boolean announced = !gaps.isEmpty() && gaps.get(gaps.size() - 1).from() == lastOffset + 1;
            require(
                    announced ? gaps.get(gaps.size() - 1).resume() == seen.offset() : seen.offset() == lastOffset + 1,
                    "expected the range from %d on to be announced as lost, was %s after %s",
                    lastOffset + 1,
                    seen,
                    gaps);
            lastOffset = seen.offset();
            lastEpoch = seen.epoch();
            own(seen.offset(), seen.number() < 0 ? -1L - seen.epoch() : seen.number());
            chain(seen);
            if (seen.number() >= 0) {
                ours(seen);
            }
        }

        private void chain(Seen seen) {
            long[] before = chains.computeIfAbsent(seen.topic() + "/" + seen.key(), key -> new long[] {0, -1});
            require(
                    seen.version() == before[0] + 1 && seen.prev() == before[1],
                    "expected version %d behind offset %d, was %s",
                    before[0] + 1,
                    before[1],
                    seen);
            before[0] = seen.version();
            before[1] = seen.offset();
        }

        private void ours(Seen seen) {
            require(!absent.contains(seen.number()), "expected no record of a refused write, was %s", seen);
            Kept twice = found.put(seen.number(), new Kept(seen.offset(), seen.version(), seen.payload()));
            require(twice == null, "expected each write once, was %s and %s", twice, seen);
            Work work = workload.work(seen.number());
            require(seen.key().equals(work.key()), "expected a record of %s, was %s", work, seen);
            if (!kept.containsKey(seen.number())) { // else it is compared with what it was
                String payload = Expected.payload(work, seen.type());
                boolean same = payload == null || seen.payload() == Told.digest(payload);
                require(same, "expected a record that says %s, was %s", work, seen);
            }
            if (seen.topic().equals(TASK)) {
                fold(seen, work);
            } else {
                other(seen, work);
            }
        }

        private void other(Seen seen, Work work) {
            String name = seen.topic() + " " + seen.key();
            switch (work.kind()) {
                case SAY -> {
                    Told.Found before = others.get(name);
                    long messages = before == null ? 1 : before.first() + 1;
                    others.put(name, new Told.Found(seen.topic(), seen.key(), messages, seen.offset()));
                }
                case SAVE -> {
                    String snapshot = seen.key() + "/" + work.actor();
                    others.put(
                            "run " + snapshot,
                            new Told.Found("run", snapshot, Told.digest(work.json()), seen.offset()));
                }
                case TAKE -> others.put(name, new Told.Found(seen.topic(), seen.key(), seen.offset(), seen.number()));
                case LEAVE -> others.remove(name);
                default -> {
                    // A record of a topic is looked at as it is.
                }
            }
        }

        private void fold(Seen seen, Work work) {
            TaskFold task = tasks.computeIfAbsent(seen.key(), key -> new TaskFold());
            task.version = seen.version();
            task.offset = seen.offset();
            task.exists = !seen.type().equals("deleted");
            if (work.kind() == Workload.Kind.STATUS) {
                task.status = work.status();
            } else if (task.exists) {
                task.status = seen.type().equals("created") ? "pending" : task.status;
                task.number = work.number();
                task.textOf = work.kind() == Workload.Kind.PATCH && work.partial() ? task.textOf : work.number();
            }
        }
    }
}
