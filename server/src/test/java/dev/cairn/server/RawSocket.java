package dev.cairn.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A connection to the server that sends whatever it is told to. That the server has closed it is no failure: what it said before
 * can still be read.
 *
 * <p>Threading: one thread.
 */
final class RawSocket implements AutoCloseable {
    /** For an answer, or the end of the connection: far more than the server gives a connection that is silent. */
    private static final int ANSWER_MILLIS_MAX = 60_000;

    private static final int COPY_BYTES = 8 << 10;

    private final Socket socket = new Socket();
    private boolean refused;

    RawSocket(int port) throws IOException {
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port), ANSWER_MILLIS_MAX);
    }

    /** Sends one byte for each character. */
    RawSocket send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawSocket send(byte[] bytes) {
        try {
            if (!refused) {
                socket.getOutputStream().write(bytes);
            }
        } catch (IOException e) {
            refused = true;
        }
        return this;
    }

    /** Sends it again and again, as long as anybody takes it. */
    RawSocket send(byte[] bytes, int times) {
        for (int i = 0; i < times && !refused; i++) {
            send(bytes);
        }
        return this;
    }

    /** Sends one character after the other, with a pause behind each. */
    RawSocket drip(String text, long pauseMillis) throws InterruptedException {
        for (int i = 0; i < text.length() && !refused; i++) {
            send(text.substring(i, i + 1));
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
        }
        return this;
    }

    RawSocket halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            refused = true;
        }
        return this;
    }

    /** Reads so many bytes at most and leaves the rest. */
    RawSocket sip(int bytesMax) throws IOException {
        socket.getInputStream().readNBytes(bytesMax);
        return this;
    }

    /** Closes it so that the server gets a reset instead of an end. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /**
     * Everything that the server says until it closes the connection.
     *
     * @throws AssertionError when it neither says anything more nor closes it
     */
    List<RawAnswer> answers() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[COPY_BYTES];
        InputStream in = socket.getInputStream();
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                all.write(buffer, 0, read);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError(
                    "expected an answer and the end of the connection, was open after " + ANSWER_MILLIS_MAX + " ms and "
                            + all.size() + " bytes",
                    e);
        } catch (IOException e) {
            refused = true; // reset: what came before it counts
        }
        return RawAnswer.parse(all.toByteArray());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
