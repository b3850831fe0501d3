package dev.cairn.server;

import dev.cairn.LogRecord;
import dev.cairn.log.Log;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.time.Duration;
import java.util.List;

/**
 * The durable log read on page by page: the reader's pace is its own, and nothing is kept for it.
 *
 * <p>Threading: the tail's thread.
 */
final class DurableRecords implements RecordSource {
    private static final int PAGE_RECORDS = 128;

    private final Log log;
    private final LogFilter filter;
    private long position;

    DurableRecords(Log log, long from, LogFilter filter) {
        this.log = log;
        this.filter = filter;
        this.position = from;
    }

    @Override
    public List<LogRecord> next(Duration waitMax) {
        long deadline = System.nanoTime() + waitMax.toNanos();
        while (true) {
            LogPage page = log.read(position, Long.MAX_VALUE, filter, PAGE_RECORDS);
            boolean moved = page.next() != position;
            position = page.next();
            long left = deadline - System.nanoTime();
            if (!page.records().isEmpty() || left <= 0) {
                return page.records();
            }
            if (!moved && !log.awaitDurable(position, Duration.ofNanos(left))) {
                return List.of();
            }
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void skipTo(long offset) {
        position = offset;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
