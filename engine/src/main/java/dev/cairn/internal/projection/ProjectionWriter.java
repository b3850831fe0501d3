package dev.cairn.internal.projection;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.follow.BatchEnd;
import dev.cairn.internal.kind.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the database: opens it, or makes it anew when it does not fit the log, and applies batches of records in
 * transactions that move the position with the rows.
 *
 * <p>While a database is made from a long log ({@linkplain #rebuilding}) it has no indexes, and transactions are as large as
 * memory allows; the indexes are made when the log's end of that time is reached.
 *
 * <p>Threading: one thread at a time: whoever opens it, then the follower's thread, then whoever closes it.
 */
final class ProjectionWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionWriter.class);
    private static final int KIND_IDS = 128;
    /** Memory for entities touched lately, all kinds together. */
    private static final long TRACKED_BYTES_MAX = 32L << 20;
    /** Memory for entities, folded or touched lately, at which a transaction ends however far behind it is. */
    private static final long FOLDED_BYTES_MAX = 64L << 20;
    /** With fewer records to come, a batch is committed at once. */
    private static final long BEHIND_RECORDS_MIN = 100_000;
    /** With fewer records to catch up with, the indexes are made first. */
    private static final long REBUILD_RECORDS_MIN = 50_000;
    /** A larger file is not read through after an unclean stop: SQLite finds damage when it comes to it. */
    private static final long QUICK_CHECK_BYTES_MAX = 1L << 30;

    private final ProjectionFile file;
    private final ProjectionSchema schema;
    private final LogFacts log;

    private @Nullable Connection connection;
    private @Nullable PreparedStatement updatePosition;
    private final @Nullable TableWriter[] tables = new TableWriter[KIND_IDS];
    /** The position in the database, uncommitted changes excluded. */
    private PositionRow position;
    /** Offset at which a rebuild makes the indexes, −1 when it is not known yet. */
    private long rebuildTarget = -1;

    private boolean checked;
    private long rowsWritten;

    ProjectionWriter(ProjectionFile file, ProjectionSchema schema, LogFacts log) {
        this.file = file;
        this.schema = schema;
        this.log = log;
        this.position = PositionRow.start(log.installation(), schema.fingerprint());
    }

    /** Opens the database that is there if it was made from this log by these kinds, else a new one. */
    void open() {
        String problem = file.exists() ? openExisting() : "there is none";
        if (problem != null) {
            remake(problem);
        }
    }

    /** Deletes the database and begins a new one. */
    void remake(String reason) {
        if (file.exists()) {
            LOG.warn("{} is made anew from the log: {}", file.path(), reason);
        }
        abandon();
        try {
            file.delete();
            Connection opened = file.openWriter();
            connection = opened;
            create(opened);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            abandon();
            throw new UncheckedSqlException(e);
        }
        for (TableWriter table : tables) {
            if (table != null) {
                table.allowGaps();
            }
        }
    }

    /** Opens what is there; returns why it cannot be used, or null when it can. */
    private @Nullable String openExisting() {
        try {
            Connection opened = file.openWriter();
            connection = opened;
            String problem = problem(opened);
            if (problem == null) {
                prepare(opened);
            }
            return problem;
        } catch (ProjectionDamagedException e) {
            return e.getMessage();
        } catch (SQLException e) {
            if (SqlFailures.passing(e)) {
                abandon();
                throw new UncheckedSqlException(e);
            }
            return e.getMessage();
        }
    }

    private @Nullable String problem(Connection opened) throws SQLException {
        String unmarked = ProjectionSchema.unmarked(opened);
        if (unmarked != null) {
            return unmarked;
        }
        PositionRow stored = PositionRow.read(opened);
        if (stored == null) {
            return "expected a position, was none";
        }
        if (!stored.fingerprint().equals(position.fingerprint())) {
            return "expected schema " + position.fingerprint() + ", was " + stored.fingerprint();
        }
        if (!stored.installation().equals(log.installation())) {
            return "expected installation " + log.installation() + ", was " + stored.installation();
        }
        if (stored.offset() > log.durableOffset()) {
            return "expected a position up to " + log.durableOffset() + ", was " + stored.offset();
        }
        if (!isInLog(stored)) {
            return "expected the record at offset " + stored.offset() + " that the rows were made from, was another";
        }
        position = stored;
        checked = stored.clean();
        return schema.difference(opened, stored.indexed());
    }

    /** The rows may be all that is left of a record that is damaged: it did reach the log, and they are kept. */
    private boolean isInLog(PositionRow stored) {
        try {
            OptionalInt checksum =
                    stored.offset() < 0 ? OptionalInt.of(stored.checksum()) : log.checksumAt(stored.offset());
            return checksum.isPresent() && checksum.getAsInt() == stored.checksum();
        } catch (DamagedLogException e) {
            return true;
        }
    }

    private void create(Connection opened) throws SQLException {
        schema.createTables(opened);
        position = PositionRow.start(log.installation(), position.fingerprint());
        position.insert(opened);
        opened.commit();
        checked = true;
        rebuildTarget = -1;
        prepare(opened);
    }

    private void prepare(Connection opened) throws SQLException {
        updatePosition = opened.prepareStatement(PositionRow.UPDATE);
        for (Kind kind : schema.kinds()) {
            tables[kind.id()] = new TableWriter(kind, schema.table(kind), opened);
        }
        opened.commit();
    }

    /** Forgets what is not committed, checks a file that was not closed in good order, and returns the position. */
    PositionRow resume() throws SQLException, IOException {
        Connection opened = rolledBack();
        for (TableWriter table : tables) {
            if (table != null) {
                table.forget();
            }
        }
        if (!checked) {
            quickCheck(opened);
        }
        if (!position.indexed() && log.durableOffset() - position.offset() < REBUILD_RECORDS_MIN) {
            makeIndexes();
        }
        return position;
    }

    /** On a full disk SQLite rolls back by itself, of which the driver knows nothing: then only a new connection helps. */
    private Connection rolledBack() {
        try {
            connection().rollback();
        } catch (SQLException e) {
            LOG.debug("{} is opened anew: {}", file.path(), e.toString());
            boolean was = checked;
            abandon();
            open();
            checked |= was;
        }
        return connection();
    }

    private void quickCheck(Connection opened) throws SQLException, IOException {
        if (file.bytes() <= QUICK_CHECK_BYTES_MAX) {
            try (Statement statement = opened.createStatement();
                    ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
                String answer = result.next() ? result.getString(1) : "nothing";
                if (!"ok".equals(answer)) {
                    throw new ProjectionDamagedException("expected a sound file, was " + answer);
                }
            }
            opened.rollback();
        }
        checked = true;
    }

    /** Folds one record; records of kinds without rows only move the position. */
    void apply(Event event) throws SQLException {
        TableWriter table = event.kind < 0 ? null : tables[event.kind];
        if (table != null) {
            table.apply(event);
        }
    }

    /**
     * Commits what was applied, or goes on folding: the further behind, the larger the transactions, and the fewer times each
     * page is written. Returns whether it committed.
     */
    boolean batchEnd(BatchEnd end) throws SQLException {
        if (rebuilding() && (rebuildTarget < 0 || rebuildTarget > end.durableOffset())) {
            rebuildTarget = end.durableOffset();
        }
        long left =
                rebuilding() ? rebuildTarget - end.offset() : end.durableOffset() - end.offset() - BEHIND_RECORDS_MIN;
        if (left > 0 && trackedBytes() < FOLDED_BYTES_MAX) {
            return false;
        }
        commit(end);
        if (rebuilding() && end.offset() >= rebuildTarget) {
            makeIndexes();
        }
        return true;
    }

    private void commit(BatchEnd end) throws SQLException {
        for (TableWriter table : tables) {
            if (table != null) {
                rowsWritten += table.flush();
            }
        }
        write(position.at(end.epoch(), end.offset(), end.checksum()));
        long share = TRACKED_BYTES_MAX / Math.max(1, schema.kinds().size());
        for (TableWriter table : tables) {
            if (table != null) {
                table.trim(share);
            }
        }
    }

    private void write(PositionRow next) throws SQLException {
        PreparedStatement update = updatePosition;
        if (update == null) {
            throw new IllegalStateException("expected an open database, was closed");
        }
        next.update(update);
        connection().commit();
        position = next;
    }

    /** Ends a rebuild. */
    void makeIndexes() throws SQLException {
        long started = System.nanoTime();
        // A large index is sorted outside memory; the place can only be changed between transactions.
        tempStore("FILE");
        schema.createIndexes(connection());
        write(position.withIndexed(true));
        tempStore("MEMORY");
        LOG.debug("made the indexes of {} in {} ms", file.path(), (System.nanoTime() - started) / 1_000_000);
    }

    private void tempStore(String place) throws SQLException {
        Connection opened = connection();
        opened.setAutoCommit(true);
        try (Statement statement = opened.createStatement()) {
            statement.execute("PRAGMA temp_store=" + place);
        }
        opened.setAutoCommit(false);
    }

    /** Copies what is left of the write-ahead log into the file, so that the next transaction starts it over. */
    void copyWal(String mode) throws SQLException {
        Connection opened = connection();
        opened.setAutoCommit(true);
        try (Statement statement = opened.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(" + mode + ")");
        } finally {
            opened.setAutoCommit(false);
        }
    }

    /**
     * Gives back the room of the write-ahead log, which keeps its length also when all of it is in the file: on a full disk
     * that may be what the next transaction needs. Call when nothing is uncommitted.
     */
    void giveBackRoom() throws SQLException {
        rolledBack();
        try {
            copyWal("TRUNCATE");
        } catch (SQLException e) {
            LOG.debug("{} cannot take in its write-ahead log: {}", file.path(), e.toString());
        }
    }

    /** Whether the rows can be shown: the file is checked, and queries find their indexes. */
    boolean ready() {
        return checked && position.indexed();
    }

    /** Whether the indexes are still to be made. */
    boolean rebuilding() {
        return !position.indexed();
    }

    PositionRow position() {
        return position;
    }

    long rowsWritten() {
        return rowsWritten;
    }

    /** Entities that had to be read from the database. */
    long loads() {
        long loads = 0;
        for (TableWriter table : tables) {
            loads += table == null ? 0 : table.loads();
        }
        return loads;
    }

    private long trackedBytes() {
        long bytes = 0;
        for (TableWriter table : tables) {
            bytes += table == null ? 0 : table.bytes();
        }
        return bytes;
    }

    private Connection connection() {
        Connection opened = connection;
        if (opened == null) {
            throw new IllegalStateException("expected an open database, was closed");
        }
        return opened;
    }

    boolean isOpen() {
        return connection != null;
    }

    /**
     * Drops what is not committed and closes: everything copied into the file and forced.
     *
     * @param sound whether the next opening may trust the file
     */
    void close(boolean sound) {
        if (connection == null) {
            return;
        }
        try {
            connection().rollback();
            write(position.withClean(sound && checked));
            copyWal("TRUNCATE");
        } catch (SQLException e) {
            LOG.warn("{} was not closed in good order: {}", file.path(), e.toString());
        }
        abandon();
    }

    /** Closes without writing. */
    private void abandon() {
        Connection opened = connection;
        connection = null;
        updatePosition = null;
        Arrays.fill(tables, null);
        if (opened != null) {
            try {
                opened.close();
            } catch (SQLException e) {
                LOG.debug("closing {}: {}", file.path(), e.toString());
            }
        }
    }
}
