package dev.cairn.tools;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the log by the page: lost ranges are passed over, damage if so wanted, and a follower outlives the restart of its server.
 *
 * <p>Threading: one thread; it may be interrupted while waiting for a server.
 */
final class LogPager {
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final String LOST = "lost before they were durable, or never used";

    /**
     * Records that cannot be read.
     *
     * @param first first offset, inclusive
     * @param last last offset, inclusive
     * @param what what was expected and found
     * @param isLost whether it is no damage: nobody can miss a record there
     */
    record Gap(long first, long last, String what, boolean isLost) {}

    private final Source source;
    private final LogFilter filter;
    private final boolean skipDamaged;
    private final boolean follow;
    private final Console console;

    /**
     * @param skipDamaged whether to go on behind damage
     * @param follow whether to try again while the server is away
     */
    LogPager(Source source, LogFilter filter, boolean skipDamaged, boolean follow, Console console) {
        this.source = source;
        this.filter = filter;
        this.skipDamaged = skipDamaged;
        this.follow = follow;
        this.console = console;
    }

    /**
     * Reads a page, or passes over records that cannot be read and hands {@code gaps} the range.
     *
     * @throws DamagedLogException at damage that is not to be passed over
     */
    LogPage read(long from, long until, Duration wait, Consumer<Gap> gaps) {
        while (true) {
            try {
                return source.read(from, until, filter, wait);
            } catch (GoneException e) {
                Long resume = e.resumeFrom();
                if (resume == null || resume <= from) {
                    throw e;
                }
                gaps.accept(new Gap(from, resume - 1, LOST, true));
                return new LogPage(List.of(), resume);
            } catch (DamagedLogException e) {
                if (!skipDamaged) {
                    throw e;
                }
                return skip(from, e, gaps);
            } catch (UncheckedIOException e) {
                if (!follow) {
                    throw e;
                }
                console.notice("cairn: " + e.getMessage() + "; trying again");
                pause();
            }
        }
    }

    private LogPage skip(long from, DamagedLogException damage, Consumer<Gap> gaps) {
        long first = Math.max(from, damage.offset());
        long end = source.resolve(From.end()); // asked first: what is appended meanwhile is behind it
        long behind = source.behindDamage(first);
        long next = behind < 0 ? end : behind;
        if (next <= first) {
            throw damage;
        }
        gaps.accept(new Gap(first, next - 1, String.valueOf(damage.getMessage()), false));
        return new LogPage(List.of(), next);
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
