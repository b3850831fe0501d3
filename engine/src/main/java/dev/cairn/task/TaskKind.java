package dev.cairn.task;

import dev.cairn.Expect;
import dev.cairn.Fence;
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
import dev.cairn.internal.kind.LeaseLedger;
import dev.cairn.internal.kind.LeaseLedger.End;
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
    static final byte CLAIMED = 4;
    static final byte RETURNED = 5;

    private static final TaskTable TABLE = new TaskTable();

    private final WorkflowKind workflow;
    private final int jsonBytesMax;
    private final LeaseLedger leases;
    private final TaskClaims claims;

    /** @param jsonBytesMax the largest metadata, as given and as merged */
    TaskKind(WorkflowKind workflow, int jsonBytesMax, LeaseLedger leases) {
        this.workflow = workflow;
        this.jsonBytesMax = jsonBytesMax;
        this.leases = leases;
        this.claims = new TaskClaims(this, workflow, leases);
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
    public boolean guarded(Command command) {
        return !(command instanceof TaskCommand.Claim);
    }

    TaskClaims claims() {
        return claims;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        TaskCommand wish = (TaskCommand) command;
        boolean exists = current.exists();
        if (wish instanceof TaskCommand.Claim claim) {
            return claims.claim(draft, claim);
        }
        if (wish instanceof TaskCommand.Create create) {
            return exists
                    ? new Rejection.Conflict(Expect.none(), NAME, create.key(), current.version(), current.revision())
                    : create(
                            draft,
                            create.key(),
                            create.fields(),
                            create.fields().metadata());
        }
        if (wish instanceof TaskCommand.Upsert upsert) {
            TaskFields fields = upsert.fields();
            return exists
                    ? patch(draft, wish.key(), current, fields)
                    : create(draft, wish.key(), fields, withoutNulls(fields.metadata()));
        }
        if (!exists) {
            return new Rejection.NotFound(NAME, wish.key());
        }
        if (wish instanceof TaskCommand.Patch patch) {
            return patch(draft, wish.key(), current, patch.fields());
        }
        draft.emit(DELETED).payload.putByte(TaskPayload.V1);
        leases.endGuard(draft, this, wish.key(), End.COMPLETED);
        return null;
    }

    private @Nullable Rejection create(Draft draft, String id, TaskFields fields, byte @Nullable [] metadata) {
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
        endLease(draft, rules, id, status);
        return null;
    }

    private @Nullable Rejection patch(Draft draft, String id, Entity current, TaskFields fields) {
        WorkflowRules rules = workflow.rules(draft);
        if (fields.status() != null) {
            Rejection refusal = rules.refusal(current.value(), TaskBody.STATUS_AT, fields.status());
            if (refusal != null) {
                return refusal;
            }
        }
        byte[] metadata = fields.metadata();
        if (metadata != null && MergePatch.isNull(metadata)) {
            metadata = emptying(current.value());
        } else if (metadata != null) {
            long bytes = mergedBytes(current.value(), metadata);
            if (bytes > jsonBytesMax) {
                return tooLarge(bytes);
            }
        }
        ByteSlab payload = emit(draft, PATCHED, fields);
        TaskPayload.put(payload, fields.withMetadata(metadata));
        if (fields.status() != null) {
            beginsAnew(rules, current, fields.status(), payload);
        }
        endLease(draft, rules, id, fields.status());
        return null;
    }

    /** A task that failed for good and is tried again has all its attempts before it. */
    private static void beginsAnew(WorkflowRules rules, Entity current, String status, ByteSlab payload) {
        if (current.value().intAt(TaskBody.ATTEMPTS_AT) > 0) {
            String failed = rules.workflow().claim().failed();
            boolean hasFailed =
                    TaskBody.text(current.value(), TaskBody.STATUS_AT).equals(failed);
            if (hasFailed && !status.equals(failed)) {
                TaskPayload.markNoAttempts(payload);
            }
        }
    }

    /** A final status ends the lease of a claim, and so does a write that takes it away. */
    private void endLease(Draft draft, WorkflowRules rules, String id, @Nullable String status) {
        boolean ends = status != null && rules.isFinal(status);
        boolean revokes = false;
        for (Fence fence : draft.fences()) {
            revokes |= fence.token() == Fence.ANY_TOKEN; // of this task: no other passes the check
        }
        if (ends || revokes) {
            String origin = leases.endGuard(draft, this, id, ends ? End.COMPLETED : End.REVOKED);
            if (origin != null && status == null) {
                claims.ended(draft, NAME + ":" + id, origin, End.REVOKED);
            }
        }
    }

    private static ByteSlab emit(Draft draft, byte type, TaskFields fields) {
        if (fields.owner() != null) {
            draft.defaultActor(fields.owner());
        }
        return draft.emit(type).payload;
    }

    private static byte @Nullable [] withoutNulls(byte @Nullable [] metadataPatch) {
        if (metadataPatch == null || MergePatch.isNull(metadataPatch)) {
            return null;
        }
        ByteSlab merged = new ByteSlab(metadataPatch.length);
        MergePatch.apply(metadataPatch, merged);
        return merged.toByteArray();
    }

    private static byte[] emptying(ByteSlab value) {
        int metadataAt = TaskBody.metadataAt(value);
        return MergePatch.emptying(value, metadataAt, value.length() - metadataAt);
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
            case CLAIMED -> TaskBody.claim(before, event, after);
            case RETURNED -> TaskBody.giveBack(before, event, after);
            default -> throw unknown(event);
        }
    }

    @Override
    public boolean isWhole(Event event) {
        return event.type == CREATED || event.type == DELETED;
    }

    @Override
    public void assume(Event event, Entity into) {
        TaskBody.assume(event, into);
    }

    @Override
    public boolean indexed() {
        return claims.isFilled();
    }

    @Override
    public void installed(Event event, Entity after) {
        claims.installed(event, after);
    }

    @Override
    public String typeName(Event event) {
        return switch (event.type) {
            case CREATED -> "created";
            case PATCHED -> "patched";
            case DELETED -> "deleted";
            case CLAIMED -> "claimed";
            case RETURNED -> "returned";
            default -> throw unknown(event);
        };
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        JsonWriter writer = new JsonWriter(json);
        if (event.type == DELETED) {
            writer.beginObject().endObject();
        } else if (event.type == CLAIMED || event.type == RETURNED) {
            ClaimPayload.render(event, writer);
        } else {
            new TaskPayload(event.payload).render(writer, event.type == CREATED);
        }
    }

    private static IllegalStateException unknown(Event event) {
        return new IllegalStateException("expected a task event of type up to " + RETURNED + ", was " + event.type);
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
