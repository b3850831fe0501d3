package dev.cairn.tools;

/** A verb cannot do what it was asked; the message says why, the exit code how bad it is. */
final class VerbFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    VerbFailedException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    VerbFailedException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    static VerbFailedException failed(String message) {
        return new VerbFailedException(ExitCode.FAILED, message);
    }

    static VerbFailedException failed(String message, Throwable cause) {
        return new VerbFailedException(ExitCode.FAILED, message, cause);
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
