package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * The workflow in force, as an entity of its own: one key, one event {@code set} that carries the whole.
 *
 * <pre>
 *  0    1                                    payload and body alike
 *  +----+----------------------------------+
 *  |vers| the workflow as JSON, to the end |
 *  +----+----------------------------------+
 * </pre>
 *
 * <p>Threading: see {@link Kind}; {@code rules} is read and written under the commit lock.
 */
final class WorkflowKind implements Kind {
    /** The key of the workflow of tasks. */
    static final String KEY = "task";

    static final int V1 = 1;
    static final byte SET = 1;

    /** Of the workflow in force; null until it was first asked for or set. */
    private @Nullable WorkflowRules rules;

    private final WorkflowRecordRules recordRules = new WorkflowRecordRules();

    @Override
    public byte id() {
        return KindIds.WORKFLOW;
    }

    @Override
    public String name() {
        return "workflow";
    }

    /** The rules in force, for {@code decide} of tasks. */
    WorkflowRules rules(Draft draft) {
        WorkflowRules known = rules;
        // Opened from a checkpoint: no event has passed by.
        return known == null ? rules(draft.entity(this, null, KEY)) : known;
    }

    /** The rules in force, of which {@code current} is the entity. */
    WorkflowRules rules(Entity current) {
        WorkflowRules known = rules;
        if (known == null) {
            known = new WorkflowRules(workflow(current));
            rules = known;
        }
        return known;
    }

    /** The rules as they were installed or asked for last, null for never. */
    @Nullable
    WorkflowRules rulesInstalled() {
        return rules;
    }

    /** The workflow that {@code entity} holds; the standard one if it does not exist. */
    static Workflow workflow(Entity entity) {
        return entity.exists() ? Workflow.parse(json(entity.value(), Entity.HEADER_BYTES)) : Workflow.standard();
    }

    static String json(ByteSlab slab, int from) {
        int version = slab.byteAt(from);
        if (version != V1) {
            throw new IllegalStateException("expected a workflow of version up to " + V1 + ", was " + version);
        }
        return slab.utf8At(from + 1, slab.length() - from - 1);
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        WorkflowCommand wish = (WorkflowCommand) command;
        ByteSlab payload = draft.emit(SET).payload;
        payload.putByte(V1);
        payload.putUtf8(wish.workflow().toJson());
        return null;
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        after.value().putBytes(event.payload);
    }

    @Override
    public RecordRules recordRules() {
        return recordRules;
    }

    /** The rules in force as a verification has followed them; null when they are not known. */
    @Nullable
    WorkflowRules rulesInForce() {
        return recordRules.inForce();
    }

    @Override
    public boolean indexed() {
        return true;
    }

    @Override
    public void installed(Event event, Entity after) {
        rules = new WorkflowRules(workflow(after));
    }

    @Override
    public String typeName(Event event) {
        return "set";
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        json.putUtf8(json(event.payload, 0));
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        into.putBytes(entity.value(), Entity.HEADER_BYTES, entity.bodyLength());
    }
}
