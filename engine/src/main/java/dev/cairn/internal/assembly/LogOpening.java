package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.read.LogPages;
import dev.cairn.internal.read.Positions;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.ReadOnlyLog;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens a log for reading, without the state that follows from it.
 *
 * <p>Threading: stateless.
 */
public final class LogOpening {
    private LogOpening() {}

    /** All kinds, for whoever reads records without an engine; made anew, as some remember what they saw. */
    public static Kinds kinds() {
        return new Registry(CairnOptions.defaults()).kinds;
    }

    /** The durable records of {@code files}; appending is refused. */
    public static LogPages of(ReadOnlyLog files) {
        CairnOptions defaults = CairnOptions.defaults();
        Ends ends = new Ends(files);
        return new LogPages(
                new Registry(defaults).kinds,
                files.catalog(),
                ends,
                new Positions(files.catalog(), ends, defaults.clock()));
    }

    /** How far the log can be read, asked of the files again and again. */
    record Ends(ReadOnlyLog files) implements LogEnds {
        private static final long POLL_MILLIS = 20;

        @Override
        public long durableOffset() {
            return files.through();
        }

        @Override
        public long appendedOffset() {
            return files.through();
        }

        @Override
        public long endOffset() {
            @Nullable Control control = files.control();
            long end = files.through() + 1;
            return control != null && files.isLive() ? Math.max(end, control.endOffset()) : end;
        }

        @Override
        public boolean await(long offset, boolean accepted, long time, TimeUnit unit) throws InterruptedException {
            long deadline = System.nanoTime() + unit.toNanos(time);
            while (durableOffset() < offset) {
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            return true;
        }
    }
}
