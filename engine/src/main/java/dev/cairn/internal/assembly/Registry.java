package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.consumer.ConsumerModule;
import dev.cairn.context.ContextModule;
import dev.cairn.decision.DecisionModule;
import dev.cairn.entity.EntityModule;
import dev.cairn.imports.ImportModule;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.system.SystemKind;
import dev.cairn.lease.LeaseModule;
import dev.cairn.log.TopicModule;
import dev.cairn.run.RunModule;
import dev.cairn.session.SessionModule;
import dev.cairn.task.TaskModule;
import java.util.ArrayList;
import java.util.List;

/**
 * Every capability of this Cairn: a new one is one more line here and one more method of {@link dev.cairn.Cairn}.
 *
 * <p>Threading: made for one engine; immutable.
 */
final class Registry {
    private final List<KindModule<?>> modules = new ArrayList<>();

    final LeaseModule lease = add(new LeaseModule());
    final ConsumerModule consumer = add(new ConsumerModule());
    final TopicModule topic;
    final TaskModule task;
    final ContextModule context;
    final ImportModule imports = add(new ImportModule());
    final DecisionModule decision;
    final SessionModule session;
    final RunModule run;
    final EntityModule entity;
    final Kinds kinds;

    /** @param options say how large what a caller gives may be */
    Registry(CairnOptions options) {
        topic = add(new TopicModule(options.jsonBytesMax()));
        task = add(new TaskModule(options.jsonBytesMax(), lease.ledger()));
        context = add(new ContextModule(task.tasks(), this::kinds));
        decision = add(new DecisionModule(options.jsonBytesMax(), context.links()));
        session = add(new SessionModule(options.messageBytesMax(), context.links()));
        run = add(new RunModule(options.jsonBytesMax(), context.links()));
        entity = add(new EntityModule(options.jsonBytesMax()));
        List<Kind> all = new ArrayList<>(List.of(new SystemKind()));
        modules.forEach(module -> all.addAll(module.kinds()));
        kinds = new Kinds(all, lease.fences());
    }

    private Kinds kinds() {
        return kinds;
    }

    private <M extends KindModule<?>> M add(M module) {
        modules.add(module);
        return module;
    }

    /** Begins what the capabilities do by themselves; what has to be closed before the commit path is added to {@code owned}. */
    void start(KindHost host, Owned owned) {
        for (KindModule<?> module : modules) {
            AutoCloseable service = module.start(host);
            if (service != null) {
                owned.add(service);
            }
        }
    }
}
