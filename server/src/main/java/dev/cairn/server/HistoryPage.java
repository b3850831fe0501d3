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
        long before = Paging.before(exchange.query().text("cursor"));
        List<LogRecord> records = source.read(before, limit);
        boolean more = records.size() == limit && records.get(limit - 1).prev() >= 0;
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("records");
            for (LogRecord record : records) {
                RecordJson.write(json, record);
            }
            json.writeEndArray();
            json.writeStringField(
                    "next", more ? Paging.cursorBefore(records.get(limit - 1).offset()) : null);
            json.writeEndObject();
        });
    }
}
