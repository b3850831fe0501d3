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

    /**
     * A column.
     *
     * @param name lower case letters and underscores
     * @param type {@code TEXT} or {@code INTEGER}, with {@code NOT NULL} where it applies
     */
    record Column(String name, String type) {}

    /** Receives the values of one row. */
    interface Row {
        void text(@org.jspecify.annotations.Nullable String value);

        void integer(long value);
    }

    /** Gives the values of one row, in order. */
    interface RowReader {
        @org.jspecify.annotations.Nullable
        String text();

        long integer();
    }
}
