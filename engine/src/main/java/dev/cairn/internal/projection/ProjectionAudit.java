package dev.cairn.internal.projection;

import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The database looked at for a verification, as of one moment, without a byte being written beside it: at rest it is read as a
 * file that nobody changes, or from a copy elsewhere if a write-ahead log belongs to it; beside its writer, in one transaction.
 *
 * <p>Threading: one thread.
 */
public final class ProjectionAudit implements AutoCloseable {
    private final ProjectionSchema schema;
    private final Connection connection;
    private final @Nullable ProjectionCopy copy;
    private @Nullable PositionRow position;
    private boolean empty;

    /** The database cannot be read; says why. */
    public static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(Exception cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    /** A column in which a row is not what it should be. */
    public record Difference(String column, String expected, String was) {}

    /** A row of the database. */
    public interface Row {
        String key();

        /** Offset of the newest record that the row includes, as it says itself. */
        long head();

        /** The version that the row says it is of. */
        long version();

        /** The first column in which the row of {@code expected} differs from this one, or null. */
        @Nullable
        Difference difference(Entity expected);

        void toEntity(Entity into);
    }

    /** Is shown rows. */
    @FunctionalInterface
    public interface RowVisitor {
        void row(Row row);
    }

    private ProjectionAudit(ProjectionSchema schema, Connection connection, @Nullable ProjectionCopy copy) {
        this.schema = schema;
        this.connection = connection;
        this.copy = copy;
    }

    /** The database of {@code directory}. */
    public static Path file(Path directory) {
        return new ProjectionFile(directory).path();
    }

    /**
     * Opens the database of {@code directory}, which is there.
     *
     * @param live whether a writer has it
     */
    public static ProjectionAudit open(Path directory, List<Kind> kinds, boolean live)
            throws UnreadableException, IOException {
        ProjectionFile file = new ProjectionFile(directory);
        ProjectionCopy copy = null;
        try {
            Connection connection;
            if (live) {
                connection = file.openReader();
            } else if (file.hasWriteAheadLog()) {
                copy = ProjectionCopy.of(file);
                connection = copy.file().openReader();
            } else {
                connection = file.openUnchanging();
            }
            ProjectionAudit audit = new ProjectionAudit(new ProjectionSchema(kinds), connection, copy);
            audit.readPosition();
            return audit;
        } catch (SQLException | ProjectionDamagedException e) {
            delete(copy);
            throw new UnreadableException(e);
        }
    }

    /** The first statement: what follows sees the same moment. */
    private void readPosition() throws SQLException {
        try {
            empty = ProjectionSchema.isEmpty(connection);
            position = empty ? null : PositionRow.read(connection);
        } catch (SQLException | ProjectionDamagedException e) {
            connection.close();
            throw e;
        }
    }

    private PositionRow position() {
        return Objects.requireNonNull(position, "position");
    }

    /** Whether there is no table yet, as one transaction makes them all: the opening that began the file was cut off. */
    public boolean isEmpty() {
        return empty;
    }

    /** Whether the database says which log it was made from. */
    public boolean hasPosition() {
        return position != null;
    }

    public UUID installation() {
        return position().installation();
    }

    public int epoch() {
        return position().epoch();
    }

    /** The last offset included, −1 for none. */
    public long offset() {
        return position().offset();
    }

    /** Checksum of the frame at {@link #offset}. */
    public int checksum() {
        return position().checksum();
    }

    /** Whether the file is one that this Cairn makes, with the tables that it makes. */
    public boolean fitsSchema() throws UnreadableException {
        try {
            return ProjectionSchema.unmarked(connection) == null
                    && position().fingerprint().equals(schema.fingerprint());
        } catch (SQLException e) {
            throw new UnreadableException(e);
        }
    }

    /** What of tables and indexes is not as the file itself says, null if all is: a changed name is no error to SQLite. */
    public @Nullable String otherSchema() throws UnreadableException {
        try {
            return schema.difference(connection, position().indexed());
        } catch (SQLException e) {
            throw new UnreadableException(e);
        }
    }

    /**
     * What SQLite itself finds wrong, a few things at most.
     *
     * @param deep whether the entries of the indexes are held against the rows too, by which lists are answered
     */
    public List<String> problems(boolean deep, int problemsMax) throws UnreadableException {
        String check = deep ? "integrity_check" : "quick_check";
        List<String> problems = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA " + check + "(" + problemsMax + ")")) {
            while (result.next()) {
                if (!"ok".equals(result.getString(1))) {
                    problems.add(result.getString(1));
                }
            }
            return problems;
        } catch (SQLException e) {
            throw new UnreadableException(e);
        }
    }

    /** Shows every row of {@code kind}, which has a table. */
    public void forEach(Kind kind, RowVisitor visitor) throws UnreadableException {
        TableSql sql = schema.table(kind);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql.select());
                ChildReader children = new ChildReader(sql, connection)) {
            while (result.next()) {
                String key = result.getString(sql.columns().size() + 1);
                visitor.row(new SqlRow(sql, RowValues.read(sql, result), key, children.read(key)));
            }
        } catch (SQLException e) {
            throw new UnreadableException(e);
        }
    }

    /** A row of a child without the entity's own. */
    public record Orphan(String table, String key) {}

    /** Keys of which a child of {@code kind} has rows and the kind's table has none, a few at most. */
    public List<Orphan> orphans(Kind kind, int max) throws UnreadableException {
        TableSql sql = schema.table(kind);
        List<Orphan> orphans = new ArrayList<>();
        for (ChildSql child : sql.children()) {
            try (PreparedStatement statement = connection.prepareStatement(child.orphans(sql))) {
                statement.setInt(1, max);
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        orphans.add(new Orphan(child.child().name(), result.getString(1)));
                    }
                }
            } catch (SQLException e) {
                throw new UnreadableException(e);
            }
        }
        return orphans;
    }

    /** Reads the child rows of one entity after another. */
    private static final class ChildReader implements AutoCloseable {
        private final TableSql sql;
        private final List<PreparedStatement> selects = new ArrayList<>();

        ChildReader(TableSql sql, Connection connection) throws SQLException {
            this.sql = sql;
            for (ChildSql child : sql.children()) {
                selects.add(connection.prepareStatement(child.select()));
            }
        }

        List<ChildValues> read(String key) throws SQLException {
            List<ChildValues> all = new ArrayList<>(selects.size());
            for (int i = 0; i < selects.size(); i++) {
                selects.get(i).setString(1, key);
                try (ResultSet result = selects.get(i).executeQuery()) {
                    all.add(ChildValues.read(sql.children().get(i), result));
                }
            }
            return all;
        }

        @Override
        public void close() throws SQLException {
            for (PreparedStatement select : selects) {
                select.close();
            }
        }
    }

    /** Whether {@code kind} has a row of {@code key}. */
    public boolean has(Kind kind, String key) throws UnreadableException {
        try (PreparedStatement statement =
                connection.prepareStatement(schema.table(kind).selectByKey())) {
            statement.setString(1, key);
            try (ResultSet result = statement.executeQuery()) {
                return result.next();
            }
        } catch (SQLException e) {
            throw new UnreadableException(e);
        }
    }

    private record SqlRow(TableSql sql, RowValues values, String key, List<ChildValues> children) implements Row {
        @Override
        public long head() {
            return values.head(sql);
        }

        @Override
        public long version() {
            return values.version(sql);
        }

        @Override
        public @Nullable Difference difference(Entity expected) {
            Difference difference = RowValues.of(sql, expected).firstDifference(sql, values);
            List<ChildValues> follow = children.isEmpty() ? List.of() : ChildValues.of(sql, expected);
            for (int i = 0; i < follow.size() && difference == null; i++) {
                difference = follow.get(i).firstDifference(children.get(i));
            }
            return difference;
        }

        @Override
        public void toEntity(Entity into) {
            values.toEntity(sql, into);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("closing the projection: " + e.getMessage(), e);
        } finally {
            delete(copy);
        }
    }

    private static void delete(@Nullable ProjectionCopy copy) throws IOException {
        if (copy != null) {
            copy.close();
        }
    }
}
