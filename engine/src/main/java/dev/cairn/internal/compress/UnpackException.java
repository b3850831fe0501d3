package dev.cairn.internal.compress;

/** Packed bytes are not what {@link Packer} made, or not of the base that was given. */
public final class UnpackException extends Exception {
    private static final long serialVersionUID = 1L;

    UnpackException(String message, Throwable cause) {
        super(message, cause);
    }

    UnpackException(String message) {
        super(message);
    }
}
