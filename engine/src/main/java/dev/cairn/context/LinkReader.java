package dev.cairn.context;

import dev.cairn.GoneException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.Recovered;
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
    private final Kinds kinds;

    LinkReader(KindHost host, TaskContextKind kind, Kinds kinds) {
        this.host = host;
        this.kind = kind;
        this.kinds = kinds;
    }

    /**
     * What is linked to a task.
     *
     * @param newestFirst the links
     * @param incomplete whether some were lost to damage
     */
    record Links(List<TaskContextKind.Link> newestFirst, boolean incomplete) {
        Links {
            newestFirst = List.copyOf(newestFirst);
        }

        /** Names of that, the newest first, {@code max} at most. */
        List<String> names(What what, int max) {
            return newestFirst.stream()
                    .filter(link -> link.what() == what)
                    .map(TaskContextKind.Link::name)
                    .limit(max)
                    .toList();
        }
    }

    /** Whether what a link names is gone since a repair found nothing of it, and not since somebody deleted it. */
    boolean isLost(byte linked, String name) {
        Entity entity = new Entity();
        host.entity(kinds.byId(linked), null, name, entity);
        if (entity.exists()) {
            return false;
        }
        if (entity.version() == 0) {
            return true; // it was there when it was linked
        }
        Event last = new Event();
        try {
            host.event(entity.head(), last);
            return Recovered.is(last);
        } catch (GoneException e) {
            return true;
        }
    }

    /** The links of {@code task} after the record at {@code offset}. */
    Links of(String task, long offset) {
        Entity entity = new Entity();
        host.entity(kind, null, task, entity);
        boolean incomplete = entity.incomplete();
        if (entity.revision() > offset) {
            try {
                host.entityAsOf(kind, null, task, offset, entity);
            } catch (GoneException e) {
                return new Links(List.of(), true); // all of them up to then
            }
        }
        List<TaskContextKind.Link> links = new ArrayList<>(TaskContextKind.links(entity));
        Collections.reverse(links);
        return new Links(links, incomplete || entity.incomplete());
    }
}
