package dev.cairn;

/** An item of an atomic batch was refused, so nothing of the batch was written. */
public final class BatchRefusedException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final int index;
    private final CairnException refusal;

    public BatchRefusedException(int index, CairnException refusal) {
        super(refusal.code(), "item " + index + ": " + refusal.getMessage(), refusal);
        this.index = index;
        this.refusal = refusal;
    }

    /** Place of the refused item in the batch, from 0. */
    public int index() {
        return index;
    }

    /** Why it was refused. */
    public CairnException refusal() {
        return refusal;
    }
}
