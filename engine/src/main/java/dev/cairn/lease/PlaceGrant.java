package dev.cairn.lease;

import dev.cairn.GoneException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;

/**
 * The grant that came of a request which neither waits nor holds any more, read from the records of the lease, the newest first.
 *
 * <p>Threading: stateless.
 */
final class PlaceGrant {
    private PlaceGrant() {}

    /**
     * Its token; −1 if none came of it.
     *
     * @param request offset of the record that granted the lease at once, or took a place in its queue
     */
    static long tokenOf(KindHost host, Entity lease, long request) {
        Event event = new Event();
        try {
            host.event(request, event);
            if (event.type == LeasePayload.GRANTED) {
                return request;
            }
            for (long offset = lease.head(); offset > request; offset = event.previous) {
                host.event(offset, event);
                if (event.type == LeasePayload.GRANTED
                        && LeasePayload.open(event).takeLong() == request) {
                    return offset;
                }
            }
        } catch (GoneException e) {
            return request; // what is lost may have been the grant: nobody is given the lease again because of that
        }
        return -1;
    }
}
