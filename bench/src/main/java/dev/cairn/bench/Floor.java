package dev.cairn.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * The floor under a transition: one bare Chronicle Queue append, one bare Chronicle Map get and one put of the same bytes, and
 * nothing else, while a thread forces the queue's file every 5 ms.
 *
 * <p>Threading: one thread appends; the force thread is its own.
 */
final class Floor implements AutoCloseable {
    private static final long FORCE_NANOS = 5_000_000;

    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final ChronicleMap<byte[], byte[]> map;
    private final Path directory;
    private final Bytes<?> document;
    private final byte[][] keys;
    private byte[] value;
    private final Thread forcing;
    private volatile boolean closed;

    /**
     * @param documentBytes of each append
     * @param valueBytes of each map entry
     */
    Floor(Path directory, String[] ids, int documentBytes, int valueBytes, long seed) {
        this.directory = directory;
        queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(RollCycles.FAST_DAILY)
                .build();
        appender = queue.createAppender();
        document = Bytes.allocateDirect(documentBytes);
        for (int i = 0; i < documentBytes; i++) {
            document.writeByte((byte) i);
        }
        value = new byte[valueBytes];
        new Random(seed).nextBytes(value);
        keys = new byte[ids.length][];
        for (int i = 0; i < ids.length; i++) {
            keys[i] = ids[i].getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        map = ChronicleMapBuilder.of(byte[].class, byte[].class)
                .averageKeySize(keys[0].length)
                .averageValueSize(valueBytes)
                .entries(ids.length * 2L)
                .putReturnsNull(true)
                .checksumEntries(false)
                .create();
        for (byte[] key : keys) {
            map.put(key, value);
        }
        appender.writeBytes(document);
        forcing = new Thread(this::force, "floor-force");
        forcing.setDaemon(true);
        forcing.start();
    }

    /** One operation on the task {@code task}. */
    void run(int task) {
        touch(task);
        append();
    }

    /** The map's part of it. */
    void touch(int task) {
        byte[] key = keys[task];
        value = map.getUsing(key, value);
        value[0]++;
        map.put(key, value);
    }

    /** The queue's part of it. */
    void append() {
        appender.writeBytes(document);
    }

    long appended() {
        return queue.rollCycle().toSequenceNumber(appender.lastIndexAppended()) + 1;
    }

    int entries() {
        return map.size();
    }

    private void force() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.cq4");
                FileChannel channel = FileChannel.open(files.iterator().next(), StandardOpenOption.WRITE)) {
            while (!closed) {
                long started = System.nanoTime();
                channel.force(false);
                LockSupport.parkNanos(FORCE_NANOS - (System.nanoTime() - started));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            forcing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        appender.close();
        queue.close();
        map.close();
        document.releaseLast();
    }
}
