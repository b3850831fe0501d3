package dev.cairn.server;

import dev.cairn.GoneException;
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
    public Chunk next(Duration waitMax) {
        long deadline = System.nanoTime() + waitMax.toNanos();
        while (true) {
            LogPage page;
            try {
                page = log.read(position, Long.MAX_VALUE, filter, PAGE_RECORDS);
            } catch (GoneException e) {
                return gap(e);
            }
            boolean moved = page.next() != position;
            position = page.next();
            long left = deadline - System.nanoTime();
            if (!page.records().isEmpty() || left <= 0) {
                return Chunk.of(page.records());
            }
            if (!moved && !log.awaitDurable(position, Duration.ofNanos(left))) {
                return Chunk.NOTHING;
            }
        }
    }

    private Chunk gap(GoneException gone) {
        Long resumeFrom = gone.resumeFrom() == null ? gone.startOffset() : gone.resumeFrom();
        if (resumeFrom == null || resumeFrom <= position) {
            throw gone;
        }
        Gap gap = new Gap(position, resumeFrom - 1);
        position = resumeFrom;
        return new Chunk(gap, List.of());
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
