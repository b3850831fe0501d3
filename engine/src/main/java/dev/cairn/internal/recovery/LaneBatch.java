package dev.cairn.internal.recovery;

import dev.cairn.internal.segment.Segment;
import java.util.Arrays;

/**
 * Records for one lane, by where they lie: those of one entity one after the other, however many others were between them.
 *
 * <p>Holds places and hashes only, so its size does not depend on that of the records. Two entities may share a hash, and then
 * a group.
 *
 * <p>Threading: one thread at a time.
 */
final class LaneBatch {
    private static final int NONE = -1;

    private final Segment[] segments;
    private final int[] positions;
    /** The record behind each of the same group. */
    private final int[] next;

    private final long[] hashes;
    private final int[] first;
    private final int[] last;
    /** Groups by hash, probed linearly: number of the group + 1, 0 for none. */
    private final int[] table;

    private int records;
    private int groups;

    /** Is shown the records, group by group and in each in the order that they were added in. */
    interface Visitor {
        void record(Segment segment, int position);
    }

    LaneBatch(int recordsMax) {
        segments = new Segment[recordsMax];
        positions = new int[recordsMax];
        next = new int[recordsMax];
        hashes = new long[recordsMax];
        first = new int[recordsMax];
        last = new int[recordsMax];
        table = new int[Integer.highestOneBit(recordsMax) * 4]; // never more than half full
    }

    /** Adds the record at {@code position} of {@code segment}, whose entity has the {@code hash}. */
    void add(long hash, Segment segment, int position) {
        int record = records++;
        segments[record] = segment;
        positions[record] = position;
        next[record] = NONE;
        int mask = table.length - 1;
        int slot = (int) hash & mask;
        while (table[slot] != 0) {
            int group = table[slot] - 1;
            if (hashes[group] == hash) {
                next[last[group]] = record;
                last[group] = record;
                return;
            }
            slot = (slot + 1) & mask;
        }
        hashes[groups] = hash;
        first[groups] = record;
        last[groups] = record;
        table[slot] = ++groups;
    }

    void forEach(Visitor visitor) {
        for (int group = 0; group < groups; group++) {
            for (int record = first[group]; record != NONE; record = next[record]) {
                visitor.record(segments[record], positions[record]);
            }
        }
    }

    void clear() {
        Arrays.fill(segments, 0, records, null);
        Arrays.fill(table, 0);
        records = 0;
        groups = 0;
    }
}
