package dev.cairn.internal.read;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.LongAdder;

/**
 * The newest records in memory: a ring of the frames that this opening has appended, bounded by their number and their bytes.
 *
 * <p>One append is one copy of the document's frames and one word for each, whatever the ring holds: nothing is allocated, and
 * nothing is removed, as new bytes simply overwrite the oldest.
 *
 * <p>Readers take no lock, and the writer never waits for them. A position in the ring is a count of bytes that only grows; its
 * place is the position modulo the capacity. Before the writer changes a byte it says up to which position everything is about to
 * be overwritten ({@code overwritten}), and after its last byte it says which record is the newest ({@code last}). A reader asks
 * for {@code last}, copies a frame out, and then asks whether {@code overwritten} has passed the frame meanwhile: if so the copy
 * may be torn and is thrown away, and the reader goes to the segments. The fences keep the announcement before the bytes and the
 * second question behind the copy. The frame's own checksum and offset are looked at in any case, as with every other read of
 * the log.
 *
 * <p>Offsets within one opening have no holes between them, so the ring never spans a lost range: whatever is in it is a position
 * that exists. A new opening begins with an empty ring.
 *
 * <p>Threading: {@link #append} under the commit lock; all else from any thread.
 */
public final class RecentRecords {
    private static final VarHandle OVERWRITTEN = handle("overwritten");
    private static final VarHandle FIRST = handle("first");
    private static final VarHandle LAST = handle("last");
    private static final VarHandle START = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long NONE = -1;

    private final int recordsMax;
    private final ByteBuffer bytes;
    private final int bytesMask;
    /** Position of the frame of each offset, at the offset modulo the length. */
    private final long[] starts;

    private final int startsMask;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** Position behind the newest frame; the writer's own. */
    private long end;

    @SuppressWarnings("UnusedVariable") // these are read through their handles
    private long overwritten;

    @SuppressWarnings("UnusedVariable")
    private long first = Long.MAX_VALUE;

    private long last = NONE;

    private RecentRecords(int recordsMax, int bytesMax) {
        this.recordsMax = recordsMax;
        int capacity = recordsMax == 0 ? 0 : Integer.highestOneBit(bytesMax);
        // Little-endian and 8-aligned throughout, so that no word of a frame's header lies across the end.
        this.bytes = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
        this.bytesMask = capacity - 1;
        this.starts = new long[recordsMax == 0 ? 0 : powerOfTwoFrom(recordsMax)];
        this.startsMask = starts.length - 1;
    }

    /**
     * A ring.
     *
     * @param recordsMax records at most; 0 keeps none
     * @param bytesMax bytes of frames at most, from 8; rounded down to a power of two
     */
    public static RecentRecords of(int recordsMax, int bytesMax) {
        return new RecentRecords(recordsMax, bytesMax);
    }

    /** A ring that holds nothing. */
    public static RecentRecords none() {
        return new RecentRecords(0, Long.BYTES);
    }

    private static int powerOfTwoFrom(int least) {
        return least == 1 ? 1 : Integer.highestOneBit(least - 1) << 1;
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(RecentRecords.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Takes the frames of a document that was appended to the log; touches neither its position nor its limit. */
    public void append(ByteBuffer document, int length, long firstOffset, int count) {
        if (recordsMax == 0) {
            return;
        }
        int size = length - Document.HEADER_BYTES;
        long start = end;
        end += size;
        boolean fits = size <= bytes.capacity();
        OVERWRITTEN.setOpaque(this, fits ? end - bytes.capacity() : end);
        VarHandle.releaseFence();
        if (!fits) {
            FIRST.setOpaque(this, firstOffset + count); // a document larger than the ring leaves nothing in it
        } else {
            if (last == NONE) {
                FIRST.setOpaque(this, firstOffset);
            }
            copy(document, start, size);
            index(document, start, firstOffset, count);
        }
        LAST.setRelease(this, firstOffset + count - 1);
    }

    private void copy(ByteBuffer document, long start, int size) {
        int at = (int) start & bytesMask;
        int before = Math.min(size, bytes.capacity() - at);
        bytes.put(at, document, Document.HEADER_BYTES, before);
        if (before < size) {
            bytes.put(0, document, Document.HEADER_BYTES + before, size - before);
        }
    }

    private void index(ByteBuffer document, long start, long firstOffset, int count) {
        int frame = Document.HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            START.setOpaque(starts, (int) (firstOffset + i) & startsMask, start + frame - Document.HEADER_BYTES);
            frame += Frame.length(document, frame);
        }
    }

    /** Whether the record at {@code offset} is held now; it may be overwritten at any time. */
    boolean holds(long offset) {
        return start(offset) >= 0;
    }

    /** Position of the frame at {@code offset}, −1 when it is not held. */
    private long start(long offset) {
        long newest = (long) LAST.getAcquire(this);
        if (offset > newest || offset <= newest - recordsMax || offset < (long) FIRST.getOpaque(this)) {
            return NONE;
        }
        long start = (long) START.getOpaque(starts, (int) offset & startsMask);
        return start < (long) OVERWRITTEN.getOpaque(this) ? NONE : start;
    }

    /** A page of the log was read from here alone, or not. */
    void count(boolean hit) {
        (hit ? hits : misses).increment();
    }

    /** Pages that were read from memory alone. */
    public long hits() {
        return hits.sum();
    }

    /** Pages for which segments were read. */
    public long misses() {
        return misses.sum();
    }

    /** A new reader. */
    Reader reader() {
        return new Reader();
    }

    /**
     * Copies frames out of the ring.
     *
     * <p>Threading: one thread.
     */
    final class Reader {
        private static final int FRAME_BYTES_USUAL = 1 << 10;

        private final FrameView frame = new FrameView();
        private ByteBuffer copy = allocate(FRAME_BYTES_USUAL);

        /** Moves to the record at {@code offset}; false when it is not held, or no more. */
        boolean read(long offset) {
            long start = start(offset);
            if (start < 0) {
                return false;
            }
            int length = bytes.getInt((int) (start + Frame.LENGTH_AT) & bytesMask);
            if (length < Frame.HEADER_BYTES || length > bytes.capacity()) {
                return false; // overwritten between two looks
            }
            copy(start, length);
            VarHandle.acquireFence();
            return start >= (long) OVERWRITTEN.getOpaque(RecentRecords.this)
                    && frame.wrap(copy, 0).problem(length) == null
                    && frame.offset() == offset;
        }

        private void copy(long start, int length) {
            if (copy.capacity() < length) {
                copy = allocate(powerOfTwoFrom(length));
            }
            int at = (int) start & bytesMask;
            int before = Math.min(length, bytes.capacity() - at);
            copy.put(0, bytes, at, before);
            if (before < length) {
                copy.put(before, bytes, 0, length - before);
            }
        }

        private static ByteBuffer allocate(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }

        /** The record under the reader; valid until it moves. */
        FrameView frame() {
            return frame;
        }
    }
}
