package dev.cairn.lease;

import dev.cairn.GoneException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.LeaseLedger.End;

/**
 * What became of a request for a lease that neither waits nor holds any more, read from the records of the lease, the newest
 * first, back to its own.
 *
 * @param token of the grant that came of it; that of the request itself where none did, or the log does not tell
 * @param isVoid whether its holder never had the lease: the place was given up, or the grant not collected
 *
 * <p>Threading: immutable.
 */
record PlaceFate(long token, boolean isVoid) {
    /** @param request offset of the record that granted the lease at once, or took a place in its queue */
    static PlaceFate of(KindHost host, Entity lease, long request) {
        Event event = new Event();
        boolean collected = true;
        try {
            for (long offset = lease.head(); offset > request; offset = event.previous) {
                host.event(offset, event);
                switch (event.type) {
                    case LeasePayload.ENDED -> collected = LeasePayload.how(event) != End.UNCOLLECTED;
                    case LeasePayload.GRANTED -> {
                        if (LeasePayload.open(event).takeLong() == request) {
                            return new PlaceFate(offset, !collected);
                        }
                    }
                    case LeasePayload.WITHDRAWN -> {
                        if (withdrawnPlace(event) == request) {
                            return new PlaceFate(request, true);
                        }
                    }
                    default -> {
                        // Says nothing of a place.
                    }
                }
            }
        } catch (GoneException e) {
            // What is lost may have been the grant.
            return new PlaceFate(request, false);
        }
        return new PlaceFate(request, false);
    }

    private static long withdrawnPlace(Event event) {
        SlabCursor payload = LeasePayload.open(event);
        payload.takeLong(); // token
        return payload.takeLong();
    }
}
