package dev.cairn.internal.projection;

/** The projection is not what the log says, or its file is not what SQLite wrote: it must be made again. */
final class ProjectionDamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProjectionDamagedException(String message) {
        super(message);
    }
}
