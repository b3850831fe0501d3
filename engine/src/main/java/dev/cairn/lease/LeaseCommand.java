package dev.cairn.lease;

import dev.cairn.Fence;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.LeaseLedger.End;
import dev.cairn.internal.kind.Millis;
import dev.cairn.internal.kind.Names;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The wishes about a lease.
 *
 * <p>Threading: immutable.
 */
sealed interface LeaseCommand extends Command {
    /**
     * Somebody wants the lease. A wait of 0 is refused if somebody has it; any other takes a place in the queue.
     *
     * <p>The wait is no part of what an operation id stands for: who asks again under the same id may wait for another time.
     */
    record Acquire(String key, String holder, long ttlMillis, long waitMillis) implements LeaseCommand {
        Acquire at(long newWaitMillis) {
            return new Acquire(key, holder, ttlMillis, newWaitMillis);
        }

        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('a');
            into.putText(holder);
            into.putLong(ttlMillis);
        }
    }

    /** The holder wants more time. */
    record Renew(String key, long token, long ttlMillis, byte @Nullable [] progress) implements LeaseCommand {
        @Override
        public boolean presentsToken() {
            return true;
        }

        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('r');
            into.putLong(token);
            into.putLong(ttlMillis);
            byte[] json = progress;
            if (json != null) {
                into.putBytes(json, 0, json.length);
            }
        }
    }

    /** The lease is to end; a token of {@link Fence#ANY_TOKEN} stands for whichever is current. */
    record Release(String key, long token, End end) implements LeaseCommand {
        @Override
        public boolean presentsToken() {
            return token != Fence.ANY_TOKEN;
        }

        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('e');
            into.putLong(token);
            into.putByte(end.code());
        }
    }

    /**
     * The time of a grant is over: it is to end, unless it was renewed since {@code term}.
     *
     * @param collected whether its holder knew of it
     * @param origin what had asked for the grant, where that is to come to nothing
     */
    record Expire(
            String key,
            long token,
            long term,
            boolean collected,
            @Nullable PlaceOperation origin) implements LeaseCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('x');
            into.putLong(token);
            into.putLong(term);
        }
    }

    /**
     * A place in the queue is to be given up.
     *
     * @param origin what had asked for it
     */
    record Withdraw(String key, long place, @Nullable PlaceOperation origin) implements LeaseCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('w');
            into.putLong(place);
        }
    }

    static Acquire acquire(String name, String holder, Duration ttl, Duration wait) {
        return new Acquire(checkName(name), Names.check(holder, "/holder"), ttlMillis(ttl), waitMillis(wait));
    }

    /** @throws dev.cairn.InvalidRequestException when no lease can have that name */
    static String checkName(String name) {
        return Names.checkId(name, Fence.LEASE_BYTES_MAX, "name");
    }

    /** @throws dev.cairn.InvalidRequestException when a lease cannot last that long */
    static long ttlMillis(Duration ttl) {
        return Millis.within(ttl, Leases.TTL_MIN, Leases.TTL_MAX, "/ttlMs");
    }

    /** @throws dev.cairn.InvalidRequestException when nobody can wait that long */
    static long waitMillis(Duration wait) {
        return Millis.within(wait, Duration.ZERO, Leases.WAIT_MAX, "/waitMs");
    }
}
