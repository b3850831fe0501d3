package dev.cairn.internal.kind;

/**
 * Wire ids of the kinds. An id that was released is never given to another kind.
 *
 * <p>Threading: constants.
 */
public final class KindIds {
    public static final byte SYSTEM = 1;
    public static final byte TOPIC = 2;
    public static final byte TASK = 3;
    public static final byte WORKFLOW = 4;
    public static final byte IMPORT = 5;

    private KindIds() {}
}
