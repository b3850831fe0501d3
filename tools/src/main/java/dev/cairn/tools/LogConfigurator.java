package dev.cairn.tools;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * Where diagnostics go: to stderr, as stdout belongs to data. Nothing in normal use; {@code CAIRN_LOG_LEVEL} sets how much Cairn
 * says. A file that {@code -Dlogback.configurationFile} names counts instead.
 *
 * <p>In Java and not in a file of Logback's, because to read that takes longer than most verbs run: 0.15 s of 0.4.
 *
 * <p>Threading: once, by the thread that logs first.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    static final String LEVEL_VARIABLE = "CAIRN_LOG_LEVEL";

    private static final String FILE_PROPERTY = "logback.configurationFile";

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        if (System.getProperty(FILE_PROPERTY) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        StderrAppender stderr = new StderrAppender();
        stderr.setName("STDERR");
        stderr.setContext(loggers);
        stderr.start();
        loggers.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        loggers.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(stderr);
        // It logs what it also throws, and we report.
        loggers.getLogger("io.javalin").setLevel(Level.OFF);
        loggers.getLogger("dev.cairn").setLevel(Level.toLevel(System.getenv(LEVEL_VARIABLE), Level.WARN));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
