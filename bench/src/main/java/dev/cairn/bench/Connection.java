package dev.cairn.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One kept-alive HTTP/1.1 connection that costs the machine as little as possible: the server is what is measured.
 *
 * <p>Threading: one thread.
 */
final class Connection implements AutoCloseable {
    private static final String LENGTH = "content-length:";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final StringBuilder line = new StringBuilder();
    private byte[] body = new byte[0];

    Connection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
        out = socket.getOutputStream();
    }

    /** Sends a request with a JSON body, or none if it is empty; returns the status. */
    int send(String method, String path, String json) throws IOException {
        byte[] content = json.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + (content.length > 0
                        ? "Content-Type: application/json\r\nContent-Length: " + content.length + "\r\n\r\n"
                        : "\r\n");
        byte[] request = (head + json).getBytes(StandardCharsets.UTF_8);
        out.write(request);
        return receive();
    }

    /** The body of the last answer. */
    String body() {
        return new String(body, StandardCharsets.UTF_8);
    }

    private int receive() throws IOException {
        readLine();
        int status = Integer.parseInt(line.substring(9, 12));
        int length = -1;
        while (readLine()) {
            if (line.length() > LENGTH.length()
                    && line.charAt(LENGTH.length() - 1) == ':'
                    && line.substring(0, LENGTH.length()).equalsIgnoreCase(LENGTH)) {
                length = Integer.parseInt(line.substring(LENGTH.length()).trim());
            }
        }
        if (length < 0) {
            throw new IOException("expected an answer with its length, was status " + status);
        }
        body = in.readNBytes(length);
        return status;
    }

    private boolean readLine() throws IOException {
        line.setLength(0);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("expected an answer, was the end");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return !line.isEmpty();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
