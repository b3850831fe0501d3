package dev.cairn.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot to save; null fields take their default. Immutable: each method returns a changed copy.
 *
 * @param kind why it is taken
 * @param state any JSON value, up to 16 MiB
 * @param id 1–512 bytes of UTF-8, not {@code latest}; by default the offset of its record
 * @param parent the snapshot that this one must follow, or the save is refused; by default whichever is the latest
 * @param metadata a JSON object, empty by default; its member {@code task} names the task that the run belongs to
 * @param ignore JSON pointers to parts of the state whose change alone is no reason to keep an automatic snapshot
 */
public record NewSnapshot(
        SnapshotKind kind,
        String state,
        @Nullable String id,
        @Nullable String parent,
        @Nullable String metadata,
        List<String> ignore) {
    public NewSnapshot {
        ignore = List.copyOf(ignore);
    }

    public static NewSnapshot auto(String state) {
        return of(SnapshotKind.AUTO, state);
    }

    public static NewSnapshot manual(String state) {
        return of(SnapshotKind.MANUAL, state);
    }

    public static NewSnapshot recovery(String state) {
        return of(SnapshotKind.RECOVERY, state);
    }

    public static NewSnapshot of(SnapshotKind kind, String state) {
        return new NewSnapshot(kind, state, null, null, null, List.of());
    }

    public NewSnapshot id(String value) {
        return new NewSnapshot(kind, state, value, parent, metadata, ignore);
    }

    public NewSnapshot parent(String value) {
        return new NewSnapshot(kind, state, id, value, metadata, ignore);
    }

    public NewSnapshot metadata(String json) {
        return new NewSnapshot(kind, state, id, parent, json, ignore);
    }

    public NewSnapshot ignore(String... pointers) {
        return new NewSnapshot(kind, state, id, parent, metadata, List.of(pointers));
    }
}
