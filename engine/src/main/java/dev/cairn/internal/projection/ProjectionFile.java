package dev.cairn.internal.projection;

import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * The database file: opens connections with the settings that each role needs.
 *
 * <p>Why these settings: with the write-ahead log readers and the writer never wait for each other; {@code synchronous=NORMAL}
 * forces only when that log is copied into the file, which is enough, because what a power cut takes is read from Cairn's log
 * again; temporary B-trees stay in memory; the copying is done by {@link WalCopier}, so it is switched off on the writer.
 *
 * <p>Threading: immutable; a connection belongs to one thread at a time.
 */
final class ProjectionFile {
    static final String NAME = "projection.db";

    private static final int BUSY_TIMEOUT_MILLIS = 5_000;
    /** SQLite shortens the write-ahead log to this when it starts over at its beginning. */
    private static final long WAL_BYTES_KEPT = 64L << 20;
    /** Page caches, in KiB. */
    private static final int WRITER_CACHE_KIB = 128 << 10;

    private static final int READER_CACHE_KIB = 8 << 10;

    private final Path path;

    ProjectionFile(Path directory) {
        this.path = directory.resolve(NAME);
    }

    Path path() {
        return path;
    }

    boolean exists() {
        return Files.exists(path);
    }

    long bytes() throws IOException {
        return Files.size(path);
    }

    /** How much room its disk has; 0 when that cannot be told. */
    long usableBytes() {
        return path.toFile().getUsableSpace();
    }

    /** Deletes the database and what belongs to it. */
    void delete() throws IOException {
        Disk.deleteIfExists(path.resolveSibling(NAME + "-wal"));
        Disk.deleteIfExists(path.resolveSibling(NAME + "-shm"));
        Disk.deleteIfExists(path);
    }

    /** The one connection that changes rows; transactions are ended by {@code commit}. */
    Connection openWriter() throws SQLException {
        Connection connection = open(config(WRITER_CACHE_KIB));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=NORMAL");
            statement.execute("PRAGMA wal_autocheckpoint=0");
            statement.execute("PRAGMA journal_size_limit=" + WAL_BYTES_KEPT);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            throw closing(connection, e);
        }
    }

    /** A connection that only copies the write-ahead log into the file. */
    Connection openCopier() throws SQLException {
        Connection connection = open(config(READER_CACHE_KIB));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous=NORMAL");
            return connection;
        } catch (SQLException e) {
            throw closing(connection, e);
        }
    }

    /** A connection that cannot write; each transaction sees one state. */
    Connection openReader() throws SQLException {
        SQLiteConfig config = config(READER_CACHE_KIB);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setReadOnly(true);
        Connection connection = open(config);
        try {
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            throw closing(connection, e);
        }
    }

    /** Whether transactions are in the write-ahead log that may not be in the file. */
    boolean hasWriteAheadLog() throws IOException {
        Path log = path.resolveSibling(NAME + "-wal");
        return Files.exists(log) && Files.size(log) > 0;
    }

    /** The database and the write-ahead log that belongs to it. */
    List<Path> withWriteAheadLog() {
        return List.of(path, path.resolveSibling(NAME + "-wal"));
    }

    /** A connection to a file without a write-ahead log that nobody changes: it takes no lock and makes no file. */
    Connection openUnchanging() throws SQLException {
        SQLiteConfig config = config(READER_CACHE_KIB);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setReadOnly(true);
        NativeLibrary.load();
        return config.createConnection("jdbc:sqlite:" + path.toAbsolutePath().toUri() + "?immutable=1");
    }

    private static SQLiteConfig config(int cacheKib) {
        SQLiteConfig config = new SQLiteConfig();
        config.setGetGeneratedKeys(false);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setCacheSize(-cacheKib);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        // Nothing is mapped: a page that cannot be read, or has no room, is to be an error and not the end of the
        // process.
        config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, "0");
        return config;
    }

    private Connection open(SQLiteConfig config) throws SQLException {
        NativeLibrary.load();
        return config.createConnection("jdbc:sqlite:" + path.toAbsolutePath());
    }

    private static SQLException closing(Connection connection, SQLException failure) {
        try {
            connection.close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
