package dev.cairn.internal.recovery;

/**
 * Which part of the log a repair looks at. Segments outside are taken at their manifest's word.
 *
 * <p>Threading: immutable.
 *
 * @param from the first offset
 * @param until the first offset that is not looked at any more
 */
public record RepairScope(long from, long until) {
    /** All of the log. */
    public static final RepairScope ALL = new RepairScope(0, Long.MAX_VALUE);

    boolean touches(long first, long last) {
        return last >= from && first < until;
    }

    boolean isAll() {
        return from <= 0 && until == Long.MAX_VALUE;
    }
}
