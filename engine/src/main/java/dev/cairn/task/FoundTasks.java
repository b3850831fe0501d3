package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import java.util.Arrays;

/**
 * Tasks as a filling met them, to be put into the index in the order of their creation: in that order the index takes them at
 * the least cost, then and later. In another order it says the same.
 *
 * <pre>
 *  | key: u16 + n | status: u16 + n | queue: u16 + n | priority: u32 |
 * </pre>
 *
 * <p>Threading: one thread.
 */
final class FoundTasks {
    private static final int NUMBER_BITS = 22;

    /** So many are sorted together; with keys of 20 bytes, each is 70 bytes until it is put. */
    private static final int COUNT_MAX = 1 << NUMBER_BITS;

    private static final int BYTES_MAX = 256 << 20;
    private static final long SPAN_MAX = 1L << Long.SIZE - 1 - NUMBER_BITS;
    private static final int INITIAL = 1_024;

    // The task that is shown.
    final ByteSlab key = new ByteSlab();
    final ByteSlab status = new ByteSlab();
    final ByteSlab queue = new ByteSlab();
    int priority;
    long createdOffset;

    private final ByteSlab tasks = new ByteSlab();
    private int[] taskAt = new int[INITIAL];
    private long[] created = new long[INITIAL];
    private int count;
    private int[] order = {};
    private int shown;

    boolean isFull() {
        return count == COUNT_MAX || tasks.length() >= BYTES_MAX;
    }

    void add(ByteSlab taskKey, ByteSlab value, long offset) {
        if (count == created.length) {
            taskAt = Arrays.copyOf(taskAt, 2 * count);
            created = Arrays.copyOf(created, 2 * count);
        }
        taskAt[count] = tasks.length();
        created[count++] = offset;
        tasks.putShort(taskKey.length());
        tasks.putBytes(taskKey);
        int textsEnd = TaskBody.ownerAt(value);
        tasks.putBytes(value, TaskBody.STATUS_AT, textsEnd - TaskBody.STATUS_AT);
        tasks.putInt(value.intAt(TaskBody.PRIORITY_AT));
    }

    /** Puts them in order, before the first is shown. */
    void sort() {
        order = order();
        shown = 0;
    }

    /** Shows the next one; false after the last. */
    boolean next() {
        if (shown == order.length) {
            return false;
        }
        int number = order[shown++];
        int at = text(taskAt[number], key);
        at = text(at, status);
        at = text(at, queue);
        priority = tasks.intAt(at);
        createdOffset = created[number];
        return true;
    }

    private int text(int at, ByteSlab into) {
        int bytes = tasks.shortAt(at);
        into.clear().putBytes(tasks, at + Short.BYTES, bytes);
        return at + Short.BYTES + bytes;
    }

    void clear() {
        count = 0;
        tasks.clear();
        order = new int[0];
    }

    /** By creation offset; as they came where the offsets are too far apart for a number to fit beside them. */
    private int[] order() {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            first = Math.min(first, created[i]);
            last = Math.max(last, created[i]);
        }
        int[] numbers = new int[count];
        Arrays.setAll(numbers, i -> i);
        if (count == 0 || last - first >= SPAN_MAX) {
            return numbers;
        }
        long[] sorted = new long[count];
        for (int i = 0; i < count; i++) {
            sorted[i] = created[i] - first << NUMBER_BITS | i;
        }
        Arrays.sort(sorted);
        Arrays.setAll(numbers, i -> (int) sorted[i] & COUNT_MAX - 1);
        return numbers;
    }
}
