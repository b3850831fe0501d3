package dev.cairn.internal.projection;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * What an error of SQLite asks for: making the file again, trying again later, or giving up.
 *
 * <p>Threading: stateless.
 */
final class SqlFailures {
    private static final int PRIMARY_CODE = 0xFF;

    private SqlFailures() {}

    /** Whether the file is damaged, or the rows in it are not those that the log made. */
    static boolean damaged(@Nullable Throwable failure) {
        if (failure instanceof ProjectionDamagedException) {
            return true;
        }
        int code = code(failure);
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code
                || code == SQLiteErrorCode.SQLITE_NOTADB.code
                || code == SQLiteErrorCode.SQLITE_CONSTRAINT.code
                || code == SQLiteErrorCode.SQLITE_SCHEMA.code;
    }

    /** Whether it may pass by itself: a full disk, a lock of some other program, an error of the device. */
    static boolean passing(@Nullable Throwable failure) {
        int code = code(failure);
        return code == SQLiteErrorCode.SQLITE_FULL.code
                || code == SQLiteErrorCode.SQLITE_BUSY.code
                || code == SQLiteErrorCode.SQLITE_LOCKED.code
                || code == SQLiteErrorCode.SQLITE_CANTOPEN.code
                || code == SQLiteErrorCode.SQLITE_IOERR.code;
    }

    private static int code(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql.getErrorCode() & PRIMARY_CODE;
            }
        }
        return 0;
    }
}
