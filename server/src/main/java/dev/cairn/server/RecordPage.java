package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.LogRecord;
import dev.cairn.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer of records in the making: read step by step, waited for at the end of the log, bounded by records, bytes and by what
 * is looked through.
 *
 * <p>Threading: one thread.
 */
final class RecordPage {
    private static final String NEXT = "Cairn-Next";
    private static final String GAP = "Cairn-Gap";

    /** An answer that holds this much is cut; the reader goes on at {@code Cairn-Next}. */
    private static final int PAGE_BYTES_MAX = 8 << 20;

    /** With a filter that hardly matches, so many records are looked at before the reader is told to go on. */
    private static final long PAGE_RECORDS_SCANNED_MAX = 200_000;

    private final long until;
    private final int limit;
    private final Steps steps;
    private final Bytes bytes = new Bytes(4 << 10);
    private long next;
    private int records;
    private boolean atEnd;
    private RecordSource.@Nullable Gap gap;

    /** Reads on. */
    @FunctionalInterface
    interface Steps {
        /** @param left records at most */
        Step read(long next, int left);
    }

    /**
     * What one read brought.
     *
     * @param gap right before the records, null for none
     * @param last whether the page ends with it
     */
    record Step(List<LogRecord> records, long next, RecordSource.@Nullable Gap gap, boolean last) {}

    RecordPage(long start, long until, int limit, Steps steps) {
        this.until = until;
        this.limit = limit;
        this.steps = steps;
        this.next = start;
    }

    /** Fills the page, for which it may wait, and sends it. */
    void answer(Exchange exchange, Waiters waiters, Duration waitMax, Log log) throws IOException {
        fill(exchange, waiters, waitMax, log);
        send(exchange);
    }

    void fill(Exchange exchange, Waiters waiters, Duration waitMax, Log log) throws IOException {
        try (JsonGenerator json = Json.lines(bytes)) {
            fill(json);
            if (records == 0 && atEnd && next < until) {
                // The end moves on while records come that the filter holds back. Who has hung up waits no longer.
                waiters.await(
                        waitMax,
                        slice -> !slice.isZero() && exchange.isHungUp()
                                || log.awaitDurable(next, slice) && fillAgain(json));
            }
        }
    }

    void send(Exchange exchange) throws IOException {
        exchange.setHeader(NEXT, Long.toString(next));
        if (gap != null) {
            exchange.setHeader(GAP, gap.first() + "-" + gap.last());
        }
        exchange.send(200, Json.LINES, bytes);
    }

    /** Whether waiting can end: something was found, or there is so much to look through that the reader is told. */
    private boolean fillAgain(JsonGenerator json) {
        try {
            fill(json);
            return records > 0 || !atEnd;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fill(JsonGenerator json) throws IOException {
        long scanEnd = next + PAGE_RECORDS_SCANNED_MAX;
        atEnd = false;
        while (records < limit && next < until && next < scanEnd && bytes.size() < PAGE_BYTES_MAX) {
            Step step = steps.read(next, limit - records);
            if (step.gap() != null) {
                if (gap != null) {
                    return; // one gap is told at a time: the next page begins before this one
                }
                gap = step.gap();
            }
            for (LogRecord record : step.records()) {
                RecordJson.write(json, record);
                Json.endLine(json);
            }
            json.flush();
            records += step.records().size();
            atEnd = step.next() == next;
            next = step.next();
            if (atEnd || step.last()) {
                return;
            }
        }
    }
}
