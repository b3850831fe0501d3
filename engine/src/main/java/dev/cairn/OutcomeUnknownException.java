package dev.cairn;

/** The write was accepted but the wait for durability was interrupted or failed. Ask by operation id, or read the log at the receipt's offset after reopening. */
public final class OutcomeUnknownException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient Receipt receipt;

    public OutcomeUnknownException(String message, Receipt receipt) {
        super("outcome_unknown", message);
        this.receipt = receipt;
    }

    /** What the write got when it was accepted. */
    public Receipt receipt() {
        return receipt;
    }
}
