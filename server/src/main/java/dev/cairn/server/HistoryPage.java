package dev.cairn.server;

import dev.cairn.LogRecord;
import java.io.IOException;
import java.util.List;

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

    /** Answers with the page that the request asks for. */
    static void answer(Exchange exchange, Source source) throws IOException {
        int limit = Paging.limit(exchange.query());
        String list = exchange.resource();
        long before = Paging.before(list, exchange.query().text("cursor"));
        List<LogRecord> records = source.read(before, limit);
        long goOn = next(source, records, limit);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("records");
            for (LogRecord record : records) {
                RecordJson.write(json, record);
            }
            json.writeEndArray();
            json.writeStringField("next", goOn < 0 ? null : Paging.cursorBefore(list, goOn));
            json.writeEndObject();
        });
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
