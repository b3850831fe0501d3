package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.StateRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code cairn replay --rebuild}: makes what is derived from the log anew.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "replay",
        description = "Rebuilds what is derived from the log, and compares it with the state.",
        footer = {
            "",
            "state       folds the whole log, without the checkpoint, and writes a new checkpoint",
            "projection  drops the SQLite projection and fills it again",
            "all         both"
        })
final class ReplayVerb extends Verb {
    /** What is made anew. */
    enum Derived {
        STATE,
        PROJECTION,
        ALL
    }

    private static final Duration PROJECTION_WAIT_MAX = Duration.ofMinutes(10);
    private static final double NANOS_PER_SECOND = 1e9;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The data directory.")
    @SuppressWarnings("NullAway.Init") // required
    private Path data;

    @Option(
            names = "--rebuild",
            paramLabel = "state|projection|all",
            required = true,
            description = "What to make anew; no other process may be writing.")
    @SuppressWarnings("NullAway.Init") // required
    private Derived rebuild;

    @Mixin
    private final EngineFlags engine = new EngineFlags();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    /** What was made, and whether projection and state say the same; {@code same} is null when that was not asked. */
    private record Rebuilt(
            long records,
            double seconds,
            StateRoot state,
            @Nullable StateRoot projection) {
        /** The projection holds some of the kinds only. */
        boolean same() {
            return projection == null
                    || projection.kinds().entrySet().stream()
                            .allMatch(
                                    kind -> kind.getValue().equals(state.kinds().get(kind.getKey())));
        }
    }

    @Override
    ExitCode run() {
        Rebuilt rebuilt = rebuild();
        if (output.json()) {
            console().line(Json.object(json -> write(json, rebuilt)));
        } else {
            print(rebuilt);
        }
        return rebuilt.same() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private Rebuilt rebuild() {
        boolean projection = rebuild != Derived.STATE;
        long begun = System.nanoTime();
        try (ProgressBars progress = new ProgressBars(console())) {
            CairnOptions options = engine.options()
                    .useCheckpoint(rebuild == Derived.PROJECTION)
                    .projection(projection)
                    .progress(progress)
                    .build();
            try (Cairn cairn = Cairn.open(data, options)) {
                if (projection) {
                    cairn.rebuildProjection(progress);
                }
                StateRoot state = cairn.stateRoot();
                StateRoot projected = projection ? cairn.projectionRoot(state.offset(), PROJECTION_WAIT_MAX) : null;
                long records = projection
                        ? cairn.metrics().projectedRecords()
                        : cairn.metrics().replayedRecords();
                return new Rebuilt(records, (System.nanoTime() - begun) / NANOS_PER_SECOND, state, projected);
            }
        }
    }

    private String name() {
        return rebuild == Derived.ALL ? "state and projection" : rebuild.name().toLowerCase(java.util.Locale.ROOT);
    }

    private void print(Rebuilt rebuilt) {
        console()
                .line(String.format(
                        "%s rebuilt from %,d records up to offset %d in %.1f s",
                        name(), rebuilt.records(), rebuilt.state().offset(), rebuilt.seconds()));
        Table roots = new Table("KIND", "STATE", "PROJECTION");
        new TreeMap<>(rebuilt.state().kinds())
                .forEach((kind, root) -> roots.row(kind, root, projected(rebuilt.projection(), kind)));
        roots.print(console());
        if (!rebuilt.same()) {
            console().line("expected the same roots in state and projection, was a mismatch");
        }
    }

    private static String projected(@Nullable StateRoot projection, String kind) {
        String root = projection == null ? null : projection.kinds().get(kind);
        return root == null ? "-" : root;
    }

    private void write(JsonGenerator json, Rebuilt rebuilt) throws IOException {
        json.writeStringField("rebuilt", rebuild.name().toLowerCase(java.util.Locale.ROOT));
        json.writeNumberField("records", rebuilt.records());
        json.writeNumberField("offset", rebuilt.state().offset());
        json.writeNumberField("seconds", Math.round(rebuilt.seconds() * 1_000) / 1_000.0);
        write(json, "stateRoot", rebuilt.state());
        StateRoot projection = rebuilt.projection();
        if (projection != null) {
            write(json, "projectionRoot", projection);
        }
        json.writeBooleanField("same", rebuilt.same());
    }

    private static void write(JsonGenerator json, String name, StateRoot root) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> kind : new TreeMap<>(root.kinds()).entrySet()) {
            json.writeStringField(kind.getKey(), kind.getValue());
        }
        json.writeEndObject();
    }
}
