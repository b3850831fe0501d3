package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.NotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Reads one entity: as it is now, as it was with {@code asOf}, or, with {@code If-None-Match} and {@code waitMs}, once it has
 * changed.
 *
 * @param now the entity as it is
 * @param atOffset the entity as it was after a record
 * @param atTime the entity as it was at a time
 * @param revision what its {@code ETag} says
 * @param change waits until the revision is another one, and says whether it is
 * @param json writes it
 *
 * <p>Threading: the request's thread.
 */
record CurrentRead<T>(
        Supplier<Optional<T>> now,
        LongFunction<Optional<T>> atOffset,
        Function<Instant, Optional<T>> atTime,
        ToLongFunction<T> revision,
        Change change,
        Json<T> json) {
    /** The parameters that it takes. */
    static final Set<String> PARAMETERS = Set.of(AsOf.NAME, "waitMs");

    /** Waits for a change. */
    @FunctionalInterface
    interface Change {
        boolean await(long revision, Duration waitMax);
    }

    /** Writes an entity. */
    @FunctionalInterface
    interface Json<T> {
        void write(JsonGenerator json, T entity) throws IOException;
    }

    /** Answers; {@code topic} and {@code key} are for the error when there is none. */
    void answer(Exchange exchange, Waiters waiters, String topic, String key) throws IOException {
        String known = exchange.list("If-None-Match");
        String asOf = exchange.query().position(AsOf.NAME);
        Duration waitMax = Paging.waitMax(exchange.query(), Duration.ZERO);
        Optional<T> entity = asOf == null ? now.get() : AsOf.read(asOf, atOffset, atTime);
        if (asOf == null && known != null && entity.isPresent()) {
            long seen = revision.applyAsLong(entity.get());
            boolean waits = !waitMax.isZero() && IfMatch.isKnown(known, seen);
            if (waits && waiters.await(waitMax, slice -> !slice.isZero() && change.await(seen, slice))) {
                entity = now.get();
            }
        }
        T found = entity.orElseThrow(() -> new NotFoundException(topic, key));
        exchange.jsonUnlessKnown(revision.applyAsLong(found), out -> json.write(out, found));
    }
}
