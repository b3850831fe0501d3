package dev.cairn.context;

import dev.cairn.Fence;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.decision.Decision;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.TaskLinks.What;
import dev.cairn.lease.Lease;
import dev.cairn.task.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record that gave a field of a task its value, by going back through the task's history, and what it was written
 * under.
 *
 * <p>Threading: any thread.
 */
final class FieldSearch {
    private static final int PAGE = 100;
    private static final int LEASE_RECORDS = 8;

    private final LinkReader links;
    private final KindHost host;
    private final ContextModule.Sources sources;

    FieldSearch(LinkReader links, KindHost host, ContextModule.Sources sources) {
        this.links = links;
        this.host = host;
        this.sources = sources;
    }

    Explanation explain(String id, TaskField field) {
        Task task = sources.tasks().get(id).orElseThrow(() -> new NotFoundException("task", id));
        LogRecord record = recordThatSet(id, field, task.revision() + 1);
        long since = record == null ? task.revision() : record.offset();
        return new Explanation(
                id,
                field.name(),
                field.value(task),
                record == null || record.prev() < 0
                        ? null
                        : sources.tasks()
                                .getAsOf(id, record.prev())
                                .map(field::value)
                                .orElse(null),
                record,
                record == null ? null : lease(id, record),
                decision(id, since),
                host.refusals(sources.taskKind(), null, id, since));
    }

    private @Nullable LogRecord recordThatSet(String id, TaskField field, long end) {
        long before = end;
        while (true) {
            List<LogRecord> page = sources.tasks().history(id, before, PAGE);
            for (LogRecord record : page) {
                if (record.type().equals("deleted")) {
                    return null;
                }
                if (field.isSetBy(record.type(), record.payload())) {
                    return record;
                }
            }
            if (page.size() < PAGE) {
                return null;
            }
            before = page.get(page.size() - 1).offset();
        }
    }

    private @Nullable Decision decision(String id, long offset) {
        return links.names(id, offset, What.DECISION, 1).stream()
                .findFirst()
                .flatMap(name -> sources.decisions().get(name))
                .orElse(null);
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

    private Explanation.UnderLease presented(Fence fence, long offset) {
        Lease lease = sources.leases().getAsOf(fence.lease(), offset).orElse(null);
        return new Explanation.UnderLease(fence.lease(), fence.token(), lease == null ? null : lease.holder());
    }

    private Explanation.@Nullable UnderLease granted(String guard, long offset) {
        Lease lease = sources.leases().getAsOf(guard, offset).orElse(null);
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
