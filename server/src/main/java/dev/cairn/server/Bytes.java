package dev.cairn.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A growing buffer whose bytes are handed on without a copy.
 *
 * <p>Threading: one thread.
 */
final class Bytes extends ByteArrayOutputStream {
    Bytes(int size) {
        super(size);
    }

    /** The bytes; only the first {@link #size()} count. */
    byte[] array() {
        return buf;
    }

    /** Writes everything to {@code out} and begins anew. */
    void drainTo(OutputStream out) throws IOException {
        out.write(buf, 0, count);
        reset();
    }
}
