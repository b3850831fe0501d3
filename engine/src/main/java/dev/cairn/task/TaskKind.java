package dev.cairn.task;

import dev.cairn.Expect;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.json.MergePatch;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * Tasks: decides by the workflow in force, evolves in place.
 *
 * <p>Threading: see {@link Kind}.
 */
final class TaskKind implements Kind {
    static final String NAME = "task";

    static final byte CREATED = 1;
    static final byte PATCHED = 2;
    static final byte DELETED = 3;

    private static final TaskTable TABLE = new TaskTable();

    private final WorkflowKind workflow;
    private final int jsonBytesMax;

    /** @param jsonBytesMax the largest metadata, as given and as merged */
    TaskKind(WorkflowKind workflow, int jsonBytesMax) {
        this.workflow = workflow;
        this.jsonBytesMax = jsonBytesMax;
    }

    @Override
    public byte id() {
        return KindIds.TASK;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean guarded() {
        return true;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        TaskCommand wish = (TaskCommand) command;
        boolean exists = current.exists();
        if (wish instanceof TaskCommand.Create create) {
            return exists
                    ? new Rejection.Conflict(Expect.none(), NAME, create.key(), current.version(), current.revision())
                    : create(draft, create.fields(), create.fields().metadata());
        }
        if (wish instanceof TaskCommand.Upsert upsert) {
            TaskFields fields = upsert.fields();
            return exists ? patch(draft, current, fields) : create(draft, fields, withoutNulls(fields.metadata()));
        }
        if (!exists) {
            return new Rejection.NotFound(NAME, wish.key());
        }
        if (wish instanceof TaskCommand.Patch patch) {
            return patch(draft, current, patch.fields());
        }
        draft.emit(DELETED).payload.putByte(TaskPayload.V1);
        return null;
    }

    private @Nullable Rejection create(Draft draft, TaskFields fields, byte @Nullable [] metadata) {
        WorkflowRules rules = workflow.rules(draft);
        String status = fields.status() == null ? rules.workflow().first() : fields.status();
        Rejection refusal = rules.refusalOfFirst(status);
        if (refusal != null) {
            return refusal;
        }
        if (fields.metadataBytes() > jsonBytesMax) {
            return tooLarge(fields.metadataBytes());
        }
        TaskPayload.put(
                emit(draft, CREATED, fields),
                new TaskFields(status, fields.owner(), false, fields.queue(), fields.priority(), metadata));
        return null;
    }

    private @Nullable Rejection patch(Draft draft, Entity current, TaskFields fields) {
        if (fields.status() != null) {
            Rejection refusal = workflow.rules(draft).refusal(current.value(), TaskBody.STATUS_AT, fields.status());
            if (refusal != null) {
                return refusal;
            }
        }
        if (fields.metadata() != null) {
            long bytes = mergedBytes(current.value(), fields.metadata());
            if (bytes > jsonBytesMax) {
                return tooLarge(bytes);
            }
        }
        TaskPayload.put(emit(draft, PATCHED, fields), fields);
        return null;
    }

    private static ByteSlab emit(Draft draft, byte type, TaskFields fields) {
        if (fields.owner() != null) {
            draft.defaultActor(fields.owner());
        }
        return draft.emit(type).payload;
    }

    private static byte @Nullable [] withoutNulls(byte @Nullable [] metadataPatch) {
        if (metadataPatch == null) {
            return null;
        }
        ByteSlab merged = new ByteSlab(metadataPatch.length);
        MergePatch.apply(metadataPatch, merged);
        return merged.toByteArray();
    }

    /** At most the true number where that is allowed, the true number where it may not be. */
    private long mergedBytes(ByteSlab value, byte[] patch) {
        int metadataAt = TaskBody.metadataAt(value);
        int bytes = value.length() - metadataAt;
        // Merging never makes more of two objects than their bytes together.
        if (patch.length <= jsonBytesMax && (long) bytes + patch.length > jsonBytesMax) {
            ByteSlab merged = new ByteSlab(bytes + patch.length);
            MergePatch.apply(value, metadataAt, bytes, ByteSlab.copyOf(patch), 0, patch.length, merged);
            return merged.length();
        }
        return patch.length;
    }

    private Rejection tooLarge(long bytes) {
        return new Rejection.TooLarge("metadata", jsonBytesMax, bytes);
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        switch (event.type) {
            case PATCHED -> TaskBody.patch(before, event, after);
            case CREATED -> TaskBody.create(event, after);
            case DELETED -> after.tombstone(true);
            default -> throw unknown(event);
        }
    }

    @Override
    public boolean isWhole(Event event) {
        return event.type != PATCHED;
    }

    @Override
    public void assume(Event event, Entity into) {
        TaskBody.assume(event, into);
    }

    @Override
    public String typeName(Event event) {
        return switch (event.type) {
            case CREATED -> "created";
            case PATCHED -> "patched";
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
            new TaskPayload(event.payload).render(writer, event.type == CREATED);
        }
    }

    private static IllegalStateException unknown(Event event) {
        return new IllegalStateException("expected a task event of type up to " + DELETED + ", was " + event.type);
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        ByteSlab value = entity.value();
        if (entity.bodyLength() > 0) {
            into.putByte(value.byteAt(TaskBody.VERSION_AT));
            into.putBytes(value, TaskBody.PRIORITY_AT, value.length() - TaskBody.PRIORITY_AT);
        }
    }

    @Override
    public RecordRules recordRules() {
        return new TaskRecordRules(workflow);
    }

    @Override
    public EntityTable table() {
        return TABLE;
    }
}
