package dev.cairn.session;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Names;

/**
 * The wishes about a session.
 *
 * <p>Threading: immutable.
 */
sealed interface SessionCommand extends Command {
    /** A message is to follow the others; a session that does not exist begins with it. */
    record Append(String key, NewMessage message) implements SessionCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('a');
            byte[] json = message.utf8();
            into.putBytes(json, 0, json.length);
        }
    }

    /** A session is to end without a trace in the state; its records stay. */
    record Delete(String key) implements SessionCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('d');
        }
    }

    /**
     * Checks the id of a session, or of a task that a message names.
     *
     * @param where pointer or parameter name, for the error
     * @throws InvalidRequestException if it is none
     */
    static String checkId(String id, String where) {
        return Names.checkId(id, where);
    }
}
