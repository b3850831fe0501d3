package dev.cairn.decision;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a document, strictly in UTF-8, each with its number. A carriage return at the end of a line is taken for a part
 * of the line's end: the document's own texts hold none.
 *
 * <p>Threading: one thread.
 */
final class MarkdownLines {
    /** A longer line is none of a decision. */
    static final int LINE_BYTES_MAX = 20 << 20;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final InputStream in;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private int number;

    MarkdownLines(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
    }

    /** A line that is none of a document; what follows it cannot be read. */
    static final class BadLineException extends Exception {
        private static final long serialVersionUID = 1L;

        BadLineException(String message) {
            super(message);
        }
    }

    /** The number of the line that {@link #next} returned last, from 1. */
    int number() {
        return number;
    }

    /** The next line without its end; null at the end of the document. */
    @Nullable
    String next() throws IOException, BadLineException {
        bytes.reset();
        number++;
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (bytes.size() == LINE_BYTES_MAX) {
                throw new BadLineException("expected a line of at most " + LINE_BYTES_MAX + " bytes, was longer");
            }
            bytes.write(b);
        }
        String line = decode(bytes.toByteArray());
        line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        return number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
    }

    private static String decode(byte[] utf8) throws BadLineException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadLineException("expected UTF-8, was another encoding");
        }
    }
}
