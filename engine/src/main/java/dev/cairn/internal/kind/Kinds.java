package dev.cairn.internal.kind;

import dev.cairn.internal.codec.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of one engine, by wire id and by name.
 *
 * <p>Threading: immutable; any thread.
 */
public final class Kinds {
    private static final int IDS = 128;

    private final @Nullable Kind[] byId = new Kind[IDS];
    private final Map<String, Kind> byName = new HashMap<>();
    private final List<Kind> all;
    private final FenceCheck fences;

    /** Kinds without leases; see {@link #Kinds(List, FenceCheck)}. */
    public Kinds(List<Kind> kinds) {
        this(kinds, FenceCheck.NO_LEASES);
    }

    /** @throws IllegalArgumentException when two kinds share an id or a name */
    public Kinds(List<Kind> kinds, FenceCheck fences) {
        all = List.copyOf(kinds);
        this.fences = fences;
        for (Kind kind : all) {
            if (byId[kind.id()] != null || byName.put(kind.name(), kind) != null) {
                throw new IllegalArgumentException("expected kinds with ids and names of their own, was " + kind.id()
                        + " " + kind.name() + " twice");
            }
            byId[kind.id()] = kind;
        }
    }

    /** What fencing tokens are held against. */
    public FenceCheck fences() {
        return fences;
    }

    public List<Kind> all() {
        return all;
    }

    /** @throws IllegalStateException when no kind has the id: the log was written by a newer Cairn */
    public Kind byId(byte id) {
        Kind kind = id < 0 ? null : byId[id];
        if (kind == null) {
            throw new IllegalStateException("expected a kind known to this Cairn, was kind " + id);
        }
        return kind;
    }

    /** The kind whose built-in topic is {@code name}, or null. */
    public @Nullable Kind byName(String name) {
        return byName.get(name);
    }

    /** The topic that the audit trail shows for {@code event}. */
    public String topic(Event event) {
        return event.topic.isEmpty() ? byId(event.kind).name() : event.topic.utf8();
    }

    /** All built-in topics. */
    public List<String> names() {
        return new ArrayList<>(byName.keySet());
    }
}
