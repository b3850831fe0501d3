package dev.cairn;

import org.jspecify.annotations.Nullable;

/** A fencing token is not the current grant of its lease: stop working under it. */
public final class StaleTokenException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String lease;
    private final long token;
    private final @Nullable Long current;

    public StaleTokenException(String lease, long token, @Nullable Long current) {
        super("stale_token", message(lease, token, current));
        this.lease = lease;
        this.token = token;
        this.current = current;
    }

    private static String message(String lease, long token, @Nullable Long current) {
        return token == Fence.ANY_TOKEN
                ? "expected a holder of " + lease + ", was none"
                : "expected the current token of " + lease + " (" + current + "), was " + token;
    }

    /** Name of the lease. */
    public String lease() {
        return lease;
    }

    /** The token that was presented; {@link Fence#ANY_TOKEN} where whichever is current was to be taken, and nobody held the lease. */
    public long token() {
        return token;
    }

    /** The token of the current grant, null if nobody holds the lease. */
    public @Nullable Long current() {
        return current;
    }
}
