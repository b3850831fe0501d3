package dev.cairn.internal.kind;

import java.util.Locale;
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
        RELEASED(0),
        /** The holder gave it back because its attempt failed. */
        FAILED(1),
        /** The holder gave it back because no attempt can succeed. */
        POISONED(2),
        /** Its time was over. */
        EXPIRED(3),
        /** Somebody with the right to do so took it away. */
        REVOKED(4),
        /** What it guarded came to its end. */
        COMPLETED(5),
        /** Its holder, who had waited for it, did not come for it in time. */
        UNCOLLECTED(6);

        private static final End[] BY_CODE = values();
        private final int code;

        End(int code) {
            this.code = code;
        }

        /** How it stands in the log; never given to another. */
        public int code() {
            return code;
        }

        /** @throws IllegalStateException when no end has the code: the record was written by a newer Cairn, or is malformed */
        public static End of(int code) {
            if (code < 0 || code >= BY_CODE.length) {
                throw new IllegalStateException(
                        "expected an end of a lease up to " + (BY_CODE.length - 1) + ", was " + code);
            }
            return BY_CODE[code];
        }

        /** How the audit trail says it: {@code released}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
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

    /** Whether somebody holds the lease that guards the entity {@code key} of {@code kind}, as far as it was installed. */
    boolean isGuarded(Kind kind, String key);

    /**
     * Adds the event that grants {@code lease}, which nobody holds.
     *
     * @param ttlMillis how long it lasts unless renewed
     * @param origin what {@link Endings} are to know when it ends, not empty; null for a lease of its own
     * @return the token
     */
    long grant(Draft draft, String lease, String holder, long ttlMillis, @Nullable String origin);

    /**
     * Adds the events that end the lease which guards an entity, if somebody holds it; the next in its queue gets it. The
     * caller knows of the end: {@link Endings} are not told.
     *
     * @return the origin that it was granted with, or null
     */
    @Nullable
    String endGuard(Draft draft, Kind kind, String key, End end);

    /** Who is told of ends from now on. */
    void endings(Endings endings);

    /** Who is told of holdings from now on. */
    void holdings(Holdings holdings);
}
