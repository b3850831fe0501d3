package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.SegmentCatalog;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * One entity's records, linked from the newest back to the first: finds a record by offset and folds the state after it.
 *
 * <p>Each record knows the one before it and the newest image before it. Going back hops from image to image; folding starts
 * at the nearest image and applies the few records behind it.
 *
 * <p>Threading: one thread at a time; it owns a cursor.
 */
final class EntityChain {
    private static final int INITIAL_LINKS = 32;
    private static final byte ANY = -1;

    private final LogCursor cursor;
    private final LongSupplier end;
    private final LongSupplier startOffset;
    private final LostLinks lostLinks;
    private final Event event = new Event();
    private final Entity scratch = new Entity();
    private final ByteSlab topic = new ByteSlab(32);
    private final ByteSlab key = new ByteSlab(64);
    private byte kind = ANY;
    private boolean passedLost;
    private long[] links = new long[INITIAL_LINKS];

    /**
     * @param end the last offset that may be read
     */
    EntityChain(SegmentCatalog catalog, LostChains chains, LongSupplier end) {
        this.cursor = new LogCursor(catalog);
        this.end = end;
        this.startOffset = catalog::startOffset;
        this.lostLinks = new LostLinks(catalog, chains);
    }

    /** Whose records are read from now on: a link to one of another entity is damage. */
    EntityChain of(ByteSlab stateKey) {
        kind = (byte) stateKey.byteAt(0);
        StateKey.read(stateKey, topic, key);
        return this;
    }

    /** From now on records of whichever entity are read. */
    EntityChain ofAny() {
        kind = ANY;
        return this;
    }

    /** The newest record of the entity {@code stateKey} at or before {@code limit}, going back from {@code head}; −1 when there is none. */
    long floor(ByteSlab stateKey, long head, long limit) {
        long linked = head;
        long at = newestKept(stateKey, head);
        while (at > limit) {
            read(at);
            long image = cursor.frame().previousImage();
            boolean hops = image > limit && isKept(image);
            linked = hops ? image : cursor.frame().previous();
            at = hops ? image : previous();
        }
        passedLost = at != linked && (linked <= limit || lostLinks.areLost(at + 1, limit));
        return at;
    }

    /** Whether records between what {@link #floor} gave and its limit were lost. */
    boolean passedLost() {
        return passedLost;
    }

    /**
     * Whether the records from {@code head} back can be read, as far as they are in the log.
     *
     * @param recordsMax how many are looked at, at most
     */
    boolean isWhole(long head, int recordsMax) {
        long at = head;
        try {
            boolean whole = isKept(at);
            for (int i = 0; whole && i < recordsMax && at >= startOffset.getAsLong(); i++) {
                read(at);
                at = cursor.frame().previous();
                whole = isKept(at);
            }
            return whole;
        } catch (DamagedLogException | GoneException e) {
            return false; // gone where a manifest does not tell of a gap yet
        }
    }

    /** Whether links from the record at {@code head} back to the offset {@code first} lead to records that were lost. */
    boolean isBroken(long head, long first) {
        long oldest = lostLinks.oldestLost(first, head);
        long at = head;
        while (oldest >= 0 && at > oldest) {
            read(at);
            at = cursor.frame().previous();
            if (at >= oldest && !isKept(at)) {
                return true;
            }
        }
        return false;
    }

    /** Reads the record at {@code offset} into {@code into}. */
    void read(long offset, Event into) {
        read(offset);
        cursor.frame().copyTo(into);
    }

    /** The entity's record before the one that was read last, −1 for none; records that were lost are passed over. */
    long previous() {
        return lostLinks.follow(cursor.frame(), cursor.frame().previous());
    }

    /** The newest record of the entity {@code stateKey} that was not lost, from {@code head} back; −1 when there is none. */
    long newestKept(ByteSlab stateKey, long head) {
        return lostLinks.follow(stateKey, head);
    }

    private boolean isKept(long offset) {
        return lostLinks.isKept(offset);
    }

    /** Computes the entity as it was after its record at {@code target}. */
    void fold(Kind kind, long target, Entity into) {
        int count = 0;
        long at = target;
        while (true) {
            read(at);
            if (cursor.frame().hasImage()) {
                cursor.frame().copyTo(event);
                Evolution.fromImage(event, into);
                break;
            }
            if (count == links.length) {
                links = Arrays.copyOf(links, count * 2);
            }
            links[count++] = at;
            at = previous();
            if (at < 0) {
                into.reset();
                break;
            }
        }
        while (count > 0) {
            read(links[--count], event);
            scratch.set(into);
            Evolution.step(kind, scratch, event, into);
        }
    }

    private void read(long offset) {
        if (!cursor.read(offset, end.getAsLong())) {
            throw gone(offset);
        }
        requireOwn(cursor.frame(), offset);
    }

    private GoneException gone(long offset) {
        long start = startOffset.getAsLong();
        return offset < start
                ? new GoneException(
                        "expected the record at offset " + offset + ", was below the start of the log at " + start,
                        start,
                        null)
                : new GoneException("expected the record at offset " + offset + ", was lost", null, null);
    }

    /** A link may lead into a file of another time, where another entity's record has that offset. */
    private void requireOwn(FrameView frame, long offset) {
        if (kind != ANY && !(frame.kind() == kind && frame.keyEquals(key) && frame.topicEquals(topic))) {
            throw new DamagedLogException(
                    cursor.segment().file(), 0, offset, "expected a record of " + key.utf8() + ", was that of another");
        }
    }
}
