package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.imports.ImportModule;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.system.SystemKind;
import dev.cairn.log.TopicModule;
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
    final TaskModule task;
    final ImportModule imports = new ImportModule();
    final TopicModule topic;
    final SessionModule session;
    final Kinds kinds;

    /** @param options say how large what a caller gives may be */
    Registry(CairnOptions options) {
        task = new TaskModule(options.jsonBytesMax());
        topic = new TopicModule(options.jsonBytesMax());
        session = new SessionModule(options.messageBytesMax());
        List<Kind> all = new ArrayList<>(List.of(new SystemKind()));
        all.addAll(topic.kinds());
        all.addAll(task.kinds());
        all.addAll(imports.kinds());
        all.addAll(session.kinds());
        kinds = new Kinds(all);
    }
}
