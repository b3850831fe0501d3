package dev.cairn.consumer;

import dev.cairn.LogRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one poll brought.
 *
 * @param records in order of offset
 * @param next what to commit once all of them are processed; behind the last of them where the filter held some back
 * @param gap a range right before them, of which no records exist any more; null for none
 */
public record ConsumerRecords(
        List<LogRecord> records, long next, @Nullable Gap gap) {
    public ConsumerRecords {
        records = List.copyOf(records);
    }

    /** Offsets that no records exist of any more, both included. */
    public record Gap(long first, long last) {}
}
