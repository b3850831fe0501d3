package dev.cairn.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot without its state.
 *
 * @param run the run
 * @param id unique within the run
 * @param kind why it was taken
 * @param parent the snapshot that was the latest before, null for the first
 * @param metadata a JSON object
 * @param form how the state is stored
 * @param depth how many others must be read to load it; 0 for a whole one
 * @param bytes of the state
 * @param storedBytes of the state as it is stored
 * @param hash SHA-256 over the meaningful part of the state in canonical form, in hexadecimal
 * @param offset of its record
 * @param at the log's time
 * @param occurredAt the caller's time, null for none
 * @param actor who saved it, null if nobody said
 */
public record SnapshotInfo(
        String run,
        String id,
        SnapshotKind kind,
        @Nullable String parent,
        String metadata,
        SnapshotForm form,
        int depth,
        int bytes,
        int storedBytes,
        String hash,
        long offset,
        Instant at,
        @Nullable Instant occurredAt,
        @Nullable String actor) {}
