package dev.cairn.log;

import dev.cairn.LogRecord;
import dev.cairn.internal.kind.Names;

/**
 * One link of a chain of hooks.
 *
 * @param name for status and errors, 1–512 bytes of UTF-8
 * @param action what is done with each record
 */
public record Hook(String name, Action action) {
    /** What is done with a record; an exception is told to {@link HookOptions#errors} and tried again as the options say. */
    @FunctionalInterface
    public interface Action {
        void on(LogRecord record) throws Exception;
    }

    /** @throws dev.cairn.InvalidRequestException when {@code name} is no name */
    public Hook {
        Names.check(name, "hook");
    }

    public static Hook of(String name, Action action) {
        return new Hook(name, action);
    }
}
