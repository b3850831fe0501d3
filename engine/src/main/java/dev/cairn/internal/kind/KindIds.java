package dev.cairn.internal.kind;

import dev.cairn.internal.codec.EpochOpening;

/**
 * Wire ids of the kinds. An id that was released is never given to another kind.
 *
 * <p>Threading: constants.
 */
public final class KindIds {
    public static final byte SYSTEM = EpochOpening.KIND;
    public static final byte TOPIC = 2;
    public static final byte TASK = 3;
    public static final byte WORKFLOW = 4;
    public static final byte IMPORT = 5;
    public static final byte LEASE = 6;
    public static final byte DECISION = 7;
    public static final byte SESSION = 8;
    public static final byte RUN = 9;
    public static final byte ENTITY = 10;
    public static final byte CONSUMER = 11;
    public static final byte ENTITY_LINK = 12;
    public static final byte RUN_SNAPSHOT = 13;
    public static final byte TASK_CONTEXT = 14;

    private KindIds() {}
}
