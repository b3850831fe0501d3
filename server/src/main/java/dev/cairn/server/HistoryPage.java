package dev.cairn.server;

import dev.cairn.Cairn;
import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import dev.cairn.log.HistoryCheck;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The records of one thing, newest first, page by page.
 *
 * <p>Threading: stateless.
 */
final class HistoryPage {
    private HistoryPage() {}

    /** Reads records. */
    @FunctionalInterface
    interface Source {
        /** @param before only records with a smaller offset */
        List<LogRecord> read(long before, int limit);
    }

    /**
     * Answers with the page that the request asks for, and says if records are missing in it.
     *
     * @param incomplete whether what the records are about has lost some of them, as far as its state tells
     */
    static void answer(Exchange exchange, Cairn cairn, Source source, BooleanSupplier incomplete) throws IOException {
        int limit = Paging.limit(exchange.query());
        String list = exchange.resource();
        long before = Paging.before(list, exchange.query().text("cursor"));
        List<LogRecord> records = source.read(before, limit);
        Following following = following(source, records);
        boolean lost = following.damaged || isBroken(records, following, cairn) || isIncomplete(incomplete);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("records");
            for (LogRecord record : records) {
                RecordJson.write(json, record);
            }
            json.writeEndArray();
            json.writeStringField(
                    "next",
                    following.isThere()
                            ? Paging.cursorBefore(list, last(records).offset())
                            : null);
            if (lost) {
                json.writeBooleanField("incomplete", true);
            }
            json.writeEndObject();
        });
    }

    /** What comes behind a page. Threading: immutable. */
    private record Following(@Nullable LogRecord record, boolean damaged) {
        boolean isThere() {
            return record != null || damaged;
        }
    }

    /** A page is short at the end, and where its records are large. One that can be read is not refused for what comes behind it. */
    private static Following following(Source source, List<LogRecord> records) {
        if (records.isEmpty()) {
            return new Following(null, false);
        }
        try {
            List<LogRecord> next = source.read(last(records).offset(), 1);
            return new Following(next.isEmpty() ? null : next.get(0), false);
        } catch (DamagedLogException e) {
            return new Following(null, true);
        }
    }

    private static LogRecord last(List<LogRecord> records) {
        return records.get(records.size() - 1);
    }

    /** Whether records are missing between these, or before the first of all; tells also where nothing is current any more. */
    private static boolean isBroken(List<LogRecord> records, Following following, Cairn cairn) {
        HistoryCheck check = new HistoryCheck();
        records.forEach(check::add);
        if (following.record != null) {
            check.add(following.record);
        } else if (!following.damaged && !check.isIncomplete()) {
            check.end(cairn.watermarks().startOffset());
        }
        return check.isIncomplete();
    }

    private static boolean isIncomplete(BooleanSupplier incomplete) {
        try {
            return incomplete.getAsBoolean();
        } catch (DamagedLogException e) {
            return true; // the newest record is lost, or nothing is left
        }
    }
}
