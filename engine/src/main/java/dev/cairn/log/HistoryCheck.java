package dev.cairn.log;

import dev.cairn.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the records of one thing, looked at from the newest to the oldest, whether others of them were lost to damage: also
 * where the thing itself cannot say so, for it is deleted, or has begun anew since.
 *
 * <p>Threading: one thread at a time.
 */
public final class HistoryCheck {
    private static final String RECOVERED = "recovered";

    private @Nullable LogRecord oldest;
    private boolean incomplete;

    /** Looks at the next older record. */
    public void add(LogRecord record) {
        LogRecord newer = oldest;
        boolean follows = newer == null || newer.prev() == record.offset() && newer.version() == record.version() + 1;
        incomplete |= !follows || record.type().equals(RECOVERED);
        oldest = record;
    }

    /**
     * There is no older record.
     *
     * @param startOffset the first record that is still in the log: those before it were not lost
     */
    public void end(long startOffset) {
        LogRecord first = oldest;
        if (first != null && first.version() > 1) {
            incomplete |= first.prev() < 0 || first.prev() >= startOffset;
        }
    }

    /** Whether what was looked at shows that records were lost. */
    public boolean isIncomplete() {
        return incomplete;
    }
}
