package dev.cairn.internal.projection;

import dev.cairn.internal.codec.Event;
import dev.cairn.internal.follow.MemoryLog;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A log of notes and the state that it must lead to, computed as the engine does.
 *
 * <p>Threading: one writer; the log may be followed.
 */
final class NoteLog implements LogFacts {
    private static final int IMAGE_INTERVAL = 16;
    private static final String[] STATUSES = {"open", "busy", "done", "späť"};

    final MemoryLog log = new MemoryLog();
    final NoteKind kind = new NoteKind();
    UUID installation = UUID.fromString("6c61e1c0-0000-7000-8000-000000000001");
    private final TreeMap<String, Entity> entities = new TreeMap<>();
    private long at = 1_000_000;
    private boolean documentEnd = true;

    @Override
    public UUID installation() {
        return installation;
    }

    @Override
    public OptionalInt checksumAt(long offset) {
        return log.checksumAt(offset);
    }

    @Override
    public long durableOffset() {
        return log.durableOffset();
    }

    @Override
    public long endOffset() {
        return log.endOffset();
    }

    /** Whether the next records end their document. */
    NoteLog documentEnd(boolean ends) {
        documentEnd = ends;
        return this;
    }

    NoteLog create(String key, String status, String owner, long rank, String json) {
        Event event = event(key, NoteKind.CREATED);
        NoteKind.created(event.payload, rank, status, owner, json);
        return append(event);
    }

    NoteLog move(String key, String status) {
        Event event = event(key, NoteKind.MOVED);
        event.payload.putText(status);
        return append(event);
    }

    NoteLog delete(String key) {
        return append(event(key, NoteKind.DELETED));
    }

    /** A record of a kind that is not projected. */
    NoteLog other() {
        Event event = event("other", (byte) 1);
        event.kind = 2;
        event.topic.putUtf8("events");
        event.offset = log.endOffset();
        log.append(event);
        return this;
    }

    NoteLog force() {
        log.force();
        return this;
    }

    /** The time of the next records goes on by {@code micros}. */
    NoteLog tick(long micros) {
        at += micros;
        return this;
    }

    /** Notes that exist, by key. */
    TreeMap<String, Entity> existing() {
        TreeMap<String, Entity> existing = new TreeMap<>();
        entities.forEach((key, entity) -> {
            if (entity.exists()) {
                existing.put(key, entity);
            }
        });
        return existing;
    }

    /** Appends {@code count} records of any type on up to {@code keys} notes. */
    NoteLog random(SplittableRandom random, int count, int keys) {
        for (int i = 0; i < count; i++) {
            String key = "note-" + random.nextInt(keys);
            Entity current = entities.get(key);
            tick(random.nextInt(3));
            if (random.nextInt(50) == 0) {
                other();
            } else if (current == null || !current.exists()) {
                String owner = random.nextInt(3) == 0 ? "" : "agent-" + random.nextInt(5);
                create(key, status(random), owner, random.nextInt(4) - 1, json(random));
            } else if (random.nextInt(20) == 0) {
                delete(key);
            } else {
                move(key, status(random));
            }
        }
        return this;
    }

    private static String status(SplittableRandom random) {
        return STATUSES[random.nextInt(STATUSES.length)];
    }

    private static String json(SplittableRandom random) {
        return "{\"n\":" + random.nextInt(3) + ",\"s\":\"x" + random.nextInt(3) + "\"}";
    }

    private Event event(String key, byte type) {
        Event event = new Event();
        event.clear();
        event.kind = NoteKind.ID;
        event.type = type;
        event.epoch = 1;
        event.at = at;
        event.key.putUtf8(key);
        return event;
    }

    private NoteLog append(Event event) {
        Entity before = entities.computeIfAbsent(event.key.utf8(), key -> new Entity());
        event.offset = log.endOffset();
        event.version = before.version() + 1;
        event.previous = before.head();
        event.previousImage = before.lastImage();
        Entity after = new Entity();
        Evolution.step(kind, before, event, after);
        if (event.version % IMAGE_INTERVAL == 0 && after.exists()) {
            event.hasImage = true;
            event.image.putBytes(after.value(), Entity.HEADER_BYTES, after.bodyLength());
            after.lastImage(event.offset);
        }
        entities.put(event.key.utf8(), after);
        log.append(event, documentEnd);
        return this;
    }
}
