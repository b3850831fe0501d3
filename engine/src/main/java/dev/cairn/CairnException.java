package dev.cairn;

/**
 * The family of everything that Cairn throws on purpose. Each subclass tells its reader one reaction; {@link #code()} is the
 * same word that the HTTP API uses.
 */
public abstract class CairnException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    protected CairnException(String code, String message) {
        super(message);
        this.code = code;
    }

    protected CairnException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** A stable word for programs: {@code conflict}, {@code invalid_request}, … */
    public String code() {
        return code;
    }
}
