package dev.cairn.decision;

import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Decisions: append, read, list. A decision is never changed; whoever changes their mind appends another.
 *
 * <p>Writes throw {@link dev.cairn.ConflictException} when the id exists or an expectation is not met, {@link
 * dev.cairn.InvalidRequestException} and {@link dev.cairn.TooLargeException} for bad input, {@link
 * dev.cairn.OutOfSpaceException} on a full disk; then nothing was written. As Markdown they are written and read by {@link
 * DecisionsMarkdown} and {@link DecisionImport}.
 *
 * <p>Threading: any thread.
 */
public interface Decisions {
    default Receipt append(NewDecision decision) {
        return append(decision, WriteOptions.defaults());
    }

    /** Appends a decision; unless {@code options} say who acts, the agent does. */
    Receipt append(NewDecision decision, WriteOptions options);

    /** {@link #append}; the future completes when the decision is durable. */
    CompletableFuture<Receipt> appendAsync(NewDecision decision, WriteOptions options);

    /** The decision, accepted ones included. */
    Optional<Decision> get(String id);

    /** The decision, if it had been made at the record at {@code offset}. */
    Optional<Decision> getAsOf(String id, long offset);

    /** The decision, if it had been made at a time of the log. */
    Optional<Decision> getAsOf(String id, Instant time);

    /** Lists decisions from the projection. */
    DecisionPage list(DecisionQuery query);
}
