package dev.cairn.internal.projection;

import java.sql.SQLException;

/** An error of SQLite where no checked exception may pass. */
final class UncheckedSqlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UncheckedSqlException(SQLException cause) {
        super(cause.getMessage(), cause);
    }
}
