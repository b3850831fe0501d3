package dev.cairn;

import org.jspecify.annotations.Nullable;

/** The position is not in the log any more. Go on from {@link #resumeFrom()}. */
public final class GoneException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Long startOffset;
    private final @Nullable Long resumeFrom;

    public GoneException(String message, @Nullable Long startOffset, @Nullable Long resumeFrom) {
        super("gone", message);
        this.startOffset = startOffset;
        this.resumeFrom = resumeFrom;
    }

    /** First offset of the log when the position is below it, else null. */
    public @Nullable Long startOffset() {
        return startOffset;
    }

    /** First offset after the lost range that the position is in, else null. */
    public @Nullable Long resumeFrom() {
        return resumeFrom;
    }
}
