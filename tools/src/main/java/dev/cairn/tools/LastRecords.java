package dev.cairn.tools;

import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds where the last records of a kind begin, looking back further and further until there are enough. Damage on the way is
 * looked past: it concerns a reader only if it lies behind the place that is found, and whoever reads from there meets it.
 *
 * <p>Threading: one thread.
 */
final class LastRecords {
    private static final long FIRST_LOOK_BACK = 1_000;
    private static final int LOOK_BACK_GROWTH = 4;

    private final Source source;
    private final LogPager pager;
    private final Predicate<LogRecord> wanted;
    private final Deque<Long> last = new ArrayDeque<>();
    private boolean damaged;

    LastRecords(Source source, LogFilter filter, boolean follow, Predicate<LogRecord> wanted, Console console) {
        this.source = source;
        this.pager = new LogPager(source, filter, true, follow, console);
        this.wanted = wanted;
    }

    /**
     * The offset at which the last {@code count} wanted records before {@code end} begin. If there are fewer, the first of them; but
     * the beginning of the log if damage may hide more.
     */
    long start(long count, long end) {
        long beginning = source.resolve(From.beginning());
        for (long back = Math.max(count, FIRST_LOOK_BACK); ; back *= LOOK_BACK_GROWTH) {
            long from = Math.max(beginning, lookBack(back));
            last.clear();
            collect(count, from, end);
            if (last.size() >= count || from <= beginning) {
                boolean mayBeMore = last.size() < count && damaged;
                return mayBeMore ? beginning : last.isEmpty() ? end : last.getFirst();
            }
        }
    }

    private long lookBack(long count) {
        try {
            return source.resolve(From.last(count));
        } catch (DamagedLogException e) {
            return e.offset(); // a server finds a position by reading there
        }
    }

    private void collect(long count, long start, long end) {
        for (long from = start; from < end; ) {
            LogPage page = readable(from, end);
            page.records().stream().filter(wanted).forEach(record -> last.addLast(record.offset()));
            while (last.size() > count) {
                last.removeFirst();
            }
            if (page.next() <= from) {
                return;
            }
            from = page.next();
        }
    }

    private LogPage readable(long from, long end) {
        try {
            return pager.read(from, end, Duration.ZERO, gap -> damaged |= !gap.isLost());
        } catch (DamagedLogException e) {
            damaged = true;
            return new LogPage(List.of(), from); // nothing behind it can be read
        }
    }
}
