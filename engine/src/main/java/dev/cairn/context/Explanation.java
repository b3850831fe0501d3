package dev.cairn.context;

import dev.cairn.LogRecord;
import dev.cairn.Refusal;
import dev.cairn.decision.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a field of a task is what it is.
 *
 * @param task id of the task
 * @param field the field
 * @param value as it is, as JSON; {@code null} for a member that is not there
 * @param before as it was before the record, as JSON; null when there was no task before, or its records are lost
 * @param record the record that set it; null when records of the task are lost and none that is left did, and when it is
 *     none of the task's newest 100,000
 * @param lease under which lease it was set; null for none
 * @param decision the newest decision about the task before the record; null for none
 * @param refused writes to the task that were refused since, the newest first: of this opening, as far as they are remembered
 * @param incomplete whether records of the task were lost to damage, or of decisions about it
 */
public record Explanation(
        String task,
        String field,
        String value,
        @Nullable String before,
        @Nullable LogRecord record,
        @Nullable UnderLease lease,
        @Nullable Decision decision,
        List<Refusal> refused,
        boolean incomplete) {
    public Explanation {
        refused = List.copyOf(refused);
    }

    /**
     * A lease under which a record was written.
     *
     * @param name of the lease
     * @param token of the grant; {@link dev.cairn.Fence#ANY_TOKEN} where the write took the lease away
     * @param holder who held it then, null if that is not known
     */
    public record UnderLease(
            String name, long token, @Nullable String holder) {}
}
