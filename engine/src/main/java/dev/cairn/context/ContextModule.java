package dev.cairn.context;

import dev.cairn.decision.Decisions;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.TaskLinks;
import dev.cairn.lease.Leases;
import dev.cairn.run.Runs;
import dev.cairn.session.Sessions;
import dev.cairn.task.Tasks;
import java.util.List;
import java.util.function.Supplier;

/**
 * The surroundings of tasks, as the registry sees them. Not for embedding programs.
 *
 * <p>Threading: any thread.
 */
public final class ContextModule implements KindModule<ContextModule.Links> {
    private final TaskContextKind kind = new TaskContextKind();
    private final Kind tasks;
    private final Supplier<Kinds> kinds;

    /**
     * @param tasks whose records are explained
     * @param kinds all of them, asked for when a client is made
     */
    public ContextModule(Kind tasks, Supplier<Kinds> kinds) {
        this.tasks = tasks;
        this.kinds = kinds;
    }

    /** What the questions are answered from, beside the links. */
    public record Sources(Tasks tasks, Leases leases, Decisions decisions, Sessions sessions, Runs runs) {}

    /** The links, which need the other clients to become answers. */
    @FunctionalInterface
    public interface Links {
        Contexts with(Sources sources);
    }

    @Override
    public List<Kind> kinds() {
        return List.of(kind);
    }

    /** Where decisions, sessions and runs say to which task they belong. */
    public TaskLinks links() {
        return kind;
    }

    @Override
    public Links client(KindHost host) {
        return sources -> new ContextsClient(new LinkReader(host, kind, kinds.get()), host, tasks, sources);
    }
}
