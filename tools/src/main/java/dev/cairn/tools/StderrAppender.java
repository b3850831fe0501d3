package dev.cairn.tools;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import org.jspecify.annotations.Nullable;

/**
 * Lines on stderr, by Logback's own appender, which is made with the first line: most runs have none, and need not wait for it.
 *
 * <p>Threading: any thread; its base class lets one in at a time.
 */
final class StderrAppender extends AppenderBase<ILoggingEvent> {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{24} %msg%n";

    private @Nullable ConsoleAppender<ILoggingEvent> console;

    @Override
    protected void append(ILoggingEvent line) {
        ConsoleAppender<ILoggingEvent> to = console;
        if (to == null) {
            to = open();
            console = to;
        }
        to.doAppend(line);
    }

    private ConsoleAppender<ILoggingEvent> open() {
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setContext(getContext());
        lines.setPattern(PATTERN);
        lines.start();
        ConsoleAppender<ILoggingEvent> opened = new ConsoleAppender<>();
        opened.setContext(getContext());
        opened.setTarget(ConsoleTarget.SystemErr.getName());
        opened.setEncoder(lines);
        opened.start();
        return opened;
    }

    @Override
    public void stop() {
        ConsoleAppender<ILoggingEvent> open = console;
        if (open != null) {
            open.stop();
        }
        super.stop();
    }
}
