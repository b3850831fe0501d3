package dev.cairn.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The physical log as the commit path needs it.
 *
 * <p>Threading: each method says.
 */
public interface CommitLog {
    /**
     * Makes certain that a document fits, rolling to the next segment if need be. Commit lock held.
     *
     * @throws dev.cairn.OutOfSpaceException when there is no room on disk; nothing was written
     */
    void ensureRoom(int documentBytes);

    /** Appends a document for which room was ensured; anything thrown leaves the log in doubt. Commit lock held. */
    void append(ByteBuffer document, int length, long firstOffset, int count);

    /** What has to be forced so that everything appended so far is durable; null before the first append. Commit lock held. */
    @Nullable
    ForceTarget takeTarget();

    /** The largest document, in bytes. */
    int documentBytesMax();

    /** Some segments, to be forced in order. */
    interface ForceTarget {
        /** Everything up to this offset is durable once {@link #force} has returned. */
        long lastOffset();

        /** Forces; force thread only. */
        void force() throws IOException;
    }
}
