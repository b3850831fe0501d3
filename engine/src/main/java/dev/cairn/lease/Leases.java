package dev.cairn.lease;

import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Exclusive ownership for a time, first come, first served.
 *
 * <p>A lease is anything with a name. Its holder proves itself by the token, which every write may present as a {@link
 * dev.cairn.Fence}; the token is checked where the write is committed, so a holder that slept past its time changes nothing.
 * The lease {@code task:ID} guards the task {@code ID}: while somebody holds it, only writes with its token pass.
 *
 * <p>Time runs on a monotonic clock; after an opening each lease that is held gets its full time again. Grants are
 * acknowledged when durable unless {@code options.ack()} says otherwise. Leases are not re-entrant.
 *
 * <p>Threading: any thread.
 */
public interface Leases {
    /** The shortest time that a lease lasts. */
    Duration TTL_MIN = Duration.ofMillis(100);

    Duration TTL_MAX = Duration.ofDays(30);

    /** The longest time that a place in a queue lasts. */
    Duration WAIT_MAX = Duration.ofHours(24);

    /** {@link #acquire(String, String, Duration, Duration, WriteOptions)} with default options. */
    default Grant acquire(String lease, String holder, Duration ttl, Duration waitMax) {
        return acquire(lease, holder, ttl, waitMax, WriteOptions.defaults());
    }

    /**
     * Acquires a lease, waiting for it if need be.
     *
     * @param ttl how long it lasts unless renewed, 100 ms to 30 days
     * @param waitMax how long to wait in the queue, up to 24 h; zero does not queue
     * @throws dev.cairn.HeldException when it is not granted in time
     */
    Grant acquire(String lease, String holder, Duration ttl, Duration waitMax, WriteOptions options);

    /**
     * Asks for a lease without waiting for the answer. Repeated with the same operation id, it finds the same place again, also
     * after a restart.
     *
     * @param waitMax how long the place in the queue lasts; zero does not queue
     * @throws dev.cairn.HeldException when somebody has it and {@code waitMax} is zero
     */
    LeasePlace request(String lease, String holder, Duration ttl, Duration waitMax, WriteOptions options);

    /** {@link #renew(String, long, Duration, String, WriteOptions)} without progress and with default options. */
    default Renewal renew(String lease, long token, Duration ttl) {
        return renew(lease, token, ttl, null, WriteOptions.defaults());
    }

    /**
     * Gives the holder {@code ttl} from now on.
     *
     * @param progress any JSON that says how far the work is, up to 64 KiB; null leaves what was said before
     * @throws dev.cairn.StaleTokenException when the token is not that of the current grant
     */
    Renewal renew(String lease, long token, Duration ttl, @Nullable String progress, WriteOptions options);

    /** {@link #release(String, long, LeaseRelease, WriteOptions)} because nothing went wrong, with default options. */
    default Receipt release(String lease, long token) {
        return release(lease, token, LeaseRelease.RELEASE, WriteOptions.defaults());
    }

    /**
     * Gives a lease back; the next in its queue has it at once.
     *
     * @param token of the current grant, or {@link dev.cairn.Fence#ANY_TOKEN} to take it away from whoever holds it
     * @throws dev.cairn.StaleTokenException when the token is not that of the current grant
     */
    Receipt release(String lease, long token, LeaseRelease mode, WriteOptions options);

    /** The lease as it is now; empty when nobody ever had it. */
    Optional<Lease> get(String lease);

    /**
     * The lease as it was after the record at {@code offset}.
     *
     * @throws dev.cairn.GoneException when the answer lies below the start of the log or in a lost range
     * @throws dev.cairn.InvalidRequestException when {@code offset} is in the future
     */
    Optional<Lease> getAsOf(String lease, long offset);

    /** The lease at a time of the log. */
    Optional<Lease> getAsOf(String lease, Instant time);

    /**
     * Waits for a change.
     *
     * @param revision the revision that the caller knows, −1 for a lease that nobody ever had
     * @return whether the lease's revision differs now
     */
    boolean awaitChange(String lease, long revision, Duration timeout);

    /**
     * Records of a lease, newest first.
     * Whether some were lost to damage tells a {@link dev.cairn.log.HistoryCheck}.
     *
     * @param before only records with a smaller offset; {@link Long#MAX_VALUE} to start at the newest
     * @throws dev.cairn.NotFoundException when nobody ever had it
     */
    List<LogRecord> history(String lease, long before, int limit);

    /** Leases that are held, the oldest grant first; from the projection. */
    LeasePage list(LeaseQuery query);

    /** How many leases there are now, and what became of leases since the directory was opened. */
    Counts counts();

    /**
     * Counts of leases.
     *
     * @param held leases that somebody has
     * @param waiting places in queues
     * @param grants leases given out since the directory was opened
     * @param expiries leases that ended because their time was over, since then
     */
    record Counts(int held, int waiting, long grants, long expiries) {}

    /** A page of leases. */
    record LeasePage(List<Lease> leases, @Nullable String next, long projectionOffset) {}

    /** More time for the holder. */
    record Renewal(Instant expiresAt, Receipt receipt) {}
}
