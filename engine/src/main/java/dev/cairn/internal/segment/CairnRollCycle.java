package dev.cairn.internal.segment;

import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.rollcycles.RollCycleArithmetic;

/**
 * A roll cycle whose current cycle is the segment number that the engine last set, whatever the time.
 *
 * <p>Chronicle Queue can only derive file names from dates. Here a cycle lasts a day and the epoch is the origin of the
 * modified Julian day count, so the formatted "day" of cycle <i>n</i> is the number <i>n</i>: plain increasing numbers. No
 * built-in cycle has this format, so the queue can never mistake the directory for one of its own.
 *
 * <p>Threading: {@link #number} is set by the thread that rolls; the queue reads it under the append lock.
 */
final class CairnRollCycle implements RollCycle {
    private static final int DAY_MILLIS = 86_400_000;
    private static final int MODIFIED_JULIAN_DAY_OF_1970 = 40_587;

    /** The queue's epoch: day 0 of the modified Julian day count, in milliseconds since 1970. */
    static final long EPOCH_MILLIS = -(long) MODIFIED_JULIAN_DAY_OF_1970 * DAY_MILLIS;

    private final RollCycleArithmetic arithmetic = RollCycleArithmetic.of(Geometry.INDEX_COUNT, Geometry.INDEX_SPACING);
    private volatile int number;

    CairnRollCycle(int number) {
        this.number = number;
    }

    void number(int newNumber) {
        if (newNumber <= number) {
            throw new IllegalArgumentException("expected a number above " + number + ", was " + newNumber);
        }
        number = newNumber;
    }

    @Override
    public int current(TimeProvider time, long epoch) {
        return number;
    }

    @Override
    public String format() {
        return "gggggggg";
    }

    @Override
    public int lengthInMillis() {
        return DAY_MILLIS;
    }

    @Override
    public int defaultIndexCount() {
        return arithmetic.indexCount();
    }

    @Override
    public int defaultIndexSpacing() {
        return arithmetic.indexSpacing();
    }

    @Override
    public long toIndex(int cycle, long sequenceNumber) {
        return arithmetic.toIndex(cycle, sequenceNumber);
    }

    @Override
    public long toSequenceNumber(long index) {
        return arithmetic.toSequenceNumber(index);
    }

    @Override
    public int toCycle(long index) {
        return arithmetic.toCycle(index);
    }

    @Override
    public long maxMessagesPerCycle() {
        return arithmetic.maxMessagesPerCycle();
    }
}
