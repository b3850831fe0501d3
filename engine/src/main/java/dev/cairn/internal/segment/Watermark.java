package dev.cairn.internal.segment;

import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The file that says after a power cut which offset was durable: two slots, written by turns, each with its own checksum.
 *
 * <pre>
 *  0                       2048                    4096
 *  +-----------------------+-----------------------+
 *  | slot 0, an envelope   | slot 1, an envelope   |
 *  +-----------------------+-----------------------+
 *
 *  0                       8                       16       20       24       28
 *  +-----------------------+-----------------------+--------+--------+--------+
 *  | sequence              | durable offset        | epoch  | segment| at byte|   content of a slot
 *  +-----------------------+-----------------------+--------+--------+--------+
 *  28                      36
 *  +-----------------------+
 *  | unforced records max  |   since format 2
 *  +-----------------------+
 * </pre>
 *
 * The slots lie in different sectors; a power cut while one is written leaves the other. The higher sequence counts.
 *
 * <p>Threading: one thread at a time, and one that nobody interrupts.
 */
public final class Watermark implements AutoCloseable {
    static final String KIND = "WMRK";
    static final int V1 = 1;
    static final int V2 = 2;
    static final int SLOT_BYTES = 2048;
    private static final int FILE_BYTES = 2 * SLOT_BYTES;
    private static final int V1_CONTENT_BYTES = 28;
    private static final int CONTENT_BYTES = V1_CONTENT_BYTES + Long.BYTES;

    private final Path file;
    private final FileChannel channel;
    private final UUID installation;
    private final long unforcedRecordsMax;
    private long sequence;

    /**
     * What a slot says: everything up to {@code durableOffset} is on disk; it ends at a byte of a segment.
     *
     * @param unforcedRecordsMax at how many records that were not yet durable the writer waited; 0 in a slot of format 1
     */
    public record Mark(
            long sequence, int epoch, long durableOffset, int segment, int position, long unforcedRecordsMax) {}

    private Watermark(Path file, FileChannel channel, UUID installation, long unforcedRecordsMax, long sequence) {
        this.file = file;
        this.channel = channel;
        this.installation = installation;
        this.unforcedRecordsMax = unforcedRecordsMax;
        this.sequence = sequence;
    }

    /**
     * Opens the file for writing and creates it, with its blocks, when it is missing.
     *
     * @param unforcedRecordsMax how many offsets the next opening has to leave out for what may be lost without a trace
     */
    public static Watermark open(LogDirectory directory, UUID installation, long unforcedRecordsMax)
            throws IOException {
        Path file = directory.watermarkFile();
        if (Files.exists(file) && Disk.readIfGiven(file) == null) {
            new Quarantine(directory).take(file);
        }
        if (!Files.exists(file)) {
            Preallocation.create(file, FILE_BYTES, FILE_BYTES);
            FileEnvelope.forceDirectory(directory.root());
        }
        Mark newest = read(directory, installation);
        FileChannel channel = Disk.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            fill(file, channel);
            if (newest != null) {
                clear(file, channel, slot(newest.sequence()));
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new Watermark(file, channel, installation, unforcedRecordsMax, newest == null ? 0 : newest.sequence());
    }

    /** Gives a file of another length its own again; what is left of its slots stays. */
    private static void fill(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < FILE_BYTES) {
            Disk.write(channel, file, ByteBuffer.allocate((int) (FILE_BYTES - size)), size);
            Disk.force(channel, file, true);
        } else if (size > FILE_BYTES) {
            Disk.truncate(channel, file, FILE_BYTES);
        }
    }

    /** Behind the content of the newest slot there is nothing; the other is written next, as a whole. */
    private static void clear(Path file, FileChannel channel, int slot) throws IOException {
        int behind = slot + FileEnvelope.HEADER_BYTES + CONTENT_BYTES;
        byte[] zeros = new byte[slot + SLOT_BYTES - behind];
        if (!Arrays.equals(Files.readAllBytes(file), behind, slot + SLOT_BYTES, zeros, 0, zeros.length)) {
            Disk.write(channel, file, ByteBuffer.wrap(zeros), behind);
            Disk.force(channel, file, false);
        }
    }

    /** Where the slot of a sequence number begins. */
    private static int slot(long sequence) {
        return (int) (sequence % 2) * SLOT_BYTES;
    }

    /** Writes the slot that is not the newest, with the zeros behind its content, and forces it. */
    public void write(int epoch, long durableOffset, int segment, int position) throws IOException {
        long next = sequence + 1;
        ByteBuffer content = ByteBuffer.allocate(CONTENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.putLong(next)
                .putLong(durableOffset)
                .putInt(epoch)
                .putInt(segment)
                .putInt(position)
                .putLong(unforcedRecordsMax);
        ByteBuffer envelope = new FileEnvelope(KIND, V2, installation, content.array()).encode();
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES).put(envelope).rewind();
        Disk.write(channel, file, slot, slot(next));
        Disk.force(channel, file, false);
        sequence = next;
    }

    /** Whether the file is there and holds nothing yet: its opening was cut off before it wrote a first record. */
    public static boolean isUnwritten(LogDirectory directory) {
        try {
            byte[] all = Files.readAllBytes(directory.watermarkFile());
            return all.length <= FILE_BYTES && Arrays.equals(all, new byte[all.length]);
        } catch (IOException e) {
            return false;
        }
    }

    /** The newest good slot, or null when there is none. */
    public static @Nullable Mark read(LogDirectory directory, UUID installation) throws IOException {
        Path file = directory.watermarkFile();
        if (!Files.isRegularFile(file)) {
            return null;
        }
        byte[] given = Disk.readIfGiven(file);
        byte[] all = Arrays.copyOf(given == null ? new byte[0] : given, FILE_BYTES);
        Mark first = slot(file, Arrays.copyOfRange(all, 0, SLOT_BYTES), installation);
        Mark second = slot(file, Arrays.copyOfRange(all, SLOT_BYTES, FILE_BYTES), installation);
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.sequence() > second.sequence() ? first : second;
    }

    private static @Nullable Mark slot(Path file, byte[] bytes, UUID installation) {
        try {
            FileEnvelope envelope = FileEnvelope.decode(file, bytes, KIND, V2);
            int length = contentBytes(envelope.format());
            if (!envelope.installation().equals(installation) || envelope.content().length != length) {
                return null;
            }
            ByteBuffer content = ByteBuffer.wrap(envelope.content()).order(ByteOrder.LITTLE_ENDIAN);
            long sequence = content.getLong();
            long durableOffset = content.getLong();
            return new Mark(
                    sequence,
                    content.getInt(),
                    durableOffset,
                    content.getInt(),
                    content.getInt(),
                    content.hasRemaining() ? content.getLong() : 0);
        } catch (FileEnvelope.BadFileException e) {
            return null;
        }
    }

    /** Length of the content of a slot. */
    static int contentBytes(int format) {
        return format == V1 ? V1_CONTENT_BYTES : CONTENT_BYTES;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
