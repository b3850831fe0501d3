package dev.cairn.internal.checkpoint;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Reads one state checkpoint from front to back and checks every byte of it.
 *
 * <p>Threading: one thread.
 */
final class CheckpointReader implements Closeable {
    private final Path file;
    private final FileChannel channel;
    private final CheckpointHeader header;
    private final CRC32C digest = new CRC32C();
    private final ByteBuffer sum = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private int blocksRead;

    /** The file is damaged at {@code position}. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final long position;
        private final String problem;

        DamagedException(Path file, long position, String problem) {
            super(file + " at " + position + ": " + problem);
            this.position = position;
            this.problem = problem;
        }

        long position() {
            return position;
        }

        String problem() {
            return problem;
        }
    }

    CheckpointReader(Path file) throws IOException {
        this.file = file;
        channel = Disk.open(file, StandardOpenOption.READ);
        try {
            header = readHeader();
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
    }

    CheckpointHeader header() {
        return header;
    }

    /**
     * Reads the next block into {@code block}; false after the last, when the file ends where it should.
     *
     * @throws DamagedException when something is not as it was written
     */
    boolean next(CheckpointBlock block) throws IOException {
        if (blocksRead == header.blocks()) {
            finish();
            return false;
        }
        long start = channel.position();
        ByteSlab bytes = block.bytes();
        fill(bytes.length(CheckpointBlock.HEADER_BYTES), 0);
        int length = block.lengthStated();
        if (length < 0 || length > CheckpointBlock.BYTES_MAX) {
            throw new DamagedException(
                    file, start, "expected a block of at most " + CheckpointBlock.BYTES_MAX + " bytes, was " + length);
        }
        fill(bytes.length(CheckpointBlock.HEADER_BYTES + length), CheckpointBlock.HEADER_BYTES);
        int expected = block.checksumStated();
        int actual = block.checksum();
        if (expected != actual) {
            throw new DamagedException(
                    file, start, String.format("expected block checksum %08x, was %08x", expected, actual));
        }
        String problem = block.problem();
        if (problem != null) {
            throw new DamagedException(file, start, problem);
        }
        digest.update(sum.clear().putInt(actual).flip());
        blocksRead++;
        return true;
    }

    private CheckpointHeader readHeader() throws IOException {
        ByteSlab start = new ByteSlab(CheckpointHeader.BYTES);
        int available = (int) Math.min(CheckpointHeader.BYTES, channel.size());
        fill(start.length(available), 0);
        CheckpointHeader read = CheckpointHeader.decode(file, start.toByteArray());
        long least = CheckpointHeader.BYTES + (long) read.blocks() * CheckpointBlock.HEADER_BYTES;
        if (read.blocks() < 0 || channel.size() < least) {
            throw new DamagedException(
                    file, channel.size(), "expected at least " + least + " bytes, was " + channel.size());
        }
        return read;
    }

    private void finish() throws IOException {
        int actual = (int) digest.getValue();
        if (actual != header.digest()) {
            throw new DamagedException(
                    file, 0, String.format("expected digest of blocks %08x, was %08x", header.digest(), actual));
        }
        if (channel.position() != channel.size()) {
            throw new DamagedException(
                    file, channel.position(), "expected the end of the file, was " + channel.size() + " bytes");
        }
    }

    private void fill(ByteSlab bytes, int from) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(bytes.array(), from, bytes.length() - from);
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new DamagedException(
                        file, channel.position(), "expected " + target.remaining() + " more bytes, was the end");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
