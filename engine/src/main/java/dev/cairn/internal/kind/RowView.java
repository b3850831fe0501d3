package dev.cairn.internal.kind;

/**
 * The rows of the projection as of one moment: what several queries ask of it fits together.
 *
 * <p>Threading: one thread, and only as long as the work that was given it runs.
 */
public interface RowView {
    /** Runs a query; its {@code minOffset} and {@code waitMax} mean nothing here. */
    RowQuery.Page query(Kind kind, RowQuery query);

    /** The last record that the rows include. */
    long projectionOffset();
}
