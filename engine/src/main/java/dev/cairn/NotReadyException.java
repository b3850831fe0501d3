package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * Cairn cannot serve this now: it is opening, closing, restoring, or has failed for good ({@link #failed()}: reopen it). Also
 * thrown when a projection does not reach the asked offset in time.
 */
public final class NotReadyException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final boolean failed;

    public NotReadyException(String message) {
        super("not_ready", message);
        this.failed = false;
    }

    /** The engine has stopped for good because of {@code cause}. */
    public NotReadyException(String message, @Nullable Throwable cause) {
        super("not_ready", message, cause == null ? new IllegalStateException(message) : cause);
        this.failed = true;
    }

    /** Whether only reopening helps. */
    public boolean failed() {
        return failed;
    }
}
