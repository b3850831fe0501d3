package dev.cairn;

import java.nio.file.Path;

/** The data directory cannot be opened as asked. {@link #reason()} says what to do about it. */
public final class DataDirectoryException extends CairnException {
    private static final long serialVersionUID = 1L;

    /** Why a directory cannot be opened. */
    public enum Reason {
        /** Another writer has it: stop that one, or open read-only. */
        LOCKED,
        /** It holds files, but none of Cairn's. */
        FOREIGN,
        /** It belongs to another installation, or files of several installations are mixed in it. */
        WRONG_IDENTITY,
        /** Its log is missing or older than other evidence in it says. */
        ROLLED_BACK,
        /** It was written by a newer Cairn: use that version. */
        NEWER_FORMAT,
        /** It cannot be read or written by this user. */
        INACCESSIBLE,
        /** It does not exist, and was to be opened read-only. */
        MISSING
    }

    private final transient Path directory;
    private final Reason reason;

    public DataDirectoryException(Path directory, Reason reason, String message) {
        super("data_directory", directory + ": " + message);
        this.directory = directory;
        this.reason = reason;
    }

    public DataDirectoryException(Path directory, Reason reason, String message, Throwable cause) {
        super("data_directory", directory + ": " + message, cause);
        this.directory = directory;
        this.reason = reason;
    }

    public Path directory() {
        return directory;
    }

    public Reason reason() {
        return reason;
    }
}
