package dev.cairn.decision;

import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.kind.TaskLinks;
import java.util.List;

/**
 * Decisions, as the registry sees them. Not for embedding programs.
 *
 * <p>Threading: any thread.
 */
public final class DecisionModule implements KindModule<Decisions> {
    private final DecisionKind kind;

    /**
     * @param bytesMax the largest decision, in bytes
     * @param links where it says to which tasks decisions belong
     */
    public DecisionModule(int bytesMax, TaskLinks links) {
        kind = new DecisionKind(bytesMax, links);
    }

    @Override
    public List<Kind> kinds() {
        return List.of(kind);
    }

    @Override
    public Decisions client(KindHost host) {
        return new DecisionsClient(host, kind);
    }
}
