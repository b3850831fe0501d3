package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Many tails that hear little, on one thread: what comes is read at once and kept.
 *
 * <p>Threading: one thread opens, asks and closes; a thread of their own reads.
 */
final class IdleTails implements AutoCloseable {
    private static final int READ_BYTES = 16 << 10;

    private final int port;
    private final String path;
    private final Selector selector = Selector.open();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final Thread reader = new Thread(this::read, "idle-tails");
    private volatile boolean closed;

    /** One connection and what came over it. */
    private static final class Connection {
        private final SocketChannel channel;
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private volatile boolean ended;

        private Connection(SocketChannel channel) {
            this.channel = channel;
        }

        private synchronized String heard() {
            return heard.toString(StandardCharsets.UTF_8);
        }

        private synchronized void hear(ByteBuffer bytes) {
            heard.write(bytes.array(), 0, bytes.limit());
        }

        /** Whether it has its answer: all of it, or of a tail the head. */
        private boolean isTold(int status) {
            List<RawAnswer> answers = RawAnswer.parse(heard().getBytes(StandardCharsets.UTF_8));
            return !answers.isEmpty()
                    && answers.get(0).status() == status
                    && answers.get(0).whole();
        }
    }

    /** @param path what each asks for */
    IdleTails(int port, String path) throws IOException {
        this.port = port;
        this.path = path;
        reader.setDaemon(true);
        reader.start();
    }

    void open(int count) throws IOException {
        ByteBuffer request =
                ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            Connection connection = new Connection(channel);
            connections.add(connection);
            channel.write(request.duplicate());
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, connection);
            selector.wakeup();
        }
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        while (!closed) {
            try {
                selector.select(key -> read((Connection) key.attachment(), buffer.clear()), 100);
            } catch (IOException e) {
                throw new AssertionError("expected to read tails", e);
            }
        }
    }

    private static void read(Connection connection, ByteBuffer buffer) {
        try {
            connection.ended |= connection.channel.read(buffer) < 0;
        } catch (IOException e) {
            connection.ended = true;
        }
        connection.hear(buffer.flip());
        if (connection.ended) {
            close(connection);
        }
    }

    /** Those that were let in and that the server has not ended. */
    int following() {
        return count(connection -> !connection.ended && connection.isTold(200));
    }

    /** Those that the server has not ended, let in or not heard yet. */
    int pending() {
        return count(connection -> !connection.ended);
    }

    int told(int status) {
        return count(connection -> connection.isTold(status));
    }

    /** Those that heard {@code text}. */
    int heard(String text) {
        return count(connection -> connection.heard().contains(text));
    }

    private int count(java.util.function.Predicate<Connection> which) {
        return (int) connections.stream().filter(which).count();
    }

    /** Expects whoever was told {@code status} to have been told so by a problem of that code; lets them go. */
    void dismiss(int status, String code) {
        for (Connection connection : toldOf(status)) {
            assertThat(RawAnswer.parse(connection.heard().getBytes(StandardCharsets.UTF_8)))
                    .singleElement()
                    .satisfies(answer -> {
                        assertThat(answer.isProblem()).as(answer.body()).isTrue();
                        assertThat(answer.json().get("code").asText()).isEqualTo(code);
                    });
            leave(connection);
        }
    }

    /** Closes so many of those that were let in, each in one of the ways that connections end. */
    void leave(int count, Random random) throws IOException {
        List<Connection> following = toldOf(200);
        following.removeIf(connection -> connection.ended);
        for (Connection connection : following.subList(0, count)) {
            if (random.nextBoolean()) {
                reset(connection);
            }
            leave(connection);
        }
    }

    private static void reset(Connection connection) throws IOException {
        try {
            connection.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (ClosedChannelException e) {
            connection.ended = true; // the server was faster
        }
    }

    private List<Connection> toldOf(int status) {
        List<Connection> told = new ArrayList<>(connections);
        told.removeIf(connection -> !connection.isTold(status));
        return told;
    }

    private void leave(Connection connection) {
        connections.remove(connection);
        close(connection);
    }

    private static void close(Connection connection) {
        try {
            connection.channel.close();
        } catch (IOException e) {
            throw new AssertionError("expected to close a connection", e);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(IdleTails::close);
        selector.close();
    }
}
