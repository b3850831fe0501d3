package dev.cairn;

import java.nio.file.Path;

/** Bytes of the log are not what was written. Nothing was deleted; reading around it stays possible. */
public final class DamagedLogException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long position;
    private final long offset;
    private final String what;

    public DamagedLogException(Path file, long position, long offset, String what) {
        super("damaged", file + " at byte " + position + ", offset " + offset + ": " + what);
        this.file = file;
        this.position = position;
        this.offset = offset;
        this.what = what;
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** Byte position in the file. */
    public long position() {
        return position;
    }

    /** Offset of the first record that cannot be read, −1 if unknown. */
    public long offset() {
        return offset;
    }

    /** What was expected and what was found. */
    public String what() {
        return what;
    }
}
