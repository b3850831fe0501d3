package dev.cairn.context;

import dev.cairn.Fence;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.context.LinkReader.Links;
import dev.cairn.decision.Decision;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Recovered;
import dev.cairn.internal.kind.TaskLinks.What;
import dev.cairn.lease.Lease;
import dev.cairn.task.Task;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record that gave a field of a task its value, by going back through the task's history, and what it was written
 * under.
 *
 * <p>Threading: any thread.
 */
final class FieldSearch {
    /** A record that is further back is not looked for. */
    static final int RECORDS_MAX = 100_000;

    private static final int LEASE_RECORDS = 8;

    private final LinkReader links;
    private final KindHost host;
    private final Kind tasks;
    private final ContextModule.Sources sources;

    FieldSearch(LinkReader links, KindHost host, Kind tasks, ContextModule.Sources sources) {
        this.links = links;
        this.host = host;
        this.tasks = tasks;
        this.sources = sources;
    }

    Explanation explain(String id, TaskField field) {
        Task task = sources.tasks().get(id).orElseThrow(() -> new NotFoundException("task", id));
        LogRecord record = recordThatSet(id, field, task.revision());
        long since = record == null ? task.revision() : record.offset();
        Links linked = links.of(id, since);
        List<String> decided = linked.names(What.DECISION, 1);
        Decision decision = decided.isEmpty()
                ? null
                : sources.decisions().get(decided.get(0)).orElse(null);
        boolean decisionLost = linked.incomplete() || !decided.isEmpty() && (decision == null || decision.incomplete());
        return new Explanation(
                id,
                field.name(),
                field.value(task),
                record == null ? null : before(id, field, record),
                record,
                record == null ? null : lease(id, record),
                decision,
                host.refusals(tasks, null, id, since),
                task.incomplete() || decisionLost);
    }

    /** Each record names the one before it, so a step costs the same however long the history is. */
    private @Nullable LogRecord recordThatSet(String id, TaskField field, long newest) {
        Event event = new Event();
        ByteSlab json = new ByteSlab();
        long at = newest;
        for (int i = 0; i < RECORDS_MAX && at >= 0; i++) {
            try {
                host.event(at, event);
            } catch (GoneException e) {
                at = host.leftBefore(tasks, null, id, at, e);
                continue;
            }
            if (Recovered.is(event)) {
                long before = left(id, event.previous);
                if (before < 0 || !sameAs(before, id, field, at)) {
                    return null; // what a repair found is not what set it
                }
                at = before;
                continue;
            }
            String type = Recovered.typeName(tasks, event);
            if (type.equals("deleted")) {
                return null;
            }
            json.clear();
            Recovered.renderPayload(tasks, event, json);
            if (field.isSetBy(type, json)) {
                return sources.tasks().history(id, at + 1, 1).get(0);
            }
            at = event.previous;
        }
        return null;
    }

    /** The record at {@code offset}, or the newest of the task that is left before it; −1 for none. */
    private long left(String id, long offset) {
        long at = offset;
        while (at >= 0) {
            try {
                host.event(at, new Event());
                return at;
            } catch (GoneException e) {
                at = host.leftBefore(tasks, null, id, at, e);
            }
        }
        return -1;
    }

    private boolean sameAs(long before, String id, TaskField field, long after) {
        return value(id, field, before).equals(value(id, field, after));
    }

    private Optional<String> value(String id, TaskField field, long offset) {
        return unlessLost(() -> sources.tasks().getAsOf(id, offset)).map(field::value);
    }

    private @Nullable String before(String id, TaskField field, LogRecord record) {
        return record.prev() < 0 ? null : value(id, field, record.prev()).orElse(null);
    }

    /** Empty where the log no longer has what was asked for: the rest is told all the same. */
    private static <T> Optional<T> unlessLost(Supplier<Optional<T>> question) {
        try {
            return question.get();
        } catch (GoneException e) {
            return Optional.empty();
        }
    }

    private Explanation.@Nullable UnderLease lease(String id, LogRecord record) {
        String guard = ContextsClient.guard(id);
        if (record.type().equals("claimed")) {
            return granted(guard, record.offset() + 1); // the grant is the next record
        }
        if (record.type().equals("returned")) {
            return ended(guard, record.offset());
        }
        Fence shown = null;
        for (Fence fence : record.fences()) {
            if (shown == null || fence.lease().equals(guard)) {
                shown = fence;
            }
        }
        return shown == null ? null : presented(shown, record.offset());
    }

    private @Nullable Lease leaseAt(String name, long offset) {
        return unlessLost(() -> sources.leases().getAsOf(name, offset)).orElse(null);
    }

    private Explanation.UnderLease presented(Fence fence, long offset) {
        Lease lease = leaseAt(fence.lease(), offset);
        return new Explanation.UnderLease(fence.lease(), fence.token(), lease == null ? null : lease.holder());
    }

    private Explanation.@Nullable UnderLease granted(String guard, long offset) {
        Lease lease = leaseAt(guard, offset);
        Long token = lease == null ? null : lease.token();
        return lease == null || token == null ? null : new Explanation.UnderLease(guard, token, lease.holder());
    }

    /** The lease whose end the record followed: the newest grant before that end. */
    private Explanation.@Nullable UnderLease ended(String guard, long offset) {
        List<LogRecord> records = sources.leases().history(guard, offset, LEASE_RECORDS);
        for (LogRecord record : records) {
            Explanation.UnderLease before = granted(guard, record.offset() - 1);
            if (before != null
                    && before.token() < record.offset()
                    && !record.type().equals("granted")) {
                return before;
            }
        }
        return null;
    }
}
