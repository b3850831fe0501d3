package dev.cairn.entity;

import java.time.Instant;

/**
 * A link as it is, or was, at one moment.
 *
 * @param from the entity that it goes out from
 * @param relation what it says, 1–512 bytes of UTF-8
 * @param to the entity that it goes to
 * @param properties a JSON object
 * @param version how many records have changed it
 * @param revision offset of the last record that changed it
 * @param born version of the record that created it
 * @param createdAt the log's time of its creation
 * @param updatedAt the log's time of its last change
 * @param incomplete whether records of it were lost to damage
 */
public record EntityLink(
        EntityRef from,
        String relation,
        EntityRef to,
        String properties,
        long version,
        long revision,
        long born,
        Instant createdAt,
        Instant updatedAt,
        boolean incomplete) {}
