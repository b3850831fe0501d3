package dev.cairn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The plain way to be durable: write, force, return. The file has its blocks already, so that a force is as cheap as it gets.
 *
 * <p>Threading: one thread at a time.
 */
final class ForcePerWrite implements AutoCloseable {
    private static final int FILE_BYTES = 32 << 20;
    private static final int PIECE_BYTES = 4 << 10;

    private final FileChannel channel;
    private final ByteBuffer document;
    private long position;
    private long writes;

    /** @param documentBytes of each write */
    ForcePerWrite(Path file, int documentBytes) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        document = ByteBuffer.allocateDirect(documentBytes);
        ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE_BYTES);
        for (int at = 0; at < FILE_BYTES; at += PIECE_BYTES) {
            channel.write(zeros.rewind(), at);
        }
        channel.force(true);
    }

    void run() throws IOException {
        document.clear().putLong(0, writes++);
        position = position + document.capacity() > FILE_BYTES ? 0 : position;
        channel.write(document, position);
        position += document.capacity();
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
