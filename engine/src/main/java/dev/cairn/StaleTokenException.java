package dev.cairn;

import org.jspecify.annotations.Nullable;

/** A fencing token is not the current grant of its lease: stop working under it. */
public final class StaleTokenException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String lease;
    private final long token;
    private final @Nullable Long current;

    public StaleTokenException(String lease, long token, @Nullable Long current) {
        super("stale_token", "expected the current token of " + lease + " (" + current + "), was " + token);
        this.lease = lease;
        this.token = token;
        this.current = current;
    }

    /** Name of the lease. */
    public String lease() {
        return lease;
    }

    /** The token that was presented. */
    public long token() {
        return token;
    }

    /** The token of the current grant, null if nobody holds the lease. */
    public @Nullable Long current() {
        return current;
    }
}
