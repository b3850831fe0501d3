package dev.cairn.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Damages segment files in the ways that disks, crashes and people do. */
public final class LogCorrupter {
    private final Path file;

    public LogCorrupter(Path file) {
        this.file = file;
    }

    /** Overwrites the word before a document. */
    public void word(int position, int word) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, word);
        write(position, bytes);
    }

    public void zero(int position, int length) throws IOException {
        write(position, ByteBuffer.allocate(length));
    }

    /** Zeros the sectors from the one that holds {@code position} on, as if they had never been written. */
    void loseSectors(int position, int sectors) throws IOException {
        zero(position / 512 * 512, sectors * 512);
    }

    public void flipBit(long bit) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (FileChannel channel = open()) {
            channel.read(one, bit / 8);
            one.put(0, (byte) (one.get(0) ^ 1 << bit % 8)).rewind();
            channel.write(one, bit / 8);
        }
    }

    public void truncate(long size) throws IOException {
        try (FileChannel channel = open()) {
            channel.truncate(size);
        }
    }

    private void write(int position, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = open()) {
            while (bytes.hasRemaining()) {
                channel.write(bytes, position + (long) bytes.position());
            }
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
