package dev.cairn;

import org.jspecify.annotations.Nullable;

/** What was asked for is not well formed; nothing was written. Correct the request. */
public final class InvalidRequestException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String where;

    public InvalidRequestException(String message, @Nullable String where) {
        super("invalid_request", message);
        this.where = where;
    }

    /** JSON pointer ({@code /status}) or parameter name that is wrong, or null. */
    public @Nullable String where() {
        return where;
    }
}
