package dev.cairn;

/** The operation id was used before for another command. Use a new id. */
public final class OperationMismatchException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final long offset;

    public OperationMismatchException(String operation, long offset) {
        super(
                "operation_mismatch",
                "expected the command that operation " + operation + " was first used for at offset " + offset
                        + ", was another one");
        this.operation = operation;
        this.offset = offset;
    }

    /** The id. */
    public String operation() {
        return operation;
    }

    /** Offset of the record that the id stands for. */
    public long offset() {
        return offset;
    }
}
