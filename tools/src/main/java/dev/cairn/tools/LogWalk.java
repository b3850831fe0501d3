package dev.cairn.tools;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One way through the log: from a position to another, or on and on as records come.
 *
 * <p>Threading: one thread; it may be interrupted while following.
 */
final class LogWalk {
    private static final Duration FOLLOW_WAIT = Duration.ofSeconds(20);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final String LOST = "lost before they were durable, or never used";
    private static final long FIRST_LOOK_BACK = 1_000;
    private static final int LOOK_BACK_GROWTH = 4;

    /**
     * Which records.
     *
     * @param from where to start; null for the last {@code count} records
     * @param until where to stop, exclusive; null for the end of the log
     * @param count records at most; with {@code from} null and {@code follow}, those before following begins
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

    /**
     * Records that cannot be read.
     *
     * @param first first offset, inclusive
     * @param last last offset, inclusive
     * @param what what was expected and found
     */
    record Gap(long first, long last, String what) {}

    private final Source source;
    private final Plan plan;
    private final RecordPrinter printer;
    private final Console console;
    private final Predicate<LogRecord> wanted;
    private long left;

    /** @param wanted which records are printed, of those that the plan's filter lets through */
    LogWalk(Source source, Plan plan, RecordPrinter printer, Console console, Predicate<LogRecord> wanted) {
        this.source = source;
        this.plan = plan;
        this.printer = printer;
        this.console = console;
        this.wanted = wanted;
        this.left = plan.count();
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
        long until = until();
        From start = plan.from();
        long from = start == null ? printLast(until) : source.resolve(start);
        if (start == null) {
            left = plan.follow() ? Long.MAX_VALUE : 0;
        }
        Duration wait = plan.follow() ? FOLLOW_WAIT : Duration.ZERO;
        while (from < until && left > 0) {
            LogPage page = read(from, until, wait, this::announce);
            for (LogRecord record : page.records()) {
                if (left > 0 && wanted.test(record)) {
                    printer.print(record);
                    left--;
                }
            }
            if (plan.follow()) {
                console.flush();
            } else if (page.next() <= from) {
                return;
            }
            from = page.next();
        }
    }

    /** Damage stands among the results; that offsets were never used is only said. */
    private void announce(Gap gap) {
        if (gap.what().equals(LOST)) {
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

    /** Reads a page; lost ranges are passed over, damage if so wanted, and a follower outlives the restart of its server. */
    private LogPage read(long from, long until, Duration wait, Consumer<Gap> announce) {
        while (true) {
            try {
                return source.read(from, until, plan.filter(), wait);
            } catch (GoneException e) {
                Long resume = e.resumeFrom();
                if (resume == null || resume <= from) {
                    throw e;
                }
                announce.accept(new Gap(from, resume - 1, LOST));
                return new LogPage(List.of(), resume);
            } catch (DamagedLogException e) {
                if (!plan.skipDamaged()) {
                    throw e;
                }
                return skip(from, e, announce);
            } catch (UncheckedIOException e) {
                if (!plan.follow()) {
                    throw e;
                }
                console.notice("cairn: " + e.getMessage() + "; trying again");
                pause();
            }
        }
    }

    private LogPage skip(long from, DamagedLogException damage, Consumer<Gap> announce) {
        long first = Math.max(from, damage.offset());
        long next = source.behindDamage(first);
        if (next < 0) {
            throw damage;
        }
        announce.accept(new Gap(first, next - 1, String.valueOf(damage.getMessage())));
        return new LogPage(List.of(), next);
    }

    /**
     * Prints the last records before {@code until}, looking back further and further until enough of them match.
     *
     * @return the offset behind the last record looked at
     */
    private long printLast(long until) {
        Deque<LogRecord> last = new ArrayDeque<>();
        long beginning = source.resolve(From.beginning());
        long end = Math.min(until, source.resolve(From.end()));
        try {
            for (long back = Math.max(plan.count(), FIRST_LOOK_BACK); ; back *= LOOK_BACK_GROWTH) {
                long from = Math.max(beginning, source.resolve(From.last(back)));
                last.clear();
                collectLast(last, from, end);
                if (last.size() >= plan.count() || from <= beginning) {
                    return end;
                }
            }
        } finally {
            // Also when damage ends it: what is before is shown.
            last.forEach(printer::print);
            console.flush();
        }
    }

    private void collectLast(Deque<LogRecord> last, long start, long end) {
        for (long from = start; from < end; ) {
            LogPage page = read(from, end, Duration.ZERO, gap -> {});
            for (LogRecord record : page.records()) {
                if (wanted.test(record)) {
                    last.addLast(record);
                    if (last.size() > plan.count()) {
                        last.removeFirst();
                    }
                }
            }
            if (page.next() <= from) {
                return;
            }
            from = page.next();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailedException(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }
}
