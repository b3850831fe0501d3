package dev.cairn.log;

import dev.cairn.LogRecord;
import java.util.List;

/**
 * Some records, and where to go on.
 *
 * @param records in order of offset
 * @param next the offset at which the next read goes on, also when records were filtered out
 */
public record LogPage(List<LogRecord> records, long next) {
    public LogPage {
        records = List.copyOf(records);
    }
}
