package dev.cairn.internal.assembly;

import dev.cairn.imports.ImportModule;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.system.SystemKind;
import dev.cairn.lease.LeaseModule;
import dev.cairn.log.TopicModule;
import dev.cairn.task.TaskModule;
import java.util.ArrayList;
import java.util.List;

/**
 * Every capability of this Cairn: a new one is one more line here and one more method of {@link dev.cairn.Cairn}.
 *
 * <p>Threading: made for one engine; immutable.
 */
final class Registry {
    final TaskModule task;
    final LeaseModule lease = new LeaseModule();
    final ImportModule imports = new ImportModule();
    final TopicModule topic;
    final Kinds kinds;

    /** @param jsonBytesMax the largest JSON value that a caller may give, in bytes */
    Registry(int jsonBytesMax) {
        task = new TaskModule(jsonBytesMax, lease.ledger());
        topic = new TopicModule(jsonBytesMax);
        List<Kind> all = new ArrayList<>(List.of(new SystemKind()));
        all.addAll(lease.kinds());
        all.addAll(topic.kinds());
        all.addAll(task.kinds());
        all.addAll(imports.kinds());
        kinds = new Kinds(all, lease.fences());
    }

    /** Begins what the capabilities do by themselves; what has to be closed before the commit path is added to {@code owned}. */
    void start(KindHost host, Owned owned) {
        for (KindModule<?> module : List.of(lease, task, imports)) {
            AutoCloseable service = module.start(host);
            if (service != null) {
                owned.add(service);
            }
        }
    }
}
