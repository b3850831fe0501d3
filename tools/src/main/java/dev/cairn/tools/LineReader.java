package dev.cairn.tools;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads lines as bytes into one buffer that grows to the longest line.
 *
 * <p>Threading: one thread.
 */
final class LineReader implements AutoCloseable {
    /** Longer than any row that an engine could be configured to take. */
    static final int LINE_BYTES_MAX = 32 << 20;

    private static final int BUFFER_BYTES = 256 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private byte[] line = new byte[4 << 10];
    private int length;
    private long number;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** Moves to the next line; false at the end. */
    boolean next() throws IOException {
        length = 0;
        boolean any = false;
        while (true) {
            if (at == end) {
                at = 0;
                end = Math.max(0, in.read(buffer));
                if (end == 0) {
                    number += any ? 1 : 0;
                    return any;
                }
            }
            any = true;
            int stop = at;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            append(stop);
            if (stop < end) {
                at = stop + 1;
                number++;
                return true;
            }
            at = stop;
        }
    }

    private void append(int stop) throws IOException {
        int more = stop - at;
        if (length + more > LINE_BYTES_MAX) {
            throw new IOException("line " + (number + 1) + ": expected at most " + LINE_BYTES_MAX + " bytes, was more");
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.max(length + more, line.length * 2));
        }
        System.arraycopy(buffer, at, line, length, more);
        length += more;
    }

    /** The line, from 0 to {@link #length}; overwritten by the next. */
    byte[] bytes() {
        return line;
    }

    /** Bytes of the line without its end. */
    int length() {
        return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    }

    boolean isBlank() {
        for (int i = 0; i < length; i++) {
            if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Number of the line, from 1. */
    long number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
