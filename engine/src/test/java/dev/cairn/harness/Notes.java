package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.LogRecord;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.log.LogFilter;
import dev.cairn.log.NewRecord;
import java.util.List;

/**
 * A log of records that stand for themselves, and what is left of it.
 *
 * <p>Threading: one thread.
 */
public final class Notes {
    private static final int CHARACTERS = 600;

    private final List<LogRecord> written;

    private Notes(List<LogRecord> written) {
        this.written = written;
    }

    /** Appends {@code count} records to a new log and makes them durable. */
    public static Notes append(Cairn cairn, int count) {
        for (int i = 0; i < count; i++) {
            cairn.log().append(NewRecord.of("notes", "n" + i, "\"" + "x".repeat(CHARACTERS) + "\""));
        }
        cairn.sync();
        return new Notes(
                cairn.log().read(0, Long.MAX_VALUE, LogFilter.all(), 2 * count).records());
    }

    /** Expects of {@code cairn} each record as it was written, or {@code refusal} for those in {@code lost}. */
    public void assertServed(Cairn cairn, List<Range> lost, Class<? extends Exception> refusal) {
        for (LogRecord record : written) {
            long offset = record.offset();
            if (lost.stream().anyMatch(range -> range.first() <= offset && offset <= range.last())) {
                assertThatThrownBy(() -> read(cairn, offset))
                        .as("lost %d", offset)
                        .isInstanceOf(refusal);
            } else {
                assertThat(read(cairn, offset)).as("kept %d", offset).containsExactly(record);
            }
        }
    }

    private static List<LogRecord> read(Cairn cairn, long offset) {
        return cairn.log().read(offset, offset + 1, LogFilter.all(), 1).records();
    }
}
