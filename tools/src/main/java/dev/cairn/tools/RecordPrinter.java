package dev.cairn.tools;

import dev.cairn.LogRecord;
import java.time.Instant;

/**
 * Prints records one a line: JSON for programs, or time, offset, subject, type, actor and payload for people.
 *
 * <p>Threading: one thread.
 */
final class RecordPrinter {
    private static final String DIM = "\u001b[2m";
    private static final String BOLD = "\u001b[1m";
    private static final String BLUE = "\u001b[34m";
    private static final String RESET = "\u001b[0m";

    private final Console console;
    private final boolean json;

    RecordPrinter(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    void print(LogRecord record) {
        console.line(json ? Json.ofRecord(record) : text(record));
    }

    /** Says that records cannot be read. */
    void print(LogPager.Gap gap) {
        if (json) {
            console.line(Json.object(line -> {
                line.writeObjectFieldStart("gap");
                line.writeNumberField("first", gap.first());
                line.writeNumberField("last", gap.last());
                line.writeStringField("what", gap.what());
                line.writeEndObject();
            }));
        } else {
            console.line(Printable.of(
                    "-- gap: offsets " + gap.first() + " to " + gap.last() + " cannot be read: " + gap.what()));
        }
    }

    private String text(LogRecord record) {
        StringBuilder line = new StringBuilder();
        coloured(line, DIM, Json.time(record.at()));
        line.append(String.format("  %8d  ", record.offset()));
        coloured(line, BLUE, Printable.of(record.topic() + "/" + record.key()));
        line.append("  ");
        coloured(line, BOLD, Printable.of(record.type()));
        line.append("  ").append(Printable.of(record.actor() == null ? "-" : record.actor()));
        line.append("  ").append(Printable.of(record.payload()));
        Instant occurredAt = record.occurredAt();
        if (occurredAt != null) {
            line.append("  ");
            coloured(line, DIM, "occurred " + Json.time(occurredAt));
        }
        return line.toString();
    }

    private void coloured(StringBuilder line, String colour, String text) {
        if (console.colours()) {
            line.append(colour).append(text).append(RESET);
        } else {
            line.append(text);
        }
    }
}
