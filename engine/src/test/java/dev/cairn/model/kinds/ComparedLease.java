package dev.cairn.model.kinds;

import dev.cairn.lease.Lease;
import dev.cairn.model.kinds.PlainLeases.LeaseState;
import dev.cairn.model.kinds.PlainLog.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to compare of a lease: of one that was read, and of one that the model has.
 *
 * <p>Threading: any thread.
 */
final class ComparedLease {
    private static final Instant LATER = Instant.EPOCH;

    private ComparedLease() {}

    /** Without what the clock of the machine decides. */
    static List<@Nullable Object> found(Lease lease, boolean live) {
        return Arrays.asList(
                lease.holder(),
                lease.token(),
                lease.grantedAt(),
                live && lease.expiresAt() != null ? LATER : lease.expiresAt(),
                lease.progress(),
                lease.queue(),
                lease.version(),
                lease.revision(),
                live,
                lease.incomplete());
    }

    static List<@Nullable Object> expected(Entry head, boolean live) {
        LeaseState state = (LeaseState) head.view();
        boolean held = state != null && state.token() >= 0;
        List<Lease.Waiting> queue = new ArrayList<>();
        if (state != null) {
            state.queue()
                    .forEach(place -> queue.add(new Lease.Waiting(place.holder(), queue.size() + 1, place.offset())));
        }
        return Arrays.asList(
                held ? state.holder() : null,
                held ? (Long) state.token() : null,
                held ? state.grantedAt() : null,
                held ? live ? LATER : state.renewedAt().plus(state.ttl()) : null,
                held ? state.progress() : null,
                queue,
                head.version(),
                head.offset(),
                live,
                false);
    }
}
