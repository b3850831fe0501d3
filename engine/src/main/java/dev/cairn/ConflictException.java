package dev.cairn;

/** The expectation of a write is not met: somebody else was first. Read again and decide anew. */
public final class ConflictException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final long actual;
    private final long revision;

    public ConflictException(String message, String expected, long actual, long revision) {
        super("conflict", message);
        this.expected = expected;
        this.actual = actual;
        this.revision = revision;
    }

    /** What the caller expected, as {@code version 3}, {@code revision 12}, {@code none} or {@code exists}. */
    public String expected() {
        return expected;
    }

    /** The entity's version, 0 if it never existed. */
    public long actual() {
        return actual;
    }

    /** The entity's revision, −1 if it does not exist. */
    public long revision() {
        return revision;
    }
}
