package dev.cairn;

/** Cairn is asked for more than it can do now. Retry after a pause. */
public final class OverloadedException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final long retryAfterMillis;

    public OverloadedException(String message, long retryAfterMillis) {
        super("overloaded", message);
        this.retryAfterMillis = retryAfterMillis;
    }

    /** A pause after which a retry is reasonable. */
    public long retryAfterMillis() {
        return retryAfterMillis;
    }
}
