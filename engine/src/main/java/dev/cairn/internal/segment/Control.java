package dev.cairn.internal.segment;

import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A small mapped file through which a writer tells other processes, at once and without a force, how far they may read.
 *
 * <pre>
 *  0        4        8                               24                      32       36       40
 *  +--------+--------+-------------------------------+-----------------------+--------+--------+
 *  | magic  | format | installation (16 bytes)       | pid                   | epoch  | state  |
 *  +--------+--------+-------------------------------+-----------------------+--------+--------+
 *  40                      48                      56                      64                      72
 *  +-----------------------+-----------------------+-----------------------+-----------------------+
 *  | durable offset        | end offset            | projection offset     | opening (random)      |
 *  +-----------------------+-----------------------+-----------------------+-----------------------+
 * </pre>
 *
 * It is no evidence of anything after a crash, and has no checksum: its numbers change one by one, each of them atomically.
 * The state says whether a writer is open; whether it still lives is for {@link DirectoryLock} to say.
 *
 * <p>Threading: the writer's numbers are set by any of its threads; any thread reads.
 */
public final class Control {
    /** The bytes {@code C R N C}. */
    static final int MAGIC = 0x434E5243;

    static final int V1 = 1;

    private static final int FILE_BYTES = 4096;
    private static final int MAGIC_AT = 0;
    private static final int FORMAT_AT = 4;
    private static final int INSTALLATION_AT = 8;
    private static final int PID_AT = 24;
    private static final int EPOCH_AT = 32;
    private static final int STATE_AT = 36;
    private static final int DURABLE_AT = 40;
    private static final int END_AT = 48;
    private static final int PROJECTION_AT = 56;
    private static final int OPENING_AT = 64;
    private static final int STATE_CLOSED = 0;
    private static final int STATE_OPEN = 1;

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer bytes;

    private Control(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Begins a writer's opening; other processes see it from the moment {@link #openState} is called. */
    public static Control create(LogDirectory directory, UUID installation, int epoch, long opening)
            throws IOException {
        Path file = directory.controlFile();
        if (!canBeMapped(file)) {
            Disk.deleteIfExists(file);
            Preallocation.create(file, FILE_BYTES, FILE_BYTES);
            FileEnvelope.forceDirectory(directory.root());
        }
        try (FileChannel channel = Disk.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Control control = new Control(map(channel, file, FileChannel.MapMode.READ_WRITE));
            control.begin(installation, epoch, opening);
            return control;
        }
    }

    private void begin(UUID installation, int epoch, long opening) {
        INT.setVolatile(bytes, STATE_AT, STATE_CLOSED);
        for (int at = OPENING_AT + Long.BYTES; at < FILE_BYTES; at++) {
            bytes.put(at, (byte) 0); // a damaged file is made anew
        }
        bytes.putInt(MAGIC_AT, MAGIC);
        bytes.putInt(FORMAT_AT, V1);
        bytes.putLong(INSTALLATION_AT, installation.getMostSignificantBits());
        bytes.putLong(INSTALLATION_AT + Long.BYTES, installation.getLeastSignificantBits());
        bytes.putLong(PID_AT, ProcessHandle.current().pid());
        bytes.putInt(EPOCH_AT, epoch);
        LONG.setVolatile(bytes, OPENING_AT, opening);
        durableOffset(-1);
        endOffset(0);
        projectionOffset(-1);
    }

    /** Maps the file for reading; null when there is none of this installation. */
    public static @Nullable Control read(LogDirectory directory, UUID installation) throws IOException {
        Path file = directory.controlFile();
        if (!canBeMapped(file)) {
            return null;
        }
        try (FileChannel channel = Disk.open(file, StandardOpenOption.READ)) {
            Control control = new Control(map(channel, file, FileChannel.MapMode.READ_ONLY));
            return control.isOf(installation) ? control : null;
        }
    }

    /** What the disk does not give is a fault in mapped memory, which would end the process. */
    private static boolean canBeMapped(Path file) {
        try {
            return Files.isRegularFile(file) && Files.readAllBytes(file).length == FILE_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    /** A number that differs from opening to opening for writing; 0 where there is no file of this installation. */
    public static long opening(LogDirectory directory, UUID installation) throws IOException {
        @Nullable Control control = read(directory, installation);
        return control == null ? 0 : control.opening();
    }

    private static ByteBuffer map(FileChannel channel, Path file, FileChannel.MapMode mode) throws IOException {
        return Disk.map(channel, file, mode, FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Says what is wrong with a control file of these bytes, or null; its numbers are no evidence of anything. */
    static MarkAudit.@Nullable Problem problem(byte[] all, UUID installation) {
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        if (all.length != FILE_BYTES) {
            return new MarkAudit.Problem(0, "expected " + FILE_BYTES + " bytes, was " + all.length);
        }
        if (MarkAudit.firstNotZero(all, 0) < 0) {
            return null; // made, and not written before the power went
        }
        if (bytes.getInt(MAGIC_AT) != MAGIC || bytes.getInt(FORMAT_AT) != V1) {
            return new MarkAudit.Problem(
                    MAGIC_AT,
                    String.format(
                            "expected magic %08x of format %d, was %08x of %d",
                            MAGIC, V1, bytes.getInt(MAGIC_AT), bytes.getInt(FORMAT_AT)));
        }
        UUID found = new UUID(bytes.getLong(INSTALLATION_AT), bytes.getLong(INSTALLATION_AT + Long.BYTES));
        if (!found.equals(installation)) {
            return new MarkAudit.Problem(INSTALLATION_AT, "expected installation " + installation + ", was " + found);
        }
        int state = bytes.getInt(STATE_AT);
        if (state != STATE_OPEN && state != STATE_CLOSED) {
            return new MarkAudit.Problem(STATE_AT, "expected state 0 or 1, was " + state);
        }
        int behind = MarkAudit.firstNotZero(all, OPENING_AT + Long.BYTES);
        return behind < 0
                ? null
                : new MarkAudit.Problem(
                        behind, String.format("expected zeros behind the numbers, was %02x", all[behind]));
    }

    private boolean isOf(UUID installation) {
        return bytes.getInt(MAGIC_AT) == MAGIC
                && bytes.getInt(FORMAT_AT) == V1
                && bytes.getLong(INSTALLATION_AT) == installation.getMostSignificantBits()
                && bytes.getLong(INSTALLATION_AT + Long.BYTES) == installation.getLeastSignificantBits();
    }

    /** Says that the writer is open and its numbers hold. */
    public void openState() {
        INT.setVolatile(bytes, STATE_AT, STATE_OPEN);
    }

    /** Says that the writer has closed the log in good order. */
    public void closedState() {
        INT.setVolatile(bytes, STATE_AT, STATE_CLOSED);
    }

    public void durableOffset(long offset) {
        LONG.setRelease(bytes, DURABLE_AT, offset);
    }

    public void endOffset(long offset) {
        LONG.setRelease(bytes, END_AT, offset);
    }

    public void projectionOffset(long offset) {
        LONG.setRelease(bytes, PROJECTION_AT, offset);
    }

    /** Whether a writer opened the directory and has not closed it; it may have died since. */
    public boolean isOpen() {
        return (int) INT.getVolatile(bytes, STATE_AT) == STATE_OPEN;
    }

    /** A number that differs from opening to opening. */
    public long opening() {
        return (long) LONG.getVolatile(bytes, OPENING_AT);
    }

    public int epoch() {
        return (int) INT.getVolatile(bytes, EPOCH_AT);
    }

    /** Process id of the last writer. */
    public long pid() {
        return (long) LONG.getVolatile(bytes, PID_AT);
    }

    /** Every record up to this one is on disk; −1 for none. */
    public long durableOffset() {
        return (long) LONG.getAcquire(bytes, DURABLE_AT);
    }

    /** Offset of the next record. */
    public long endOffset() {
        return (long) LONG.getAcquire(bytes, END_AT);
    }

    /** The last record that the projection includes; −1 for none. */
    public long projectionOffset() {
        return (long) LONG.getAcquire(bytes, PROJECTION_AT);
    }
}
