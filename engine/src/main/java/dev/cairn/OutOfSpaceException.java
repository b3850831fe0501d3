package dev.cairn;

/** The disk is full: nothing was written; reads go on. Retry when there is room. */
public final class OutOfSpaceException extends CairnException {
    private static final long serialVersionUID = 1L;

    public OutOfSpaceException(String message) {
        super("out_of_space", message);
    }
}
