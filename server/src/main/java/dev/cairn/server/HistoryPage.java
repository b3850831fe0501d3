package dev.cairn.server;

import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

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
    static void answer(Exchange exchange, Source source, BooleanSupplier incomplete) throws IOException {
        int limit = Paging.limit(exchange.query());
        String list = exchange.resource();
        long before = Paging.before(list, exchange.query().text("cursor"));
        List<LogRecord> records = source.read(before, limit);
        long goOn = next(source, records, limit);
        boolean lost = isBroken(records) || isIncomplete(incomplete);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("records");
            for (LogRecord record : records) {
                RecordJson.write(json, record);
            }
            json.writeEndArray();
            json.writeStringField("next", goOn < 0 ? null : Paging.cursorBefore(list, goOn));
            if (lost) {
                json.writeBooleanField("incomplete", true);
            }
            json.writeEndObject();
        });
    }

    /** Whether a record names another before it than the one that follows here; tells also where nothing is current any more. */
    private static boolean isBroken(List<LogRecord> records) {
        for (int i = 1; i < records.size(); i++) {
            if (records.get(i - 1).prev() != records.get(i).offset()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIncomplete(BooleanSupplier incomplete) {
        try {
            return incomplete.getAsBoolean();
        } catch (DamagedLogException e) {
            return true; // the newest record is lost, or nothing is left
        }
    }

    /** What the next page goes on before; −1 when there is none. A page is short at the end, and where its records are large. */
    private static long next(Source source, List<LogRecord> records, int limit) {
        if (records.isEmpty()) {
            return -1;
        }
        LogRecord last = records.get(records.size() - 1);
        boolean more = last.prev() >= 0
                && (records.size() == limit || !source.read(last.offset(), 1).isEmpty());
        return more ? last.offset() : -1;
    }
}
