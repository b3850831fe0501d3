package dev.cairn.tools;

/** Whoever read our results went away: stop, and say nothing. */
final class ClosedPipeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClosedPipeException(Throwable cause) {
        super(cause);
    }
}
