package dev.cairn.task;

import dev.cairn.lease.Leases;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A wish for work.
 *
 * @param agent who wants it: becomes owner and holder
 * @param queue from which queue
 * @param status in which status; null takes the first of the workflow
 * @param ttl how long the lease lasts unless renewed, 100 ms to 30 days
 * @param waitMax how long to wait for work, up to 24 h
 */
public record ClaimRequest(
        String agent, String queue, @Nullable String status, Duration ttl, Duration waitMax) {
    /** The shortest time that a claim lasts. */
    public static final Duration TTL_MIN = Leases.TTL_MIN;

    /** The longest time that a claim lasts without being renewed. */
    public static final Duration TTL_MAX = Leases.TTL_MAX;

    /** From the queue {@code default}, in the first status of the workflow, without waiting. */
    public static ClaimRequest of(String agent, Duration ttl) {
        return new ClaimRequest(agent, TaskBody.QUEUE_DEFAULT, null, ttl, Duration.ZERO);
    }

    public ClaimRequest withQueue(String value) {
        return new ClaimRequest(agent, value, status, ttl, waitMax);
    }

    public ClaimRequest withStatus(@Nullable String value) {
        return new ClaimRequest(agent, queue, value, ttl, waitMax);
    }

    public ClaimRequest withWaitMax(Duration value) {
        return new ClaimRequest(agent, queue, status, ttl, value);
    }
}
