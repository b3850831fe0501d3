package dev.cairn.run;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.compress.Packer;
import dev.cairn.internal.compress.UnpackException;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.Recovered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds and reads snapshots: from the entity to the record, and from a delta down to the whole one that it begins with.
 *
 * <p>What comes out was held against its checksum, so a base that is lost, damaged or another one is an error of everything that
 * needs it, never a wrong state.
 *
 * <p>Threading: any thread.
 */
final class SnapshotReader {
    private static final Path LOG = Path.of("log");

    private final KindHost host;
    private final RunKind runs;
    private final RunSnapshotKind snapshots;
    private final StateCache cache;

    /** A record {@code saved} that was read. */
    record Saved(long offset, SavedPayload payload, Event event) {}

    SnapshotReader(KindHost host, RunKind runs, RunSnapshotKind snapshots, StateCache cache) {
        this.host = host;
        this.runs = runs;
        this.snapshots = snapshots;
        this.cache = cache;
    }

    StateCache cache() {
        return cache;
    }

    /** Loads the run into {@code into}; null when it does not exist. */
    @Nullable
    RunBody run(String run, Entity into) {
        host.entity(runs, null, run, into);
        return RunBody.of(into);
    }

    /** Loads the run as it was into {@code into}; null when it did not exist. */
    @Nullable
    RunBody runAsOf(String run, long asOf, Entity into) {
        host.entityAsOf(runs, null, run, asOf, into);
        return RunBody.of(into);
    }

    /** Where a snapshot of {@code run} is, −1 when there is none of that id. */
    long offset(String run, RunBody body, String id, @Nullable Long asOf) {
        // As of the record of a snapshot the one behind it, which says where it is, is yet to come.
        if (id.equals(Runs.LATEST) || id.equals(body.id())) {
            return body.latest();
        }
        if (!SnapshotKey.isPossible(run, id)) {
            return -1;
        }
        String key = SnapshotKey.of(run, id);
        Entity entity = new Entity();
        if (asOf == null) {
            host.entity(snapshots, null, key, entity);
        } else {
            host.entityAsOf(snapshots, null, key, asOf, entity);
        }
        long offset = RunSnapshotKind.offset(entity);
        return offset >= body.first() ? offset : -1;
    }

    /**
     * Reads the record of a snapshot.
     *
     * @throws DamagedLogException when there is no such record, though there was one
     */
    Saved read(String run, long offset) {
        Event event = new Event();
        try {
            host.event(offset, event);
        } catch (GoneException e) {
            if (e.startOffset() != null && offset < e.startOffset()) {
                throw e;
            }
            throw damaged(run, offset, "lost");
        }
        if (event.kind != KindIds.RUN
                || event.type != RunKind.SAVED
                || event.offset != offset
                || !event.key.utf8().equals(run)) {
            throw damaged(run, offset, "another record");
        }
        return new Saved(offset, SavedPayload.read(event.payload), event);
    }

    /**
     * Reads the record of a snapshot, or of the newest one that is left before it where a repair gave it up.
     *
     * @param first the run's first snapshot: those before it are of an earlier run of that id
     * @return null when none is left
     * @throws DamagedLogException when there is no such record, and no repair gave it up
     */
    @Nullable
    Saved readLeft(String run, long offset, long first) {
        Event event = new Event();
        long at = offset;
        while (at >= first) {
            try {
                host.event(at, event);
            } catch (GoneException e) {
                at = host.leftBefore(runs, null, run, at, e);
                continue;
            }
            boolean recovered = event.kind == KindIds.RUN && Recovered.is(event);
            if (!recovered) {
                return read(run, at);
            }
            at = event.previous;
        }
        return null;
    }

    private static DamagedLogException damaged(String run, long offset, String was) {
        return new DamagedLogException(
                LOG,
                -1,
                offset,
                "expected the record of a snapshot of run " + run + " at offset " + offset + ", was " + was);
    }

    static SnapshotInfo info(String run, Saved saved) {
        SavedPayload payload = saved.payload();
        Event event = saved.event();
        return new SnapshotInfo(
                run,
                payload.id,
                payload.kind,
                payload.parent.isEmpty() ? null : payload.parent,
                payload.metadata(event.payload),
                payload.form,
                payload.depth,
                payload.bytes,
                payload.storedBytes,
                HexFormat.of().formatHex(payload.hash),
                saved.offset(),
                Micros.toInstant(event.at),
                event.occurredAt == Event.NO_TIME ? null : Micros.toInstant(event.occurredAt),
                event.actor.isEmpty() ? null : event.actor.utf8());
    }

    /** The state of the snapshot that the record is of. */
    byte[] state(String run, Saved saved) {
        List<Delta> deltas = new ArrayList<>();
        Saved at = saved;
        byte[] state = cache.get(run, at.offset());
        while (state == null) {
            SavedPayload payload = at.payload();
            byte[] stored = payload.stored(at.event().payload);
            if (payload.form == SnapshotForm.DELTA) {
                deltas.add(new Delta(at.offset(), payload, stored));
                checkChain(run, at, deltas.size());
                state = cache.get(run, payload.base);
                at = state == null ? read(run, payload.base) : at;
            } else {
                state = whole(run, at.offset(), payload, stored);
            }
        }
        for (int i = deltas.size() - 1; i >= 0; i--) {
            state = deltas.get(i).over(run, state);
        }
        return state;
    }

    private static void checkChain(String run, Saved at, int deltas) {
        if (at.payload().base >= at.offset() || deltas > StatePacking.DEPTH_MAX) {
            throw damaged(run, at.offset(), "a delta without an end");
        }
    }

    private static byte[] whole(String run, long offset, SavedPayload payload, byte[] stored) {
        try {
            byte[] state = payload.form == SnapshotForm.PACKED ? Packer.unpack(stored, payload.bytes) : stored;
            return checked(run, offset, payload, state);
        } catch (UnpackException e) {
            throw damaged(run, offset, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] checked(String run, long offset, SavedPayload payload, byte[] state) {
        if (state.length != payload.bytes || StatePacking.checksum(state) != payload.checksum) {
            throw damaged(run, offset, "one whose state does not have its checksum");
        }
        return state;
    }

    /** A difference that was read, without the record around it. */
    private record Delta(long offset, SavedPayload payload, byte[] stored) {
        byte[] over(String run, byte[] base) {
            try {
                return checked(run, offset, payload, Packer.unpack(base, stored, payload.bytes));
            } catch (UnpackException e) {
                throw damaged(run, offset, String.valueOf(e.getMessage()));
            }
        }
    }
}
