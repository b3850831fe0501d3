package dev.cairn.lease;

import dev.cairn.CairnException;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.KindHost;
import org.jspecify.annotations.Nullable;

/**
 * The operation that took a place in a queue. If the place ends without a grant the operation has come to nothing: its id is free
 * again, and who asks again under it asks anew.
 *
 * <p>Threading: immutable.
 */
record PlaceOperation(String id, int item) {
    /** The operation of a request, null if it has none. */
    static @Nullable PlaceOperation of(WriteOptions options) {
        String id = options.operation();
        return id == null ? null : new PlaceOperation(id, options.item());
    }

    /** The operation of the record that took a place; null if it had none, or cannot be read. */
    static @Nullable PlaceOperation at(KindHost host, long place) {
        Event queued = new Event();
        try {
            host.event(place, queued);
        } catch (CairnException e) {
            return null; // lost: nobody can ask after it either
        }
        return queued.commandHash == 0 ? null : new PlaceOperation(queued.operation.utf8(), queued.item);
    }

    /** Says so in the record that ends the place. */
    static void end(Event end, @Nullable PlaceOperation operation) {
        if (operation != null) {
            end.voids(operation.id(), operation.item());
        }
    }
}
