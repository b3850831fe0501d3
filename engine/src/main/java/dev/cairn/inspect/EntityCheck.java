package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Recovered;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.state.EntityMemory;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Each entity's records form one chain: every record names the one before it and the newest image before it, versions count up
 * by one, and the kind's own rules allow the one after the other.
 *
 * <pre>
 *  remembered of an entity:  head i64 | version i64 | last image i64 | trace of the kind's rules
 * </pre>
 *
 * <p>Threading: one thread.
 */
final class EntityCheck implements Check {
    private static final int VERSION_AT = Long.BYTES;
    private static final int IMAGE_AT = 2 * Long.BYTES;
    private static final int TRACE_AT = 3 * Long.BYTES;

    private final Scene scene;
    private final Findings findings;
    private final MissingRanges missing;
    private final EntityMemory memory;
    private final Map<Byte, RecordRules> rules = new HashMap<>();
    private final ByteSlab key = new ByteSlab(64);
    private final ByteSlab value = new ByteSlab(64);
    private final ByteSlab trace = new ByteSlab(64);

    EntityCheck(Scene scene, Findings findings, MissingRanges missing) {
        this.scene = scene;
        this.findings = findings;
        this.missing = missing;
        this.memory = new EntityMemory(scene.installation(), TRACE_AT + RecordRules.TRACE_BYTES_MAX);
        for (Kind kind : scene.kinds().all()) {
            RecordRules ofKind = kind.recordRules();
            if (ofKind != null) {
                rules.put(kind.id(), ofKind);
            }
        }
    }

    @Override
    public void record(Place place, Event event) {
        StateKey.write(key, event);
        trace.clear();
        long head = -1;
        long version = 0;
        long lastImage = -1;
        if (memory.get(key, value)) {
            head = value.longAt(0);
            version = value.longAt(VERSION_AT);
            lastImage = value.longAt(IMAGE_AT);
            trace.putBytes(value, TRACE_AT, value.length() - TRACE_AT);
        }
        boolean unbroken = event.previous == head;
        if (unbroken) {
            // What a repair states goes on behind every version that anything knew of, whose records may all be lost.
            long known = Recovered.is(event) ? Math.max(version, Recovered.lastVersion(event)) : version;
            expect(place, event, "version", known + 1, event.version);
            expect(place, event, "previous image", lastImage, event.previousImage);
        } else if (missing.contains(event.previous)) {
            missing.lost(event.previous, name(event));
        } else {
            expect(place, event, "previous record", head, event.previous);
        }
        follow(place, event, unbroken);
        remember(event);
    }

    private void expect(Place place, Event event, String what, long expected, long was) {
        if (expected != was) {
            report(place, event, "expected " + what + " " + expected + ", was " + was);
        }
    }

    private void follow(Place place, Event event, boolean unbroken) {
        RecordRules ofKind = rules.get(event.kind);
        if (ofKind != null && Recovered.is(event)) {
            ofKind.forget(trace); // it is no event of the kind's own, and any may follow
        } else if (ofKind != null) {
            if (!unbroken) {
                ofKind.forget(trace);
            }
            @Nullable String problem = ofKind.follow(trace, event);
            if (problem != null) {
                report(place, event, problem);
            }
        }
    }

    private void remember(Event event) {
        value.clear();
        value.putLong(event.offset);
        value.putLong(event.version);
        value.putLong(event.hasImage ? event.offset : event.previousImage);
        value.putBytes(trace);
        memory.put(key, value);
    }

    private void report(Place place, Event event, String what) {
        findings.add(Severity.DAMAGE, place.file(), place.position(), event.offset, what, name(event));
    }

    private String name(Event event) {
        return scene.kinds().topic(event) + " " + event.key.utf8();
    }

    @Override
    public void missing(long first, long last) {
        rules.values().forEach(RecordRules::gap);
    }

    @Override
    public void close() {
        memory.close();
    }
}
