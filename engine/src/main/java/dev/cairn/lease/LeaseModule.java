package dev.cairn.lease;

import dev.cairn.internal.kind.FenceCheck;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.kind.LeaseLedger;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Leases, as the registry sees them. Not for embedding programs.
 *
 * <p>Threading: any thread.
 */
public final class LeaseModule implements KindModule<Leases> {
    private final LeaseKind kind = new LeaseKind();
    private final LeaseTimer timer;

    public LeaseModule() {
        this(System::nanoTime);
    }

    /** @param nanoClock a monotonic clock, in nanoseconds */
    LeaseModule(LongSupplier nanoClock) {
        timer = new LeaseTimer(kind, nanoClock);
        kind.observer(timer);
    }

    @Override
    public List<Kind> kinds() {
        return List.of(kind);
    }

    @Override
    public Leases client(KindHost host) {
        return new LeasesClient(host, kind, timer);
    }

    @Override
    public AutoCloseable start(KindHost host) {
        timer.start(host);
        return timer;
    }

    /** What the commit path holds fencing tokens against. */
    public FenceCheck fences() {
        return kind;
    }

    /** The leases as other kinds use them. */
    public LeaseLedger ledger() {
        return kind;
    }
}
