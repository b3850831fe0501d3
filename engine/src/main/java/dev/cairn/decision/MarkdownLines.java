package dev.cairn.decision;

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
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int end;
    /** What was read of a line that goes on behind the buffer. */
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream(256);

    private int number;

    MarkdownLines(InputStream in) {
        this.in = in;
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
        begun.reset();
        number++;
        while (true) {
            if (position == end && !fill()) {
                return begun.size() == 0 ? null : line(begun.toByteArray(), 0, begun.size());
            }
            int from = position;
            while (position < end && buffer[position] != '\n') {
                position++;
            }
            boolean whole = position < end;
            if (begun.size() + position - from > LINE_BYTES_MAX) {
                throw new BadLineException("expected a line of at most " + LINE_BYTES_MAX + " bytes, was longer");
            }
            if (whole && begun.size() == 0) {
                position++;
                return line(buffer, from, position - 1 - from);
            }
            begun.write(buffer, from, position - from);
            if (whole) {
                position++;
                return line(begun.toByteArray(), 0, begun.size());
            }
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        end = Math.max(0, in.read(buffer, 0, buffer.length));
        return end > 0;
    }

    private String line(byte[] utf8, int from, int count) throws BadLineException {
        String line = decode(utf8, from, count);
        line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        return number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
    }

    private static String decode(byte[] utf8, int from, int count) throws BadLineException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8, from, count))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadLineException("expected UTF-8, was another encoding");
        }
    }
}
