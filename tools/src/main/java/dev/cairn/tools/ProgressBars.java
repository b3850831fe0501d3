package dev.cairn.tools;

import dev.cairn.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows long work as bars on stderr, when that is a terminal; work that ends at once is never shown.
 *
 * <p>Threading: any thread.
 */
final class ProgressBars implements Progress, AutoCloseable {
    private static final int WIDTH = 100;
    private static final long SHOW_AFTER_NANOS = 300_000_000L;

    private final Console console;
    private final long begun = System.nanoTime();
    private @Nullable ProgressBar bar;
    private String shown = "";

    ProgressBars(Console console) {
        this.console = console;
    }

    @Override
    public synchronized void update(String phase, long done, long total) {
        if (!console.progress() || System.nanoTime() - begun < SHOW_AFTER_NANOS) {
            return;
        }
        if (!phase.equals(shown)) {
            end();
            shown = phase;
            bar = new ProgressBarBuilder()
                    .setTaskName(phase)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(console.err(), WIDTH))
                    .setUpdateIntervalMillis(200)
                    .showSpeed()
                    .build();
        }
        if (bar != null) {
            bar.maxHint(total);
            bar.stepTo(done);
        }
    }

    /** Ends the bar that is shown. */
    synchronized void end() {
        if (bar != null) {
            bar.close();
            bar = null;
            shown = "";
        }
    }

    @Override
    public void close() {
        end();
    }
}
