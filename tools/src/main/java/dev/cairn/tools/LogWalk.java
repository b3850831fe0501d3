package dev.cairn.tools;

import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One way through the log: from a position to another, or on and on as records come.
 *
 * <p>Threading: one thread; it may be interrupted while following.
 */
final class LogWalk {
    private static final Duration FOLLOW_WAIT = Duration.ofSeconds(20);

    /**
     * Which records.
     *
     * @param from where to start; null for the last {@code count} records that count
     * @param until where to stop, exclusive; null for the end of the log
     * @param count records at most; with {@code from} null, how many of those that are there already
     * @param follow whether to go on at the end
     * @param filter which records count
     * @param skipDamaged whether to go on behind damage
     */
    record Plan(
            @Nullable From from,
            @Nullable From until,
            long count,
            boolean follow,
            LogFilter filter,
            boolean skipDamaged) {}

    private final Source source;
    private final Plan plan;
    private final RecordPrinter printer;
    private final Console console;
    private final Predicate<LogRecord> wanted;
    private final LogPager pager;

    /** @param wanted which records are printed, of those that the plan's filter lets through */
    LogWalk(Source source, Plan plan, RecordPrinter printer, Console console, Predicate<LogRecord> wanted) {
        this.source = source;
        this.plan = plan;
        this.printer = printer;
        this.console = console;
        this.wanted = wanted;
        this.pager = new LogPager(source, plan.filter(), plan.skipDamaged(), plan.follow(), console);
    }

    /** Prints every record of the plan; {@link ExitCode#FINDINGS} when damage ended it. */
    ExitCode run() {
        try {
            walk();
            return ExitCode.OK;
        } catch (DamagedLogException e) {
            console.flush();
            console.notice("cairn: " + e.getMessage());
            return ExitCode.FINDINGS;
        } finally {
            console.flush();
        }
    }

    private void walk() {
        From start = plan.from();
        long all = plan.follow() ? Long.MAX_VALUE : plan.count();
        if (start != null) {
            walk(source.resolve(start), until(), plan.count());
        } else if (plan.until() == null && plan.filter().equals(LogFilter.all())) {
            // The position first: beside a writer the end moves on meanwhile, and the count leaves out what came.
            long first = source.resolve(plan.count() == 0 ? From.end() : From.last(plan.count()));
            long until = until();
            long next = walk(first, until, all);
            if (next < until && !plan.follow()) {
                pager.read(next, until, Duration.ZERO, this::announce); // what came meanwhile, or cannot be read
            }
        } else {
            long until = until();
            long end = Math.min(until, source.resolve(From.end()));
            LastRecords last = new LastRecords(source, plan.filter(), plan.follow(), wanted, console);
            walk(last.start(plan.count(), end), until, Long.MAX_VALUE);
        }
    }

    /** Returns the offset to go on at. */
    private long walk(long start, long until, long count) {
        Duration wait = plan.follow() ? FOLLOW_WAIT : Duration.ZERO;
        long left = count;
        long from = start;
        while (from < until && left > 0) {
            LogPage page = pager.read(from, until, wait, this::announce);
            for (LogRecord record : page.records()) {
                if (left > 0 && wanted.test(record)) {
                    printer.print(record);
                    left--;
                }
            }
            if (plan.follow()) {
                console.flush();
            } else if (page.next() <= from) {
                return from;
            }
            from = page.next();
        }
        return from;
    }

    /** Damage stands among the results; that offsets were never used is only said. */
    private void announce(LogPager.Gap gap) {
        if (gap.isLost()) {
            console.flush();
            console.notice("cairn: offsets " + gap.first() + " to " + gap.last() + " hold no records");
        } else {
            printer.print(gap);
        }
    }

    private long until() {
        From until = plan.until();
        if (until != null) {
            return source.resolve(until);
        }
        return plan.follow() ? Long.MAX_VALUE : source.resolve(From.end());
    }
}
