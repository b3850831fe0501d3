package dev.cairn.internal.kind;

import org.jspecify.annotations.Nullable;

/**
 * The leases as other kinds use them inside their {@code decide}: granting, ending, and being told of an end.
 *
 * <p>Threading: commit lock held.
 */
public interface LeaseLedger {
    /** How a lease ended. */
    enum End {
        /** The holder gave it back: nothing went wrong. */
        RELEASED,
        /** The holder gave it back because its attempt failed. */
        FAILED,
        /** The holder gave it back because no attempt can succeed. */
        POISONED,
        /** Its time was over. */
        EXPIRED,
        /** Somebody with the right to do so took it away. */
        REVOKED,
        /** What it guarded came to its end. */
        COMPLETED
    }

    /** Is told, inside {@code decide}, that a lease which was granted with an origin has ended, and may add events. */
    @FunctionalInterface
    interface Endings {
        void ended(Draft draft, String lease, String origin, End end);
    }

    /** Is told, after state was installed, whether a lease is held now. */
    @FunctionalInterface
    interface Holdings {
        void changed(String lease, boolean held);
    }

    /** Whether somebody holds {@code lease}. */
    boolean isHeld(Draft draft, String lease);

    /**
     * Adds the event that grants {@code lease}, which nobody holds.
     *
     * @param ttlMillis how long it lasts unless renewed
     * @param origin what {@link Endings} are to know when it ends, not empty; null for a lease of its own
     * @return the token
     */
    long grant(Draft draft, String lease, String holder, long ttlMillis, @Nullable String origin);

    /** Adds the events that end {@code lease} if somebody holds it; the next in its queue gets it. */
    void end(Draft draft, String lease, End end);

    /** Who is told of ends from now on. */
    void endings(Endings endings);

    /** Who is told of holdings from now on. */
    void holdings(Holdings holdings);
}
