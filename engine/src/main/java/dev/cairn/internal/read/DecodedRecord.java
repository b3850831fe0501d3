package dev.cairn.internal.read;

import dev.cairn.Fence;
import dev.cairn.LogRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record as users see it, copied out of its frame. Threading: immutable. */
record DecodedRecord(
        long offset,
        int epoch,
        Instant at,
        @Nullable Instant occurredAt,
        String topic,
        String key,
        String type,
        @Nullable String actor,
        @Nullable String operation,
        long prev,
        long version,
        List<Fence> fences,
        String payload)
        implements LogRecord {}
