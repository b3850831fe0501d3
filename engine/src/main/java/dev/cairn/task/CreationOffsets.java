package dev.cairn.task;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;

/**
 * Finds the records that created tasks: going back from record to record, and from image to image where they tell of the same
 * creation.
 *
 * <p>Threading: one thread.
 */
final class CreationOffsets {
    private static final int CREATED_IN_IMAGE_AT = TaskBody.CREATED_AT - Entity.HEADER_BYTES;

    private final KindHost host;
    private final Event event = new Event();
    private final Event image = new Event();

    CreationOffsets(KindHost host) {
        this.host = host;
    }

    /** Offset of the record that created {@code task}; of the oldest one that is left where that was lost. */
    long of(Entity task) {
        if (task.version() == 1) {
            return task.head();
        }
        long created = task.value().longAt(TaskBody.CREATED_AT);
        long at = task.head();
        while (true) {
            try {
                host.event(at, event);
            } catch (DamagedLogException | GoneException e) {
                return at;
            }
            if (event.type == TaskKind.CREATED || event.previous < 0) {
                return at;
            }
            at = isOfSameCreation(event.previousImage, created) ? event.previousImage : event.previous;
        }
    }

    private boolean isOfSameCreation(long offset, long created) {
        if (offset < 0) {
            return false;
        }
        try {
            host.event(offset, image);
        } catch (DamagedLogException | GoneException e) {
            return false;
        }
        // One as old as the creation may be of an earlier task of the same moment.
        return image.hasImage && image.at > created && image.image.longAt(CREATED_IN_IMAGE_AT) == created;
    }
}
