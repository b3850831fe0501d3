package dev.cairn;

/** What became of an operation. */
public sealed interface OperationOutcome {
    /** It was committed. */
    record Committed(Receipt receipt) implements OperationOutcome {}

    /**
     * It is not known: never committed, or committed before {@code rememberedFrom}.
     *
     * @param rememberedFrom operations committed at or after this offset are remembered
     */
    record Unknown(long rememberedFrom) implements OperationOutcome {}
}
