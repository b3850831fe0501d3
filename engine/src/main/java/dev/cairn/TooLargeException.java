package dev.cairn;

/** More bytes than a limit allows; nothing was written. */
public final class TooLargeException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final long limit;
    private final long actual;

    public TooLargeException(String what, long limit, long actual) {
        super("too_large", "expected " + what + " of at most " + limit + " bytes, was " + actual);
        this.what = what;
        this.limit = limit;
        this.actual = actual;
    }

    /** What is too large. */
    public String what() {
        return what;
    }

    /** The limit in bytes. */
    public long limit() {
        return limit;
    }

    /** The size that was found, in bytes. */
    public long actual() {
        return actual;
    }
}
