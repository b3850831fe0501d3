package dev.cairn.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream into lines without holding more than one of them and a buffer. Blank lines are passed over.
 *
 * <p>Threading: one thread.
 */
final class NdjsonLines {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final long announcedBytes;
    private final int lineBytesMax;
    private long readBytes;
    private byte[] buffer = new byte[BUFFER_BYTES];
    /** What is in the buffer and not yet handed out. */
    private int from;

    private int until;
    /** The current line. */
    private int start;

    private int length;
    private long tooLargeBytes;
    private boolean ended;

    /** @param announcedBytes how long the stream says it is, −1 when it does not */
    NdjsonLines(InputStream in, long announcedBytes, int lineBytesMax) {
        this.in = in;
        this.announcedBytes = announcedBytes;
        this.lineBytesMax = lineBytesMax;
    }

    /** Moves to the next line; false at the end of the stream. */
    boolean next() throws IOException {
        tooLargeBytes = 0;
        while (true) {
            int scanned = from;
            int feed = indexOfFeed(scanned);
            while (feed < 0 && !ended && tooLargeBytes == 0) {
                scanned = until;
                int moved = fill();
                feed = indexOfFeed(scanned - moved);
            }
            if (tooLargeBytes > 0) {
                return true;
            }
            start = from;
            length = (feed < 0 ? until : feed) - from;
            from = feed < 0 ? until : feed + 1;
            if (length > 0 && !isBlank()) {
                tooLargeBytes = length > lineBytesMax ? length : 0;
                return true;
            }
            if (feed < 0) {
                return false;
            }
        }
    }

    /** Reads more behind what is there; returns by how much what is there was moved. */
    private int fill() throws IOException {
        int moved = 0;
        if (until == buffer.length) {
            if (from > 0) {
                System.arraycopy(buffer, from, buffer, 0, until - from);
                moved = from;
                until -= from;
                from = 0;
            } else if (buffer.length <= lineBytesMax) {
                buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 2, lineBytesMax + 1));
            } else {
                skipLine();
                return moved;
            }
        }
        until += Math.max(0, read(until));
        return moved;
    }

    private int read(int at) throws IOException {
        int read = in.read(buffer, at, buffer.length - at);
        readBytes += Math.max(0, read);
        ended = read < 0;
        return read;
    }

    private void skipLine() throws IOException {
        tooLargeBytes = until;
        from = until;
        while (true) {
            int read = read(0);
            if (read < 0) {
                from = 0;
                until = 0;
                return;
            }
            from = 0;
            until = read;
            int feed = indexOfFeed(0);
            if (feed >= 0) {
                tooLargeBytes += feed;
                from = feed + 1;
                return;
            }
            tooLargeBytes += read;
        }
    }

    private int indexOfFeed(int at) {
        for (int i = at; i < until; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private boolean isBlank() {
        for (int i = start; i < start + length; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Whether the next line, or a part of it, is there without waiting for the sender. */
    boolean isMoreAtHand() throws IOException {
        return from < until || !ended && in.available() > 0;
    }

    /** Whether it is known that no line comes any more. */
    boolean isAtEnd() {
        return from == until && (ended || readBytes == announcedBytes);
    }

    byte[] buffer() {
        return buffer;
    }

    int start() {
        return start;
    }

    int length() {
        return length;
    }

    /** Size of the line if it was larger than allowed, and so was passed over; else 0. */
    long tooLargeBytes() {
        return tooLargeBytes;
    }
}
