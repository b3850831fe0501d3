package dev.cairn.session;

import dev.cairn.Write;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.KindIds;

/**
 * Writes of sessions for a {@link dev.cairn.Batch}: any number of messages, of any sessions, each accepted for itself or all at
 * once. Each checks the form of what it is given and throws {@link dev.cairn.InvalidRequestException} with a pointer.
 *
 * <p>Threading: stateless.
 */
public final class SessionWrites {
    private static final String ID = "/id";

    private SessionWrites() {}

    /** See {@link Sessions#append(String, NewMessage)}. */
    public static Write append(String session, NewMessage message) {
        return new BoundCommand(
                KindIds.SESSION, new SessionCommand.Append(SessionCommand.checkId(session, ID), message));
    }

    /** See {@link Sessions#delete(String)}. */
    public static Write delete(String session) {
        return new BoundCommand(KindIds.SESSION, new SessionCommand.Delete(SessionCommand.checkId(session, ID)));
    }

    /** Changes nothing; carries the expectation of its options. */
    public static Write check(String session) {
        return new BoundCommand(KindIds.SESSION, new CheckCommand(null, SessionCommand.checkId(session, ID)));
    }
}
