package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import dev.cairn.NotReadyException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.state.StateStore;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads entities for whichever threads ask; lends each a reader of its own meanwhile.
 *
 * <p>Threading: any thread.
 */
public final class EntityReaders {
    private final Supplier<EntityReader> factory;
    private final Losses losses;
    private final int checkedRecordsMax;
    private final @Nullable StateStore all;
    private final ConcurrentLinkedQueue<EntityReader> idle = new ConcurrentLinkedQueue<>();

    /** Of everything that there is. */
    public EntityReaders(Supplier<EntityReader> factory, Losses losses, StateStore all) {
        this(factory, losses, 0, all);
    }

    /**
     * Where only single entities can be found, and nobody reads the log through to find what was lost.
     *
     * @param checkedRecordsMax how many of the newest records of an entity are read, at most, to see whether it is incomplete
     */
    public EntityReaders(Supplier<EntityReader> factory, Losses losses, int checkedRecordsMax) {
        this(factory, losses, checkedRecordsMax, null);
    }

    private EntityReaders(
            Supplier<EntityReader> factory, Losses losses, int checkedRecordsMax, @Nullable StateStore all) {
        this.factory = factory;
        this.losses = losses;
        this.checkedRecordsMax = checkedRecordsMax;
        this.all = all;
    }

    /**
     * Loads the current state; returns whether the entity exists now.
     *
     * @throws DamagedLogException when nothing is left of an entity that there was
     */
    public boolean load(Kind kind, @Nullable String topic, String key, Entity into) {
        return with(reader -> {
            reader.load(kind, topic, key, into);
            if (into.head() < 0) {
                checkLost(kind, topic, key, Long.MAX_VALUE);
            }
            if (losses.concern(kind.id(), topic, key, into.head())) {
                into.incomplete(true);
            }
            check(reader, into);
            return into.exists();
        });
    }

    private void check(EntityReader reader, Entity entity) {
        if (checkedRecordsMax > 0 && !entity.incomplete() && !reader.isWhole(entity.head(), checkedRecordsMax)) {
            entity.incomplete(true);
        }
    }

    /** Whether records of the entity are known to be lost; {@code head} is the offset of its newest record. */
    public boolean lostRecords(Kind kind, String key, long head) {
        return losses.concern(kind.id(), null, key, head);
    }

    /** Whether an entity's newest records, from {@code head} back, can be read: {@code recordsMax} of them at most. */
    public boolean isWhole(long head, int recordsMax) {
        return with(reader -> reader.isWhole(head, recordsMax));
    }

    /**
     * Whether records of the entity from the offset {@code first} to {@code last} were lost: its state after the last one may say all
     * that they said, but they are not there to be shown.
     */
    public boolean lostBetween(Kind kind, @Nullable String topic, String key, long first, long last) {
        try {
            return with(reader -> reader.lostBetween(kind, topic, key, first, last));
        } catch (DamagedLogException e) {
            return true;
        }
    }

    /** Loads the state after the record at {@code asOf}; returns whether the entity existed then. */
    public boolean loadAsOf(Kind kind, @Nullable String topic, String key, long asOf, Entity into) {
        return with(reader -> {
            reader.loadAsOf(kind, topic, key, asOf, into);
            if (into.head() < 0) {
                checkLost(kind, topic, key, asOf);
            }
            if (losses.lostUpTo(asOf) && losses.concern(kind.id(), topic, key, into.head())) {
                into.incomplete(true);
            }
            check(reader, into);
            return into.exists();
        });
    }

    /**
     * Does nothing unless it is known that the entity's newest record is lost, and lies at or before {@code asOf}.
     *
     * @throws DamagedLogException if so
     */
    public void checkLost(Kind kind, @Nullable String topic, String key, long asOf) {
        DamagedLogException lost = losses.newest(kind.id(), topic, key);
        if (lost != null && lost.offset() <= asOf) {
            throw lost;
        }
    }

    /** Records before the offset {@code before}, newest first. */
    public List<LogRecord> history(Kind kind, @Nullable String topic, String key, long before, int limit) {
        return with(reader -> reader.history(kind, topic, key, before, limit));
    }

    /** A walk over every entity of {@code kind}. */
    public KindHost.Pieces pieces(Kind kind) {
        StateStore store = all;
        if (store == null) {
            throw new NotReadyException("expected the whole state, was a search");
        }
        try {
            return new EntityPieces(kind, store.walk(), factory.get());
        } catch (StateStore.ClosedException e) {
            throw new NotReadyException("the engine is closed");
        }
    }

    /** Reads the record at {@code offset}, of whichever entity. */
    public void event(long offset, Event into) {
        with(reader -> {
            reader.event(offset, into);
            return true;
        });
    }

    /** Offset of the last record that changed the entity, −1 when there never was one. */
    public long revision(Kind kind, @Nullable String topic, String key) {
        return header(kind, topic, key).revision();
    }

    /** The revision of an entity that exists, else −1. */
    public long currentRevision(Kind kind, @Nullable String topic, String key) {
        Entity header = header(kind, topic, key);
        return header.exists() ? header.revision() : -1;
    }

    private Entity header(Kind kind, @Nullable String topic, String key) {
        Entity header = new Entity();
        with(reader -> {
            reader.loadHeader(kind, topic, key, header);
            return true;
        });
        return header;
    }

    private <T> T with(Function<EntityReader, T> work) {
        EntityReader reader = idle.poll();
        if (reader == null) {
            reader = factory.get();
        }
        try {
            T result = work.apply(reader);
            idle.add(reader); // a reader whose work threw is left to the collector
            return result;
        } catch (StateStore.ClosedException e) {
            throw new NotReadyException("the engine is closed");
        }
    }
}
