package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.SnapshotInfo;
import dev.cairn.run.SnapshotKind;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots as JSON, in and out.
 *
 * <p>Threading: stateless.
 */
final class SnapshotJson {
    private static final int POINTERS_MAX = 64;

    private SnapshotJson() {}

    /** @param state JSON, or null to leave it out */
    static void write(JsonGenerator json, SnapshotInfo snapshot, @Nullable String state) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", snapshot.id());
        json.writeStringField("run", snapshot.run());
        json.writeStringField("kind", snapshot.kind().word());
        json.writeStringField("parent", snapshot.parent());
        json.writeFieldName("metadata");
        json.writeRawValue(snapshot.metadata());
        json.writeNumberField("bytes", snapshot.bytes());
        json.writeNumberField("storedBytes", snapshot.storedBytes());
        json.writeStringField("form", snapshot.form().word());
        json.writeNumberField("depth", snapshot.depth());
        json.writeStringField("hash", snapshot.hash());
        json.writeNumberField("offset", snapshot.offset());
        json.writeStringField("at", Times.format(snapshot.at()));
        if (snapshot.occurredAt() != null) {
            json.writeStringField("occurredAt", Times.format(snapshot.occurredAt()));
        }
        if (snapshot.actor() != null) {
            json.writeStringField("actor", snapshot.actor());
        }
        if (state != null) {
            json.writeFieldName("state");
            json.writeRawValue(state);
        }
        json.writeEndObject();
    }

    /**
     * The members of a snapshot to save.
     *
     * <p>Threading: one thread.
     */
    static final class Fields {
        private @Nullable SnapshotKind kind;
        private @Nullable String state;
        private @Nullable String id;
        private @Nullable String parent;
        private @Nullable String metadata;
        private List<String> ignore = List.of();

        /** Takes the member if it is one of these; says whether it did. */
        boolean take(String name, JsonReader json) throws IOException {
            switch (name) {
                case "kind" -> kind = SnapshotKind.parse(json.text(), json.pointer());
                case "state" -> state = json.raw();
                case "id" -> id = json.textOrNull();
                case "parent" -> parent = json.textOrNull();
                case "metadata" -> metadata = json.isNull() ? null : json.rawObject();
                case "ignore" -> ignore = json.isNull() ? List.of() : json.texts(POINTERS_MAX);
                default -> {
                    return false;
                }
            }
            return true;
        }

        NewSnapshot snapshot() {
            if (kind == null) {
                throw SnapshotResource.missing("kind");
            }
            if (state == null) {
                throw SnapshotResource.missing("state");
            }
            return new NewSnapshot(kind, state, id, parent, metadata, ignore);
        }
    }
}
