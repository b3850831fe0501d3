package dev.cairn;

/** The caller may not do this, whatever the state. */
public final class ForbiddenException extends CairnException {
    private static final long serialVersionUID = 1L;

    public ForbiddenException(String message) {
        super("forbidden", message);
    }
}
