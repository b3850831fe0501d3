package dev.cairn.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.CairnException;
import dev.cairn.TooLargeException;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.log.LogWrites;
import java.io.IOException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a request, each made a write.
 *
 * <p>Threading: one thread.
 */
final class BatchLines {
    private final NdjsonLines lines;
    private final int lineBytesMax;
    private final WriteOptions base;
    private final @Nullable String key;
    private final @Nullable String recordsTopic;
    private final BatchLine line = new BatchLine();
    private @Nullable MessageDigest digest;
    private int index = -1;

    /** @param recordsTopic the topic that the lines are records of; null for the lines of a batch */
    BatchLines(Exchange exchange, ServerOptions options, @Nullable String recordsTopic) throws IOException {
        this.lineBytesMax = options.jsonBytesMax();
        this.lines = new NdjsonLines(exchange.input(), exchange.announcedBytes(), lineBytesMax);
        this.base = WriteRequest.common(exchange, options.ack());
        this.key = WriteRequest.key(exchange);
        this.recordsTopic = recordsTopic;
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

    /** The write that the current line asks for; {@link #options} and {@link #line} belong to it. */
    Write write() throws IOException {
        if (lines.tooLargeBytes() > 0) {
            throw new TooLargeException("a line", lineBytesMax, lines.tooLargeBytes());
        }
        line.read(lines.buffer(), lines.start(), lines.length());
        return recordsTopic == null ? line.write() : LogWrites.append(line.newRecord(recordsTopic));
    }

    BatchLine line() {
        return line;
    }

    WriteOptions options() {
        WriteOptions options = line.options(base);
        String own = line.idempotencyKey();
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

    /** Adds the current line to {@code piece}, as a write or as a refusal; returns its size. */
    int addTo(BatchPiece piece) throws IOException {
        try {
            piece.add(write(), options(), line);
        } catch (CairnException | JsonProcessingException e) {
            piece.refuse(Problems.of(e));
        }
        return bytes();
    }
}
