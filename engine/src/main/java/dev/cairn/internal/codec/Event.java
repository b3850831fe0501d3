package dev.cairn.internal.codec;

/**
 * One record in the making or being read: every field of a frame, in reusable slabs.
 *
 * <p>{@code decide} fills type and payload, the commit path the rest; replay and followers fill all of it from a frame. So
 * {@code evolve} sees the same object in both cases. Offsets are −1 and times {@link #NO_TIME} where there is none.
 *
 * <p>Threading: not safe for concurrent use; it belongs to the commit lock or to one reader.
 */
public final class Event {
    /** The value of {@link #occurredAt} when the caller gave no time. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /** As a command hash: the operation stands for nothing any more. */
    public static final long VOID = Long.MIN_VALUE;

    /** Wire id of the kind. */
    public byte kind;
    /** Wire id of the event within its kind. */
    public byte type;

    public int epoch;
    public long offset;
    /** The log's time in microseconds since 1970, never going back. */
    public long at;
    /** The caller's time in microseconds since 1970, or {@link #NO_TIME}. */
    public long occurredAt = NO_TIME;
    /** Offset of the entity's record before this one, or −1. */
    public long previous;
    /** Offset of the entity's newest image before this record, or −1. */
    public long previousImage;
    /** The entity's version with this record. */
    public long version;
    /** The durable offset known when the record was written. */
    public long durable;
    /** Place of the record among those of one operation. */
    public int item;
    /**
     * Hash of the command that an operation id stands for; 0 without one, {@link #VOID} where the operation came to nothing and its
     * id is free again.
     */
    public long commandHash;

    /** The user's topic; empty for built-in kinds, whose topic is the kind's name. */
    public final ByteSlab topic = new ByteSlab(32);

    public final ByteSlab key = new ByteSlab(64);
    public final ByteSlab actor = new ByteSlab(32);
    public final ByteSlab operation = new ByteSlab(64);
    public final ByteSlab payload = new ByteSlab(512);
    /** The entity's full body after this record, when {@link #hasImage}. */
    public final ByteSlab image = new ByteSlab(512);

    /**
     * The leases under which the record was written: for each its name, as u16 length and UTF-8, and the token (i64); empty
     * for none.
     */
    public final ByteSlab fences = new ByteSlab(32);

    /** Whether {@link #image} is part of the frame. */
    public boolean hasImage;

    /** Whether {@link #image} was made after earlier records of the entity were lost. */
    public boolean incomplete;

    /** Says that {@code item} of an operation, which was committed before, came to nothing. */
    public void voids(String voided, int itemOfIt) {
        operation.clear();
        operation.putUtf8(voided);
        item = itemOfIt;
        commandHash = VOID;
    }

    /** Forgets everything but the capacity of the slabs. */
    public void clear() {
        kind = 0;
        type = 0;
        epoch = 0;
        offset = -1;
        at = 0;
        occurredAt = NO_TIME;
        previous = -1;
        previousImage = -1;
        version = 0;
        durable = -1;
        item = 0;
        commandHash = 0;
        hasImage = false;
        incomplete = false;
        topic.clear();
        key.clear();
        actor.clear();
        operation.clear();
        payload.clear();
        image.clear();
        fences.clear();
    }

    @Override
    public String toString() {
        return "Event[offset=" + offset + ", kind=" + kind + ", type=" + type + ", key=" + key.utf8() + ", version="
                + version + "]";
    }
}
