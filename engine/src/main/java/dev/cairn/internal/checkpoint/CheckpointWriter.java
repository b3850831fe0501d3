package dev.cairn.internal.checkpoint;

import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.state.StateSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Writes one state checkpoint: blocks first, the header that vouches for them last, then the name.
 *
 * <p>Threading: one thread.
 */
final class CheckpointWriter implements Closeable {
    private final Path file;
    private final Path temporary;
    private final FileChannel channel;
    private final CheckpointBlock block = new CheckpointBlock();
    private final CRC32C digest = new CRC32C();
    private final ByteBuffer sum = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private int blocks;
    private long entryBytes;

    CheckpointWriter(Path file) throws IOException {
        this.file = file.toAbsolutePath();
        temporary = this.file.resolveSibling(file.getFileName() + ".tmp");
        channel = Disk.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        channel.position(CheckpointHeader.BYTES);
    }

    CheckpointHeader write(CheckpointPosition position, StateSource state, StateSource operations) throws IOException {
        long stateEntries = writeAll(CheckpointBlock.STATE, state);
        long stateBytes = entryBytes;
        long operationEntries = writeAll(CheckpointBlock.OPERATIONS, operations);
        CheckpointHeader header = new CheckpointHeader(
                position, stateEntries, stateBytes, operationEntries, blocks, (int) digest.getValue());
        channel.position(0);
        writeFully(header.encode());
        Disk.force(channel, temporary, true);
        Disk.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        FileEnvelope.forceDirectory(Objects.requireNonNull(file.getParent()));
        return header;
    }

    private long writeAll(int store, StateSource source) throws IOException {
        long[] entries = {0};
        block.begin(store);
        source.<IOException>forEach((key, value) -> {
            block.add(key, value);
            entryBytes += key.length() + value.length();
            entries[0]++;
            if (block.isFull()) {
                writeBlock();
                block.begin(store);
            }
        });
        if (block.entries() > 0) {
            writeBlock();
        }
        return entries[0];
    }

    private void writeBlock() throws IOException {
        sum.clear().putInt(block.seal()).flip();
        digest.update(sum);
        blocks++;
        writeFully(ByteBuffer.wrap(block.bytes().array(), 0, block.bytes().length()));
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        Disk.write(channel, temporary, bytes);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Disk.deleteIfExists(temporary);
    }
}
