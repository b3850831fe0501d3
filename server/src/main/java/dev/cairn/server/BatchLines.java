package dev.cairn.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.TooLargeException;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.task.TaskWrites;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a request, each made a write by what a line of this request is.
 *
 * <p>Threading: one thread.
 */
final class BatchLines {
    /** A body that says it is so short is known whole before its first line is written, and so is what its key stands for. */
    private static final int WHOLE_BYTES_MAX = 1 << 20;

    private final Exchange exchange;
    private final NdjsonLines lines;
    private final int lineBytesMax;
    private final WriteOptions base;
    private final @Nullable String key;
    private final Line line;
    /** What a line under the key of the request stands for, 0 where that is the line itself. */
    private long wholeIdentity;

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
        WriteRequest.checkUnconditional(exchange);
        this.exchange = exchange;
        this.lineBytesMax = lineBytesMax;
        this.base = WriteRequest.common(exchange, ack);
        this.key = WriteRequest.key(exchange);
        this.line = line;
        long announced = exchange.announcedBytes();
        boolean whole = key != null && announced >= 0 && announced <= WHOLE_BYTES_MAX;
        InputStream in = exchange.input();
        if (whole) {
            byte[] body = in.readNBytes((int) announced);
            wholeIdentity = WriteRequest.identity(exchange, body, 0, body.length);
            in = new ByteArrayInputStream(body);
        }
        this.lines = new NdjsonLines(in, announced, lineBytesMax);
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
        if (key == null) {
            return options;
        }
        return options.withOperation(key, index, wholeIdentity == 0 ? identity() : wholeIdentity);
    }

    /**
     * Refuses the request as a whole when its key stands for another body: its lines stand for themselves otherwise, and those that
     * the other body did not have would be written.
     */
    void checkKey(Cairn cairn) {
        if (key == null || wholeIdentity == 0) {
            return;
        }
        Batch nothing = cairn.batch();
        nothing.add(TaskWrites.check("-"), WriteOptions.defaults().withOperation(key, 0, wholeIdentity));
        try {
            nothing.commitAtomic(Ack.ACCEPTED);
        } catch (BatchRefusedException e) {
            throw e.refusal();
        }
    }

    private long identity() {
        return WriteRequest.identity(exchange, lines.buffer(), lines.start(), lines.length());
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
