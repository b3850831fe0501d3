package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.OffsetRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that a reader passed over, since they cannot be read.
 *
 * <p>Threading: immutable.
 *
 * @param offsets of the records
 * @param why what the reader met there
 */
public record Hole(OffsetRange offsets, DamagedLogException why) {
    /**
     * Moves {@code cursor} on behind the damage that it met.
     *
     * @param through the last offset that is read
     * @return what is passed over; up to {@code through} when nothing behind can be read, and the cursor is of no more use then
     */
    public static Hole passOver(LogCursor cursor, DamagedLogException why, long through) {
        long next = cursor.seekBehindDamage(why.offset(), through);
        long first = Math.max(0, why.offset());
        return new Hole(new OffsetRange(first, Math.max(first, next < 0 ? through : next - 1)), why);
    }

    /** The one of {@code holes}, which are ascending, that {@code offset} is in, or null. */
    public static @Nullable Hole around(List<Hole> holes, long offset) {
        int low = 0;
        int high = holes.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (holes.get(middle).offsets.last() < offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return low < holes.size() && holes.get(low).offsets.contains(offset) ? holes.get(low) : null;
    }

    /** What to tell of the record at {@code offset}, which is in the hole. */
    public DamagedLogException at(long offset) {
        return new DamagedLogException(why.file(), why.position(), offset, why.what());
    }
}
