package dev.cairn.decision;

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
 * Decisions: one entity for each, one event {@code made}, nothing that changes it.
 *
 * <p>Threading: see {@link Kind}.
 */
final class DecisionKind implements Kind {
    static final String NAME = "decision";

    static final byte MADE = 1;

    private static final DecisionTable TABLE = new DecisionTable();

    private final int bytesMax;
    private final TaskLinks links;

    /** @param bytesMax the largest decision, in bytes */
    DecisionKind(int bytesMax, TaskLinks links) {
        this.links = links;
        this.bytesMax = bytesMax;
    }

    @Override
    public byte id() {
        return KindIds.DECISION;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        DecisionCommand wish = (DecisionCommand) command;
        if (current.exists()) {
            return new Rejection.Conflict(Expect.none(), NAME, wish.key(), current.version(), current.revision());
        }
        byte[] payload = wish.payload();
        if (payload.length > bytesMax) {
            return new Rejection.TooLarge("a decision", bytesMax, payload.length);
        }
        draft.defaultActor(wish.agent());
        draft.emit(MADE).payload.putBytes(payload, 0, payload.length);
        if (wish.task() != null) {
            links.link(
                    draft,
                    wish.task(),
                    What.DECISION,
                    wish.key()); // behind its own record: the receipt names the first
        }
        return null;
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        checkType(event);
        DecisionBody.make(event, after);
    }

    @Override
    public String typeName(Event event) {
        checkType(event);
        return "made";
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        DecisionBody.render(event.payload, new JsonWriter(json));
    }

    private static void checkType(Event event) {
        if (event.type != MADE) {
            throw new IllegalStateException("expected a decision event of type up to " + MADE + ", was " + event.type);
        }
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        into.putByte(DecisionBody.V1);
        // From the caller's time on; offset and time of the log come before it.
        int from = DecisionBody.OCCURRED_AT;
        into.putBytes(entity.value(), from, entity.value().length() - from);
    }

    @Override
    public RecordRules recordRules() {
        return new DecisionRecordRules();
    }

    @Override
    public EntityTable table() {
        return TABLE;
    }
}
