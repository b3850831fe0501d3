package dev.cairn.session;

import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.kind.TaskLinks;
import java.util.List;

/**
 * Sessions, as the registry sees them. Not for embedding programs.
 *
 * <p>Threading: any thread.
 */
public final class SessionModule implements KindModule<Sessions> {
    private final SessionKind kind;

    /**
     * @param messageBytesMax the largest message, in bytes
     * @param links where it says to which tasks sessions belong
     */
    public SessionModule(int messageBytesMax, TaskLinks links) {
        kind = new SessionKind(messageBytesMax, links);
    }

    @Override
    public List<Kind> kinds() {
        return List.of(kind);
    }

    @Override
    public Sessions client(KindHost host) {
        return new SessionsClient(host, kind);
    }
}
