package dev.cairn.context;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.TaskLinks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * For each task the newest decisions, sessions and runs that name it. The one event is {@code linked}:
 *
 * <pre>
 *  payload   | vers | what: u8 | name to the end |
 *  body      | vers | count: u8 | links, the oldest first: what u8, name: u16 + n |
 * </pre>
 *
 * At most {@value #EACH_MAX} of each sort are kept; one that is linked again becomes the newest.
 *
 * <p>Threading: see {@link Kind}.
 */
final class TaskContextKind implements Kind, TaskLinks {
    static final String NAME = "task-context";

    /** So many decisions, sessions and runs of a task are remembered, each. */
    static final int EACH_MAX = 16;

    private static final int V1 = 1;
    private static final byte LINKED = 1;
    private static final int WHAT_AT = 1;
    private static final int NAME_AT = 2;

    /** One link. */
    record Link(What what, String name) {}

    @Override
    public byte id() {
        return KindIds.TASK_CONTEXT;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void link(Draft draft, String task, What what, String name) {
        ByteSlab payload = draft.emit(this, null, task, LINKED).payload;
        payload.putByte(V1);
        payload.putByte(what.code());
        payload.putUtf8(name);
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        return new Rejection.Forbidden("expected links from decisions, sessions and runs alone, was a command");
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        ByteSlab payload = event.payload;
        expectVersion(payload.byteAt(0));
        Link link = new Link(What.of(payload.byteAt(WHAT_AT)), payload.utf8At(NAME_AT, payload.length() - NAME_AT));
        List<Link> links = new ArrayList<>(links(before));
        links.remove(link);
        links.add(link);
        forgetOldest(links, link.what());
        ByteSlab body = after.value();
        body.putByte(V1);
        body.putByte(links.size());
        for (Link kept : links) {
            body.putByte(kept.what().code());
            body.putText(kept.name());
        }
    }

    private static void forgetOldest(List<Link> links, What what) {
        int count = 0;
        Link oldest = null;
        for (Link link : links) {
            if (link.what() == what) {
                count++;
                oldest = oldest == null ? link : oldest;
            }
        }
        if (count > EACH_MAX) {
            links.remove(oldest);
        }
    }

    /** The links of a task, the oldest first. */
    static List<Link> links(Entity context) {
        if (context.bodyLength() == 0) {
            return List.of();
        }
        SlabCursor body = context.body();
        expectVersion(body.takeByte());
        int count = body.takeByte();
        List<Link> links = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            links.add(new Link(What.of(body.takeByte()), body.takeText()));
        }
        return links;
    }

    private static void expectVersion(int version) {
        if (version != V1) {
            throw new IllegalStateException("expected links of version up to " + V1 + ", was " + version);
        }
    }

    /** Links before it may be lost: those that are left are told. */
    @Override
    public boolean isWhole(Event event) {
        return true;
    }

    @Override
    public String typeName(Event event) {
        return "linked";
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        ByteSlab payload = event.payload;
        String what = What.of(payload.byteAt(WHAT_AT)).name().toLowerCase(Locale.ROOT);
        new JsonWriter(json)
                .beginObject()
                .name(what)
                .string(payload, NAME_AT, payload.length() - NAME_AT)
                .endObject();
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        into.putBytes(entity.value(), Entity.HEADER_BYTES, entity.bodyLength());
    }
}
