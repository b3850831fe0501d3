package dev.cairn.internal.recovery;

/**
 * Which part of the log a repair looks at. Segments outside are taken at their manifest's word; the links of their records are
 * followed where something is lost before them.
 *
 * <p>Threading: immutable.
 *
 * @param from the first offset
 * @param until the first offset that is not looked at any more
 * @param through the last offset that a running writer says is durable, {@link Long#MAX_VALUE} when there is no writer
 */
public record RepairScope(long from, long until, long through) {
    /** All of the log. */
    public static final RepairScope ALL = new RepairScope(0, Long.MAX_VALUE);

    /** Of a log at rest. */
    public RepairScope(long from, long until) {
        this(from, until, Long.MAX_VALUE);
    }

    boolean touches(long first, long last) {
        return last >= from && first < until;
    }

    /** Whether a writer goes on meanwhile: then what it has not sealed ends where it says, and nothing is missing behind. */
    public boolean isLive() {
        return through != Long.MAX_VALUE;
    }

    public boolean isAll() {
        return from <= 0 && until == Long.MAX_VALUE;
    }
}
