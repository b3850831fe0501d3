package dev.cairn.lease;

import java.time.Duration;
import java.util.Optional;

/**
 * A request for a lease: granted, or a place in its queue. The place lasts until its wait is over, whether anybody looks at it
 * or not; a grant that nobody collects within some seconds passes on.
 *
 * <p>Threading: any thread.
 */
public interface LeasePlace {
    /**
     * Waits for the grant and collects it.
     *
     * @param waitMax how long; the place itself may end earlier
     * @return the grant, or empty when it did not come in time
     * @throws dev.cairn.HeldException when the place has ended without a grant
     * @throws dev.cairn.NotReadyException when the engine closes; the place stays in the log
     */
    Optional<Grant> await(Duration waitMax);

    /**
     * Waits until there is something to collect, without collecting it.
     *
     * @param waitMax how long; zero to look
     * @return whether {@link #await} with no time would not return empty: the lease is granted, the place has ended, or the
     *     engine closes
     */
    boolean isDecided(Duration waitMax);

    /**
     * Gives the place up. Harmless when it has ended, or when the lease was granted; without effect when the same request was
     * repeated since, as the place is the repeated one's then.
     */
    void withdraw();

    /**
     * Ends the wait: the grant if there is one, else the place is given up.
     *
     * @throws dev.cairn.HeldException when there is no grant; with the position that the place had
     */
    Grant conclude();

    /** The place in the queue, from 1; 0 when it is granted or gone. */
    int position();
}
