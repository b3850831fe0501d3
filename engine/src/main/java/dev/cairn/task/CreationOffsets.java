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
    private Event event = new Event();
    private Event image = new Event();

    CreationOffsets(KindHost host) {
        this.host = host;
        event.clear();
        image.clear();
    }

    /** Offset of the record that created {@code task}; of the oldest one that is left where that was lost. */
    long of(Entity task) {
        if (task.version() == 1) {
            return task.head();
        }
        long created = task.value().longAt(TaskBody.CREATED_AT);
        // The newest image first: whatever came after it need not be read.
        long known = task.head();
        long next = isOfSameCreation(task.lastImage(), created) ? task.lastImage() : task.head();
        while (read(next, event)) {
            known = next;
            if (event.type == TaskKind.CREATED || event.previous < 0) {
                return known;
            }
            next = isOfSameCreation(event.previousImage, created) ? event.previousImage : event.previous;
        }
        return known;
    }

    private boolean isOfSameCreation(long offset, long created) {
        // One as old as the creation may be of an earlier task of the same moment.
        return offset >= 0
                && read(offset, image)
                && image.hasImage
                && image.at > created
                && image.image.longAt(CREATED_IN_IMAGE_AT) == created;
    }

    /** Reads a record unless it is there already; false when it is lost. */
    private boolean read(long offset, Event into) {
        if (into.offset == offset) {
            return true;
        }
        if (into == event && image.offset == offset) {
            Event known = image;
            image = event;
            event = known;
            return true;
        }
        try {
            host.event(offset, into);
            return true;
        } catch (DamagedLogException | GoneException e) {
            into.offset = -1;
            return false;
        }
    }
}
