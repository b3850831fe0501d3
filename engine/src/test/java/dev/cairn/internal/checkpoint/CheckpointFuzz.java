package dev.cairn.internal.checkpoint;

import dev.cairn.harness.FuzzFile;
import dev.cairn.internal.checkpoint.CheckpointLoad.Loaded;
import dev.cairn.internal.jvm.JvmAccess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Any bytes as a state checkpoint, and as the blocks of one whose header and checksums are right: what cannot be read is said,
 * never thrown, and what a look at the file finds something wrong with is not loaded.
 *
 * <p>The first byte says how many blocks there are; each has the number of its entries, its store and its entries from the input.
 *
 * <p>Threading: one thread, as there is one file.
 */
public final class CheckpointFuzz {
    private static final UUID INSTALLATION = new UUID(1, 2);
    private static final StateCheckpoint.Limits LIMITS = new StateCheckpoint.Limits(4_352, 64);
    private static final int BLOCKS_MAX = 3;
    private static final Path FILE = FuzzFile.create("checkpoint");

    static {
        JvmAccess.open();
    }

    private CheckpointFuzz() {}

    /** Called by the fuzzer, and with each input of the corpus. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        look(input);
        if (input.length > 0) {
            look(checkpoint(input));
        }
    }

    private static void look(byte[] file) throws IOException, InterruptedException {
        Files.write(FILE, file);
        long[] shown = new long[2];
        CheckpointAudit.Problem problem = new CheckpointAudit(FILE).read((key, value) -> {
            shown[0]++;
            shown[1] += key.length() + value.length();
        });
        if (shown[1] > file.length) {
            throw new AssertionError("expected entries of at most " + file.length + " bytes, was " + shown[1]);
        }
        if (StateCheckpoint.load(FILE, INSTALLATION, LIMITS, header -> null) instanceof Loaded loaded) {
            long size = loaded.state().size();
            loaded.state().close();
            loaded.operations().close();
            if (problem != null || size != shown[0]) {
                throw new AssertionError(
                        "expected no problem and " + shown[0] + " entries, was " + problem + " and " + size);
            }
        }
    }

    private static byte[] checkpoint(byte[] input) {
        int blocks = Math.floorMod(input[0], BLOCKS_MAX) + 1;
        int each = (input.length - 1) / blocks;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        CRC32C digest = new CRC32C();
        long[] counts = new long[1 << Byte.SIZE];
        for (int i = 0; i < blocks; i++) {
            byte[] block = block(ByteBuffer.wrap(input, 1 + i * each, each), counts);
            digest.update(block, 0, Integer.BYTES);
            body.writeBytes(block);
        }
        CheckpointPosition position = new CheckpointPosition(INSTALLATION, 1, 1, 1);
        CheckpointHeader header = new CheckpointHeader(
                position, counts[CheckpointBlock.STATE], 0, counts[CheckpointBlock.OPERATIONS], blocks, (int)
                        digest.getValue());
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(header.encode().array());
        whole.writeBytes(body.toByteArray());
        return whole.toByteArray();
    }

    private static byte[] block(ByteBuffer from, long[] counts) {
        int entries = from.hasRemaining() ? from.get() : 0;
        int store = from.hasRemaining() ? from.get() & 0xFF : CheckpointBlock.STATE;
        counts[store] += Math.max(0, entries);
        ByteBuffer block = ByteBuffer.allocate(CheckpointBlock.HEADER_BYTES + from.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        block.putInt(0).putInt(from.remaining()).putInt(entries).putInt(store).put(from);
        CRC32C crc = new CRC32C();
        crc.update(block.array(), Integer.BYTES, block.capacity() - Integer.BYTES);
        block.putInt(0, (int) crc.getValue());
        return block.array();
    }
}
