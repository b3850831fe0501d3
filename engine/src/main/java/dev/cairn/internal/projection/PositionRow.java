package dev.cairn.internal.projection;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The one row of {@code cairn_position}: which log the tables were made from, and how far.
 *
 * @param installation identity of the log
 * @param fingerprint of the schema
 * @param epoch epoch of the last record included
 * @param offset offset of the last record included, −1 for none
 * @param checksum checksum of that record's frame
 * @param indexed whether the indexes exist; they are made when a rebuild has caught up
 * @param clean whether the database was closed in good order and not written since
 */
record PositionRow(
        UUID installation, String fingerprint, int epoch, long offset, int checksum, boolean indexed, boolean clean) {
    static final String CREATE = "CREATE TABLE cairn_position (installation TEXT NOT NULL, fingerprint TEXT NOT NULL,"
            + " epoch INTEGER NOT NULL, \"offset\" INTEGER NOT NULL, checksum INTEGER NOT NULL,"
            + " indexed INTEGER NOT NULL, clean INTEGER NOT NULL, crc INTEGER NOT NULL) STRICT";
    /** Gives the offset and whether the indexes exist. */
    static final String SELECT_OFFSET = "SELECT \"offset\", indexed FROM cairn_position";

    private static final String SELECT =
            "SELECT installation, fingerprint, epoch, \"offset\", checksum, indexed, clean, crc FROM cairn_position";
    private static final String INSERT = "INSERT INTO cairn_position VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    static final String UPDATE =
            "UPDATE cairn_position SET epoch = ?, \"offset\" = ?, checksum = ?, indexed = ?, clean = ?, crc = ?";

    static PositionRow start(UUID installation, String fingerprint) {
        return new PositionRow(installation, fingerprint, 0, -1, 0, false, false);
    }

    PositionRow at(int newEpoch, long newOffset, int newChecksum) {
        return new PositionRow(installation, fingerprint, newEpoch, newOffset, newChecksum, indexed, false);
    }

    PositionRow withIndexed(boolean value) {
        return new PositionRow(installation, fingerprint, epoch, offset, checksum, value, clean);
    }

    PositionRow withClean(boolean value) {
        return new PositionRow(installation, fingerprint, epoch, offset, checksum, indexed, value);
    }

    /** The stored row, or null when there is none. */
    static @Nullable PositionRow read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SELECT)) {
            if (!row.next()) {
                return null;
            }
            PositionRow read = new PositionRow(
                    UUID.fromString(row.getString(1)),
                    row.getString(2),
                    row.getInt(3),
                    row.getLong(4),
                    row.getInt(5),
                    row.getBoolean(6),
                    row.getBoolean(7));
            if (row.getInt(8) != read.crc()) {
                throw new ProjectionDamagedException(
                        "expected a position with checksum " + read.crc() + ", was " + row.getInt(8));
            }
            return read;
        } catch (IllegalArgumentException e) {
            throw new ProjectionDamagedException("expected the position of a projection, was " + e.getMessage());
        }
    }

    void insert(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, installation.toString());
            statement.setString(2, fingerprint);
            bindPosition(statement, 3);
            statement.executeUpdate();
        }
    }

    /** Runs {@link #UPDATE}. */
    void update(PreparedStatement statement) throws SQLException {
        bindPosition(statement, 1);
        statement.executeUpdate();
    }

    private void bindPosition(PreparedStatement statement, int first) throws SQLException {
        statement.setInt(first, epoch);
        statement.setLong(first + 1, offset);
        statement.setInt(first + 2, checksum);
        statement.setInt(first + 3, indexed ? 1 : 0);
        statement.setInt(first + 4, clean ? 1 : 0);
        statement.setInt(first + 5, crc());
    }

    /** SQLite keeps no checksums, and this row is evidence of how far the log went. */
    private int crc() {
        CRC32C crc = new CRC32C();
        String text = installation + " " + epoch + " " + offset + " " + checksum;
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return (int) crc.getValue();
    }
}
