package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Names;
import org.jspecify.annotations.Nullable;

/**
 * The wishes about a task.
 *
 * <p>Threading: immutable.
 */
sealed interface TaskCommand extends Command {
    /** A task that does not exist is to begin. */
    record Create(String key, TaskFields fields) implements TaskCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('c');
            fields.fingerprint(into);
        }
    }

    /** A task that exists is to change. */
    record Patch(String key, TaskFields fields) implements TaskCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('p');
            fields.fingerprint(into);
        }
    }

    /** A task is to change, or to begin if it does not exist. */
    record Upsert(String key, TaskFields fields) implements TaskCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('u');
            fields.fingerprint(into);
        }
    }

    /** A task is to end without a trace in the state; its history stays. */
    record Delete(String key) implements TaskCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('d');
        }
    }

    /** Somebody wants the task of the highest priority that waits longest, whichever that is. */
    record Claim(String agent, String queue, @Nullable String status, long ttlMillis) implements TaskCommand {
        /** No task has this id. */
        static final String KEY = "claim";

        @Override
        public String key() {
            return KEY;
        }

        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('t');
            into.putText(agent);
            into.putText(queue);
            into.putText(status == null ? "" : status);
            into.putLong(ttlMillis);
        }
    }

    /**
     * Checks the id of a task.
     *
     * @param where pointer or parameter name, for the error
     * @throws dev.cairn.InvalidRequestException if it is none
     */
    static String checkId(String id, String where) {
        return Names.checkId(id, where);
    }
}
