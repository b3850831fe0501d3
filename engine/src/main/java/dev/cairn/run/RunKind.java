package dev.cairn.run;

import dev.cairn.Expect;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.TaskLinks;
import dev.cairn.internal.kind.TaskLinks.What;
import org.jspecify.annotations.Nullable;

/**
 * Runs: one entity for each run, one record {@code saved} for each snapshot, which says all that the run is after it, and in the
 * same document one that lets the snapshot be found by its id.
 *
 * <p>Threading: see {@link Kind}.
 */
final class RunKind implements Kind {
    static final String NAME = "run";

    static final byte SAVED = 1;
    static final byte DELETED = 2;

    private static final RunTable TABLE = new RunTable();

    private final RunSnapshotKind snapshots;
    private final TaskLinks links;

    RunKind(RunSnapshotKind snapshots, TaskLinks links) {
        this.links = links;
        this.snapshots = snapshots;
    }

    @Override
    public byte id() {
        return KindIds.RUN;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        RunCommand wish = (RunCommand) command;
        if (wish instanceof RunCommand.Save save) {
            return save(draft, current, save);
        }
        if (!current.exists()) {
            return new Rejection.NotFound(NAME, wish.key());
        }
        draft.emit(DELETED).payload.putByte(SavedPayload.V1);
        return null;
    }

    private @Nullable Rejection save(Draft draft, Entity current, RunCommand.Save save) {
        RunBody run = RunBody.of(current);
        RunCommand.SaveWish wish = save.wish();
        String latest = run == null ? null : run.id();
        if (wish.parent() != null && !wish.parent().equals(latest)) {
            return new Rejection.NotLatest(
                    NAME, wish.run(), wish.parent(), latest, current.version(), run == null ? -1 : current.revision());
        }
        if (save.latest() != (run == null ? -1 : run.latest())) {
            return moved(current, save);
        }
        String id = wish.id() == null ? freeId(draft, run, wish.run()) : wish.id();
        if (isTaken(draft, run, wish.run(), id)) {
            Entity taken = draft.entity(snapshots, null, SnapshotKey.of(wish.run(), id));
            return new Rejection.Conflict(
                    Expect.none(), RunSnapshotKind.NAME, wish.run() + "/" + id, taken.version(), taken.revision());
        }
        long offset = draft.nextOffset();
        payload(draft.at(), offset, run, save, id)
                .put(wish.metadata(), save.packed().stored(), draft.emit(SAVED).payload);
        RunSnapshotKind.put(offset, draft.emit(snapshots, null, SnapshotKey.of(wish.run(), id), RunSnapshotKind.FOUND));
        String task = wish.task();
        if (!task.isEmpty() && !(run != null && task.equals(run.task()))) {
            links.link(draft, task, What.RUN, wish.run());
        }
        return null;
    }

    /** The refusal that {@link SaveCall#isMoved} knows again: the caller is to look at the new latest snapshot. */
    private static Rejection moved(Entity current, RunCommand.Save save) {
        return new Rejection.Conflict(
                save.latest() < 0 ? Expect.none() : Expect.revision(save.latest()),
                NAME,
                save.key(),
                current.version(),
                current.exists() ? current.revision() : -1);
    }

    /** The id of a snapshot without one: the offset of its record, or something near it should a caller have used that. */
    private String freeId(Draft draft, @Nullable RunBody run, String key) {
        String plain = Long.toString(draft.nextOffset());
        String id = plain;
        for (int i = 2; isTaken(draft, run, key, id); i++) {
            id = plain + "-" + i;
        }
        return id;
    }

    /** Whether a snapshot has the id; one of a run that was deleted meanwhile does not count. */
    private boolean isTaken(Draft draft, @Nullable RunBody run, String key, String id) {
        return run != null
                && RunSnapshotKind.offset(draft.entity(snapshots, null, SnapshotKey.of(key, id))) >= run.first();
    }

    private static SavedPayload payload(long at, long offset, @Nullable RunBody run, RunCommand.Save save, String id) {
        RunCommand.PackedState packed = save.packed();
        RunCommand.SaveWish wish = save.wish();
        int stored = packed.stored().length;
        SavedPayload saved = new SavedPayload();
        saved.kind = wish.kind();
        saved.form = packed.form();
        saved.bytes = wish.state().length;
        saved.checksum = packed.checksum();
        saved.hash = wish.hash();
        saved.id = id;
        saved.previous = run == null ? -1 : run.latest();
        saved.parent = run == null ? "" : run.id();
        saved.task = wish.task().isEmpty() && run != null ? run.task() : wish.task();
        saved.first = run == null ? offset : run.first();
        saved.createdAt = run == null ? at : run.createdAt();
        saved.number = run == null ? 1 : run.number() + 1;
        saved.totalBytes = saved.bytes + (run == null ? 0 : run.totalBytes());
        saved.totalStoredBytes = stored + (run == null ? 0 : run.totalStoredBytes());
        if (run != null && packed.form() == SnapshotForm.DELTA) {
            saved.depth = run.depth() + 1;
            saved.base = run.latest();
            saved.chainBytes = run.chainBytes() + saved.bytes;
            saved.sinceFullBytes = run.sinceFullBytes() + stored;
            saved.fullBytes = run.fullBytes();
            saved.fullRawBytes = run.fullRawBytes();
        } else {
            saved.chainBytes = saved.bytes;
            saved.fullBytes = stored;
            saved.fullRawBytes = saved.bytes;
        }
        return saved;
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        switch (event.type) {
            case SAVED -> RunBody.after(event).put(after.value());
            case DELETED -> after.tombstone(true);
            default -> throw unknown(event);
        }
    }

    @Override
    public String typeName(Event event) {
        return switch (event.type) {
            case SAVED -> "saved";
            case DELETED -> "deleted";
            default -> throw unknown(event);
        };
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        JsonWriter writer = new JsonWriter(json);
        if (event.type == DELETED) {
            writer.beginObject().endObject();
        } else {
            SavedPayload.read(event.payload).render(event.payload, writer);
        }
    }

    private static IllegalStateException unknown(Event event) {
        return new IllegalStateException("expected a run event of type up to " + DELETED + ", was " + event.type);
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        if (entity.bodyLength() > 0) {
            RunBody.read(entity.body()).putContent(into);
        }
    }

    @Override
    public RecordRules recordRules() {
        return new RunRecordRules();
    }

    @Override
    public EntityTable table() {
        return TABLE;
    }
}
