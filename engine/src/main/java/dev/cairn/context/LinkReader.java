package dev.cairn.context;

import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.TaskLinks.What;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The links of tasks, now and in the past.
 *
 * <p>Threading: any thread.
 */
final class LinkReader {
    private final KindHost host;
    private final TaskContextKind kind;

    LinkReader(KindHost host, TaskContextKind kind) {
        this.host = host;
        this.kind = kind;
    }

    /** Names linked to {@code task} after the record at {@code offset}, the newest first, {@code max} at most. */
    List<String> names(String task, long offset, What what, int max) {
        Entity links = new Entity();
        host.entity(kind, null, task, links);
        if (links.revision() > offset) {
            host.entityAsOf(kind, null, task, offset, links);
        }
        List<String> names = new ArrayList<>();
        for (TaskContextKind.Link link : TaskContextKind.links(links)) {
            if (link.what() == what) {
                names.add(link.name());
            }
        }
        Collections.reverse(names);
        return names.subList(0, Math.min(max, names.size()));
    }
}
