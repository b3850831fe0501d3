package dev.cairn.harness;

/**
 * Takes what is told, in order.
 *
 * <p>Threading: any thread.
 */
public interface Teller {
    void tell(Told told);

    /** Makes sure that everything told so far is known even if the teller dies now. */
    default void flush() {}
}
