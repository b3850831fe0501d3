/**
 * The projection: SQLite tables that follow the durable log, for lists, filters and counts. The only user of JDBC.
 *
 * <h2>The file</h2>
 *
 * {@code projection.db} (with {@code -wal} and {@code -shm} beside it while it is open) holds one table for each projected
 * kind, with the columns of its {@link dev.cairn.internal.kind.EntityTable} and then {@code version, revision, head,
 * last_image}; beside it the {@linkplain dev.cairn.internal.kind.EntityTable.Child children} of a kind that has some, whose
 * rows follow from the entity's own and are written with it; and the table {@code cairn_position} with one row: the installation, and epoch, offset and frame checksum of
 * the last record that the tables include. That row is written in the transaction of the rows, so that after any crash the two
 * agree.
 *
 * <p>All of it is derived. A file that is damaged, foreign, ahead of the log, or of another schema is deleted and made again
 * from the log.
 *
 * <h2>Shape</h2>
 *
 * One writer ({@link dev.cairn.internal.projection.ProjectionWriter}) on the follower's thread, one thread that copies the
 * write-ahead log into the file, and a few read-only connections, each answer in one read transaction.
 */
@NullMarked
package dev.cairn.internal.projection;

import org.jspecify.annotations.NullMarked;
