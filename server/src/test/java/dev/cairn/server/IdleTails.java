package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
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
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final Thread reader = new Thread(this::read, "idle-tails");
    private volatile boolean closed;

    /** One connection and what came over it. */
    private static final class Line {
        private final SocketChannel channel;
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private volatile boolean ended;

        private Line(SocketChannel channel) {
            this.channel = channel;
        }

        private synchronized String heard() {
            return heard.toString(StandardCharsets.UTF_8);
        }

        private synchronized void hear(ByteBuffer bytes) {
            heard.write(bytes.array(), 0, bytes.limit());
        }

        private boolean isTold(int status) {
            return heard().startsWith("HTTP/1.1 " + status + " ");
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
            Line line = new Line(channel);
            lines.add(line);
            channel.write(request.duplicate());
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, line);
            selector.wakeup();
        }
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        while (!closed) {
            try {
                selector.select(key -> read((Line) key.attachment(), buffer.clear()), 100);
            } catch (IOException e) {
                throw new AssertionError("expected to read tails", e);
            }
        }
    }

    private static void read(Line line, ByteBuffer buffer) {
        try {
            line.ended |= line.channel.read(buffer) < 0;
        } catch (IOException e) {
            line.ended = true;
        }
        line.hear(buffer.flip());
        if (line.ended) {
            close(line);
        }
    }

    /** Those that were let in and that the server has not ended. */
    int following() {
        return count(line -> !line.ended && line.isTold(200));
    }

    /** Those that the server has not ended, let in or not heard yet. */
    int pending() {
        return count(line -> !line.ended);
    }

    int told(int status) {
        return count(line -> line.isTold(status));
    }

    /** Those that heard {@code text}. */
    int heard(String text) {
        return count(line -> line.heard().contains(text));
    }

    private int count(java.util.function.Predicate<Line> which) {
        return (int) lines.stream().filter(which).count();
    }

    /** Expects whoever was told {@code status} to have been told so by a problem of that code; lets them go. */
    void dismiss(int status, String code) {
        for (Line line : toldOf(status)) {
            assertThat(RawAnswer.parse(line.heard().getBytes(StandardCharsets.UTF_8)))
                    .singleElement()
                    .satisfies(answer -> {
                        assertThat(answer.isProblem()).as(answer.body()).isTrue();
                        assertThat(answer.json().get("code").asText()).isEqualTo(code);
                    });
            leave(line);
        }
    }

    /** Closes so many of those that were let in, each in one of the ways that connections end. */
    void leave(int count, Random random) throws IOException {
        List<Line> following = toldOf(200);
        following.removeIf(line -> line.ended);
        for (Line line : following.subList(0, count)) {
            if (random.nextBoolean()) {
                line.channel.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset
            }
            leave(line);
        }
    }

    private List<Line> toldOf(int status) {
        List<Line> told = new ArrayList<>(lines);
        told.removeIf(line -> !line.isTold(status));
        return told;
    }

    private void leave(Line line) {
        lines.remove(line);
        close(line);
    }

    private static void close(Line line) {
        try {
            line.channel.close();
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
        lines.forEach(IdleTails::close);
        selector.close();
    }
}
