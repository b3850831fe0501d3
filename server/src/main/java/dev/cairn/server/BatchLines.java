package dev.cairn.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.Ack;
import dev.cairn.CairnException;
import dev.cairn.TooLargeException;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import java.io.IOException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a request, each made a write by what a line of this request is.
 *
 * <p>Threading: one thread.
 */
final class BatchLines {
    private final NdjsonLines lines;
    private final int lineBytesMax;
    private final WriteOptions base;
    private final @Nullable String key;
    private final Line line;
    private @Nullable MessageDigest digest;
    private int index = -1;

    /**
     * What a line of this request is. Reused from line to line.
     *
     * <p>Threading: one thread.
     */
    interface Line {
        /** Reads a line and makes a write of it. */
        Write write(byte[] bytes, int start, int length) throws IOException;

        /** What that line says of its write. */
        LineFields fields();
    }

    /** @param lineBytesMax the largest line */
    BatchLines(Exchange exchange, int lineBytesMax, Ack ack, Line line) throws IOException {
        this.lineBytesMax = lineBytesMax;
        this.lines = new NdjsonLines(exchange.input(), exchange.announcedBytes(), lineBytesMax);
        WriteRequest.checkUnconditional(exchange);
        this.base = WriteRequest.common(exchange, ack);
        this.key = WriteRequest.key(exchange);
        this.line = line;
    }

    /** Options of every line before it says something of its own. */
    WriteOptions base() {
        return base;
    }

    boolean next() throws IOException {
        if (!lines.next()) {
            return false;
        }
        index++;
        return true;
    }

    /** Place of the current line, from 0. */
    int index() {
        return index;
    }

    int bytes() {
        return lines.length();
    }

    boolean isMoreAtHand() throws IOException {
        return lines.isMoreAtHand();
    }

    boolean isAtEnd() {
        return lines.isAtEnd();
    }

    /** The write that the current line asks for; {@link #options} belong to it. */
    Write write() throws IOException {
        if (lines.tooLargeBytes() > 0) {
            throw new TooLargeException("a line", lineBytesMax, lines.tooLargeBytes());
        }
        return line.write(lines.buffer(), lines.start(), lines.length());
    }

    WriteOptions options() {
        WriteOptions options = line.fields().options(base);
        String own = line.fields().idempotencyKey();
        if (own != null) {
            return options.withOperation(own, 0, identity());
        }
        return key == null ? options : options.withOperation(key, index, identity());
    }

    private long identity() {
        MessageDigest sha256 = digest == null ? WriteRequest.sha256() : digest;
        digest = sha256;
        sha256.update(lines.buffer(), lines.start(), lines.length());
        return WriteRequest.first64Bits(sha256);
    }

    /**
     * Adds the current line to {@code piece}, as a write or as a refusal; returns its size.
     *
     * @param current the line as it was read
     */
    int addTo(BatchPiece piece, BatchLine current) throws IOException {
        try {
            piece.add(write(), options(), current);
        } catch (CairnException | JsonProcessingException e) {
            piece.refuse(Problems.of(e));
        }
        return bytes();
    }
}
