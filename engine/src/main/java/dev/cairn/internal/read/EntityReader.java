package dev.cairn.internal.read;

import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.segment.SegmentCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads entities: from the state store, and from the log where the store keeps only a header or the question is about the past.
 *
 * <p>Threading: one thread at a time; {@link EntityReaders} lends instances.
 */
public final class EntityReader {
    private final EntityHeaders store;
    private final EntityChain chain;
    private final RecordDecoder decoder;
    private final ByteSlab key = new ByteSlab(64);
    private final Event event = new Event();

    /** @param end the last offset that may be read */
    public EntityReader(Kinds kinds, EntityHeaders store, SegmentCatalog catalog, LongSupplier end) {
        this(kinds, store, catalog, new LostChains(catalog, end, List.of()), end);
    }

    /**
     * @param chains what is known of entities that lost records
     * @param end the last offset that may be read
     */
    public EntityReader(Kinds kinds, EntityHeaders store, SegmentCatalog catalog, LostChains chains, LongSupplier end) {
        this.store = store;
        this.chain = new EntityChain(catalog, chains, end);
        this.decoder = new RecordDecoder(kinds);
    }

    /** Loads header and body; resets {@code into} when there never was such an entity. */
    public void load(Kind kind, ByteSlab stateKey, Entity into) {
        if (!store.get(stateKey, into.value())) {
            into.reset();
        } else {
            complete(kind, stateKey, into);
        }
    }

    /**
     * Fetches the body from the log if {@code entity}, as it was stored, is only a header. Where a repair gave up its newest records,
     * which a checkpoint remembers, it is what the ones before them say, or as if it had never been when there are none.
     */
    public void complete(Kind kind, ByteSlab stateKey, Entity entity) {
        if (!entity.byReference()) {
            return;
        }
        long version = entity.version();
        long revision = entity.revision();
        long head = entity.head();
        boolean incomplete = entity.incomplete();
        long newest = chain.of(stateKey).newestKept(stateKey, entity.head());
        if (newest < 0) {
            entity.reset();
        } else {
            chain.fold(kind, newest, entity);
            entity.version(version); // what is lost counts, and what follows is linked to it
            entity.revision(revision);
            entity.head(head);
            entity.incomplete(incomplete || entity.incomplete()); // images behind the loss do not say so
        }
    }

    void load(Kind kind, @Nullable String topic, String name, Entity into) {
        StateKey.write(key, kind.id(), topic, name);
        load(kind, key, into);
    }

    /** Loads the header alone. */
    void loadHeader(Kind kind, @Nullable String topic, String name, Entity into) {
        StateKey.write(key, kind.id(), topic, name);
        if (key.length() > StateKey.BYTES_MAX || !store.get(key, into.value())) {
            into.reset();
        }
    }

    /** Loads the entity as it was after the record at {@code asOf}. */
    void loadAsOf(Kind kind, @Nullable String topic, String name, long asOf, Entity into) {
        loadHeader(kind, topic, name, into);
        long target = chain.of(key).floor(key, into.head(), asOf);
        boolean passedLost = chain.passedLost();
        if (target >= 0) {
            chain.fold(kind, target, into);
            into.incomplete(into.incomplete() || passedLost);
        } else if (passedLost) {
            throw new GoneException(
                    "expected the records of " + name + " up to offset " + asOf + ", were given up by a repair",
                    null,
                    null);
        } else {
            into.reset();
        }
    }

    /** Whether a repair gave up records of the entity from the offset {@code first} to {@code last}. */
    boolean lostBetween(Kind kind, @Nullable String topic, String name, long first, long last) {
        Entity header = new Entity();
        loadHeader(kind, topic, name, header);
        long newest = chain.of(key).floor(key, header.head(), last);
        return chain.passedLost() || chain.isBroken(newest, first);
    }

    /**
     * Whether an entity's newest records, from {@code head} back, can be read.
     *
     * @param recordsMax how many are looked at, at most
     */
    public boolean isWhole(long head, int recordsMax) {
        return head < 0 || chain.ofAny().isWhole(head, recordsMax);
    }

    /** Reads the record at {@code offset}, of whichever entity. */
    void event(long offset, Event into) {
        chain.ofAny().read(offset, into);
    }

    /**
     * Up to {@code limit} records before the offset {@code before}, newest first. Like a page of the log it takes no further record
     * once it is {@link LogPages#PAGE_CHARS_MAX} large.
     */
    List<LogRecord> history(Kind kind, @Nullable String topic, String name, long before, int limit) {
        Entity header = new Entity();
        loadHeader(kind, topic, name, header);
        List<LogRecord> records = new ArrayList<>();
        long chars = 0;
        long at = chain.of(key).floor(key, header.head(), before - 1);
        while (at >= 0 && records.size() < limit && chars < LogPages.PAGE_CHARS_MAX) {
            chain.read(at, event);
            LogRecord record = decoder.decode(event);
            records.add(record);
            chars += record.payload().length();
            at = chain.previous();
        }
        return records;
    }
}
