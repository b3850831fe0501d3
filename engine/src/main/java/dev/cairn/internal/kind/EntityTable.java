package dev.cairn.internal.kind;

import dev.cairn.internal.codec.SlabCursor;
import java.util.List;

/**
 * The rows of one kind in the projection: one row for each entity that exists, keyed by the entity's key.
 *
 * <p>The machinery adds the columns {@code key TEXT UNIQUE, version, revision, head, last_image INTEGER}; the kind names
 * the rest. {@link #toRow} and {@link #fromRow} are exact inverses, so that the table can be proved equal to the state and the
 * follower can go on from a row.
 *
 * <p>Threading: any thread.
 */
public interface EntityTable {
    /** Name of the table: lower case letters and underscores. */
    String name();

    /** The kind's own columns, in the order of {@link #toRow}. */
    List<Column> columns();

    /** Column lists of the indexes, each as it stands in {@code CREATE INDEX … ON t (…)}. */
    List<String> indexes();

    /** Writes one value for each column, in order. */
    void toRow(SlabCursor body, Row row);

    /** Rebuilds the body from the columns, in order: appended to {@code body}. */
    void fromRow(RowReader row, dev.cairn.internal.codec.ByteSlab body);

    /** Tables that hold any number of rows for one entity; most kinds have none. */
    default List<Child> children() {
        return List.of();
    }

    /**
     * Shows the rows of {@link #children} that follow from the body. They are kept with the entity's row and in its transaction, and
     * nothing is ever rebuilt from them.
     */
    default void toChildRows(SlabCursor body, ChildRows rows) {}

    /**
     * A table of rows that follow from the body. The machinery adds the column {@code key TEXT}, the key of the entity, before the
     * kind's own.
     *
     * @param name lower case letters and underscores
     * @param columns the kind's own; the first, a text, differs between the rows of one entity
     * @param indexes as {@link EntityTable#indexes}
     */
    record Child(String name, List<Column> columns, List<String> indexes) {}

    /** Receives the rows of the children of one entity. */
    interface ChildRows {
        /** Begins a row of {@code child}; one value for each column comes next, in order. */
        Row add(Child child);
    }

    /**
     * A column.
     *
     * @param name lower case letters and underscores
     * @param type {@code TEXT} or {@code INTEGER}, in a child also {@code REAL} or {@code ANY} (a text, an integer or a
     *     number, as it comes), with {@code NOT NULL} where it applies
     */
    record Column(String name, String type) {}

    /** Receives the values of one row. */
    interface Row {
        void text(@org.jspecify.annotations.Nullable String value);

        void integer(long value);

        /** Not NaN; for a column of a child. */
        void real(double value);
    }

    /** Gives the values of one row, in order. */
    interface RowReader {
        @org.jspecify.annotations.Nullable
        String text();

        long integer();
    }
}
