package dev.cairn.internal.assembly;

import dev.cairn.imports.ImportModule;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.system.SystemKind;
import dev.cairn.log.TopicModule;
import dev.cairn.run.RunModule;
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
    final ImportModule imports = new ImportModule();
    final TopicModule topic;
    final RunModule run;
    final Kinds kinds;

    /** @param jsonBytesMax the largest JSON value that a caller may give, in bytes */
    Registry(int jsonBytesMax) {
        task = new TaskModule(jsonBytesMax);
        topic = new TopicModule(jsonBytesMax);
        run = new RunModule(jsonBytesMax);
        List<Kind> all = new ArrayList<>(List.of(new SystemKind()));
        all.addAll(topic.kinds());
        all.addAll(task.kinds());
        all.addAll(imports.kinds());
        all.addAll(run.kinds());
        kinds = new Kinds(all);
    }
}
