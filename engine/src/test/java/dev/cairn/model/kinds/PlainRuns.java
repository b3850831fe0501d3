package dev.cairn.model.kinds;

import dev.cairn.Ack;
import dev.cairn.Expect;
import dev.cairn.WriteOptions;
import dev.cairn.model.kinds.PlainLog.Entry;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.Run;
import dev.cairn.run.SnapshotKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs and their snapshots.
 *
 * <p>Threading: one thread.
 */
final class PlainRuns {
    private static final String TOPIC = "run";

    private final PlainLog log;
    private final PlainKinds kinds;

    /** A snapshot. */
    record Saved(
            String id,
            SnapshotKind kind,
            @Nullable String parent,
            String metadata,
            String state,
            long offset,
            Instant at,
            @Nullable Instant occurredAt,
            @Nullable String actor) {}

    /** A run and its latest snapshot, by which an automatic one is measured; stored bytes are not modelled. */
    record RunState(Run run, long first, Saved saved, String meaning) {}

    PlainRuns(PlainLog log, PlainKinds kinds) {
        this.log = log;
        this.kinds = kinds;
    }

    private @Nullable RunState state(String run) {
        Entry head = log.head(TOPIC, run);
        return head == null ? null : (RunState) head.view();
    }

    /** The state's members in order of name, without those that are ignored, and which those are. */
    private static String meaning(NewSnapshot snapshot) {
        Map<String, String> members = new TreeMap<>(Flat.parse(snapshot.state()));
        snapshot.ignore().forEach(pointer -> members.remove(pointer.substring(1)));
        return snapshot.ignore() + " " + members;
    }

    /** Whether the latest snapshot says the same already. */
    boolean isSkipped(Wish.Save save) {
        RunState state = state(save.key());
        NewSnapshot wanted = save.snapshot();
        return wanted.kind() == SnapshotKind.AUTO
                && state != null
                && state.meaning().equals(meaning(wanted))
                && (wanted.parent() == null
                        || wanted.parent().equals(state.saved().id()));
    }

    /** Whether, besides, there is nothing else that the engine would have to be asked. */
    boolean isSkippedAtOnce(Wish.Save save, WriteOptions options) {
        return isSkipped(save)
                && options.ack() == Ack.ACCEPTED
                && options.operation() == null
                && options.fences().isEmpty()
                && options.expect().condition() == Expect.Condition.ANY;
    }

    String skipped(Wish.Save save) {
        return Objects.requireNonNull(state(save.key())).saved().id() + " skipped";
    }

    @Nullable
    String decide(Wish wish, WriteOptions options, @Nullable Entry current) {
        if (!(wish instanceof Wish.Save save)) {
            return kinds.delete(wish, options, current);
        }
        String run = save.key();
        NewSnapshot wanted = save.snapshot();
        RunState before = current == null ? null : (RunState) current.view();
        String latest = before == null ? null : before.saved().id();
        if (wanted.parent() != null && !wanted.parent().equals(latest)) {
            return Answers.refused(
                    "conflict",
                    "parent " + wanted.parent(),
                    log.version(TOPIC, run),
                    current == null ? -1 : current.offset());
        }
        String id = wanted.id() == null ? freeId(run, before) : wanted.id();
        if (isTaken(run, before, id)) {
            return PlainLog.conflict("none", log.head("run-snapshot", run + "/" + id), true);
        }
        String metadata = wanted.metadata() == null ? "{}" : wanted.metadata();
        Saved saved = new Saved(
                id,
                wanted.kind(),
                latest,
                metadata,
                wanted.state(),
                log.nextOffset(),
                log.at(),
                options.occurredAt(),
                options.actor());
        String named = Flat.text(metadata, "task");
        log.add(TOPIC, run, "saved", options, null, null, after(run, before, saved, named, meaning(wanted)));
        log.add("run-snapshot", run + "/" + id, "saved", options, null, null, saved.offset());
        if (named != null && !(before != null && named.equals(before.run().task()))) {
            kinds.link(named, "run", run, options, null);
        }
        return null;
    }

    private RunState after(String id, @Nullable RunState before, Saved saved, @Nullable String named, String meaning) {
        Run run = new Run(
                id,
                saved.id(),
                saved.kind(),
                named == null && before != null ? before.run().task() : named,
                before == null ? 1 : before.run().snapshots() + 1,
                saved.state().length() + (before == null ? 0 : before.run().bytes()),
                0,
                log.version(TOPIC, id) + 1,
                log.nextOffset(),
                before == null ? log.at() : before.run().createdAt(),
                log.at(),
                false);
        return new RunState(run, before == null ? saved.offset() : before.first(), saved, meaning);
    }

    private String freeId(String run, @Nullable RunState before) {
        String plain = Long.toString(log.nextOffset());
        String id = plain;
        for (int i = 2; isTaken(run, before, id); i++) {
            id = plain + "-" + i;
        }
        return id;
    }

    private boolean isTaken(String run, @Nullable RunState before, String id) {
        Entry found = log.head("run-snapshot", run + "/" + id);
        return before != null && found != null && (Long) Objects.requireNonNull(found.view()) >= before.first();
    }

    /** The snapshots of a run as it was after the record at {@code offset}, the oldest first. */
    static List<Saved> snapshots(PlainLog log, String run, long offset) {
        return log.life(TOPIC, run, offset).stream()
                .map(entry -> ((RunState) Objects.requireNonNull(entry.view())).saved())
                .toList();
    }
}
