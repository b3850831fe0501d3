package dev.cairn.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as it is now.
 *
 * @param id the run
 * @param latest its newest snapshot
 * @param kind why that was taken
 * @param task the task that the newest metadata with a {@code task} names, null for none
 * @param snapshots how many there are
 * @param bytes of all their states
 * @param storedBytes of all their states as they are stored
 * @param version how many records have changed the run
 * @param revision offset of the last of them
 * @param createdAt the log's time of the first snapshot
 * @param updatedAt the log's time of the newest snapshot
 * @param incomplete whether records of the run were lost to damage
 */
public record Run(
        String id,
        String latest,
        SnapshotKind kind,
        @Nullable String task,
        long snapshots,
        long bytes,
        long storedBytes,
        long version,
        long revision,
        Instant createdAt,
        Instant updatedAt,
        boolean incomplete) {}
