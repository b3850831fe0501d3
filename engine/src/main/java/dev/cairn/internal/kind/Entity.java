package dev.cairn.internal.kind;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;

/**
 * The current state of one entity: a common header and the kind's own body, in one reusable slab exactly as the state store
 * keeps it.
 *
 * <pre>
 *  0        8                       16                      24                      32                      40
 *  +--------+-----------------------+-----------------------+-----------------------+-----------------------+------
 *  | flags  | version               | revision              | head                  | last image            | body
 *  +--------+-----------------------+-----------------------+-----------------------+-----------------------+------
 * </pre>
 *
 * {@code flags} bit 0: tombstone; bit 1: the body is not here but is folded from the log up to {@code head}; bit 2:
 * records of the entity were lost, and the body is what those that are left say. {@code version}
 * 0 means that the entity never existed.
 *
 * <p>Threading: not safe for concurrent use.
 */
public final class Entity {
    /** Bytes before the body. */
    public static final int HEADER_BYTES = 40;

    private static final int FLAG_TOMBSTONE = 1;
    private static final int FLAG_REFERENCE = 2;
    private static final int FLAG_INCOMPLETE = 4;
    private static final int VERSION_AT = 8;
    private static final int REVISION_AT = 16;
    private static final int HEAD_AT = 24;
    private static final int LAST_IMAGE_AT = 32;

    private final ByteSlab value = new ByteSlab(512);

    public Entity() {
        reset();
    }

    /** Becomes an entity that never existed. */
    public Entity reset() {
        value.clear();
        value.putLong(0);
        value.putLong(0);
        value.putLong(-1);
        value.putLong(-1);
        value.putLong(-1);
        return this;
    }

    /** The header and body as stored; changing it changes the entity. */
    public ByteSlab value() {
        return value;
    }

    public void set(Entity other) {
        value.set(other.value);
    }

    /** Drops the body and keeps the header. */
    public ByteSlab clearBody() {
        return value.length(HEADER_BYTES);
    }

    public int bodyLength() {
        return value.length() - HEADER_BYTES;
    }

    /** A cursor at the start of the body. */
    public SlabCursor body() {
        return new SlabCursor(value, HEADER_BYTES);
    }

    /** Whether it exists now: it was created and is not deleted. */
    public boolean exists() {
        return version() > 0 && !tombstone();
    }

    public boolean tombstone() {
        return (value.byteAt(0) & FLAG_TOMBSTONE) != 0;
    }

    public void tombstone(boolean deleted) {
        flag(FLAG_TOMBSTONE, deleted);
    }

    /** Whether the body is kept in the log alone. */
    public boolean byReference() {
        return (value.byteAt(0) & FLAG_REFERENCE) != 0;
    }

    public void byReference(boolean reference) {
        flag(FLAG_REFERENCE, reference);
    }

    /** Whether records of the entity were lost. */
    public boolean incomplete() {
        return (value.byteAt(0) & FLAG_INCOMPLETE) != 0;
    }

    public void incomplete(boolean lost) {
        flag(FLAG_INCOMPLETE, lost);
    }

    private void flag(int bit, boolean on) {
        value.setByte(0, on ? value.byteAt(0) | bit : value.byteAt(0) & ~bit);
    }

    public long version() {
        return value.longAt(VERSION_AT);
    }

    public void version(long version) {
        value.setLong(VERSION_AT, version);
    }

    /** Offset of the last record that changed the entity, −1 for none. */
    public long revision() {
        return value.longAt(REVISION_AT);
    }

    public void revision(long offset) {
        value.setLong(REVISION_AT, offset);
    }

    /** Offset of the entity's newest record, −1 for none. */
    public long head() {
        return value.longAt(HEAD_AT);
    }

    public void head(long offset) {
        value.setLong(HEAD_AT, offset);
    }

    /** Offset of the newest record that carries the full body, −1 for none. */
    public long lastImage() {
        return value.longAt(LAST_IMAGE_AT);
    }

    public void lastImage(long offset) {
        value.setLong(LAST_IMAGE_AT, offset);
    }
}
