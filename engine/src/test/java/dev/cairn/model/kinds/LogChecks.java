package dev.cairn.model.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.model.kinds.PlainLog.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records as the log has them, compared with those of the model.
 *
 * <p>Threading: one thread.
 */
final class LogChecks {
    private final PlainLog log;
    private final Chance chance;

    LogChecks(PlainLog log, Chance chance) {
        this.log = log;
        this.chance = chance;
    }

    /** The whole log. */
    void all(Cairn cairn) {
        sameRecords(records(cairn, 0), log.entries(), "log");
    }

    /** The last records, as many as chance says. */
    void last(Cairn cairn) {
        int count = 1 + chance.upTo(Math.min(60, log.entries().size()));
        long from = cairn.log().resolve(From.last(count));
        List<Entry> all = log.entries();
        sameRecords(records(cairn, from), all.subList(all.size() - count, all.size()), "last " + count);
    }

    private List<LogRecord> records(Cairn cairn, long from) {
        List<LogRecord> found = new ArrayList<>();
        int limit = 1 + chance.upTo(100);
        long next = from;
        while (next <= log.lastOffset()) {
            try {
                LogPage page = cairn.log().read(next, Long.MAX_VALUE, LogFilter.all(), limit);
                found.addAll(page.records());
                assertThat(page.next()).isGreaterThan(next);
                next = page.next();
            } catch (GoneException e) {
                next = Objects.requireNonNull(e.resumeFrom());
            }
        }
        return found;
    }

    static void sameRecords(List<LogRecord> found, List<Entry> expected, String what) {
        assertThat(found.stream().map(LogRecord::offset).toList())
                .as("offsets of the %s", what)
                .isEqualTo(expected.stream().map(Entry::offset).toList());
        for (int i = 0; i < found.size(); i++) {
            boolean payload = expected.get(i).payload() != null;
            assertThat(fields(found.get(i), payload))
                    .as("record of the %s", what)
                    .isEqualTo(fields(expected.get(i)));
        }
    }

    private static List<@Nullable Object> fields(LogRecord record, boolean payload) {
        return Arrays.asList(
                record.offset(),
                record.epoch(),
                record.at(),
                record.occurredAt(),
                record.topic(),
                record.key(),
                record.type(),
                record.actor(),
                record.operation(),
                record.prev(),
                record.version(),
                record.fences(),
                payload ? record.payload() : null);
    }

    private static List<@Nullable Object> fields(Entry entry) {
        return Arrays.asList(
                entry.offset(),
                entry.epoch(),
                entry.at(),
                entry.occurredAt(),
                entry.topic(),
                entry.key(),
                entry.type(),
                entry.actor(),
                entry.operation(),
                entry.prev(),
                entry.version(),
                entry.fences(),
                entry.payload());
    }
}
