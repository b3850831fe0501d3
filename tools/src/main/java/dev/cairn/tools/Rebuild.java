package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.StateRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was made anew from the log, and whether projection and state say the same.
 *
 * <p>Threading: immutable.
 *
 * @param what was made anew
 * @param records that were read
 * @param seconds that it took
 * @param state the digest of the state
 * @param projection that of the projection, null when that was not asked for
 */
record Rebuild(
        Derived what,
        long records,
        double seconds,
        StateRoot state,
        @Nullable StateRoot projection) {
    private static final Duration PROJECTION_WAIT_MAX = Duration.ofMinutes(10);
    private static final double NANOS_PER_SECOND = 1e9;

    /** What is made anew. */
    enum Derived {
        STATE,
        PROJECTION,
        ALL;

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Opens {@code data} for writing and makes {@code what} anew. */
    static Rebuild of(Path data, Derived what, CairnOptions.Builder options, ProgressBars progress) {
        boolean projection = what != Derived.STATE;
        long begun = System.nanoTime();
        options.useCheckpoint(what == Derived.PROJECTION).projection(projection).progress(progress);
        try (Cairn cairn = Cairn.open(data, options.build())) {
            if (projection) {
                cairn.rebuildProjection(progress);
            }
            StateRoot state = cairn.stateRoot();
            StateRoot projected = projection ? cairn.projectionRoot(state.offset(), PROJECTION_WAIT_MAX) : null;
            long records = projection
                    ? cairn.metrics().projectedRecords()
                    : cairn.metrics().replayedRecords();
            return new Rebuild(what, records, (System.nanoTime() - begun) / NANOS_PER_SECOND, state, projected);
        }
    }

    /** Whether both say the same; the projection holds some of the kinds only. */
    boolean same() {
        return projection == null
                || projection.kinds().entrySet().stream()
                        .allMatch(kind -> kind.getValue().equals(state.kinds().get(kind.getKey())));
    }

    void print(Console console) {
        console.line(String.format(
                Locale.ROOT,
                "%s rebuilt from %,d records up to offset %d in %.1f s (%,.0f records/s)",
                what == Derived.ALL ? "state and projection" : what.text(),
                records,
                state.offset(),
                seconds,
                records / Math.max(seconds, 0.001)));
        Table roots = new Table("KIND", "STATE", "PROJECTION");
        new TreeMap<>(state.kinds()).forEach((kind, root) -> roots.row(kind, root, projected(kind)));
        roots.print(console);
        if (!same()) {
            console.line("expected the same roots in state and projection, was a mismatch");
        }
    }

    private String projected(String kind) {
        String root = projection == null ? null : projection.kinds().get(kind);
        return root == null ? "-" : root;
    }

    /** Writes the members of an object that was begun. */
    void write(JsonGenerator json) throws IOException {
        json.writeStringField("rebuilt", what.text());
        json.writeNumberField("records", records);
        json.writeNumberField("offset", state.offset());
        json.writeNumberField("seconds", Math.round(seconds * 1_000) / 1_000.0);
        write(json, "stateRoot", state);
        if (projection != null) {
            write(json, "projectionRoot", projection);
        }
        json.writeBooleanField("same", same());
    }

    private static void write(JsonGenerator json, String name, StateRoot root) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> kind : new TreeMap<>(root.kinds()).entrySet()) {
            json.writeStringField(kind.getKey(), kind.getValue());
        }
        json.writeEndObject();
    }
}
