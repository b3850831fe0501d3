package dev.cairn.tools;

/** A row that is not what the mapping expects; the message says what was expected and what it was. */
final class BadRowException extends Exception {
    private static final long serialVersionUID = 1L;

    BadRowException(String message) {
        super(message);
    }
}
