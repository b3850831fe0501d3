package dev.cairn;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Several writes in one append. Later items see what earlier ones did.
 *
 * <p>An atomic batch is accepted all or nothing; it fits one document or is refused as too large. Otherwise each item is
 * accepted or refused for itself, in order.
 *
 * <p>Threading: one thread fills and commits a batch; it is used once.
 */
public interface Batch {
    /** Adds a write without an expectation. */
    default Batch add(Write write) {
        return add(write, WriteOptions.defaults());
    }

    /** @param options {@code ack} is ignored: the batch has one ack */
    Batch add(Write write, WriteOptions options);

    int size();

    /**
     * Commits all items or none.
     *
     * @param ack null for the engine's default
     * @throws BatchRefusedException with the first item that is refused; nothing was written
     */
    List<Receipt> commitAtomic(@Nullable Ack ack);

    /**
     * Commits each item for itself.
     *
     * @param ack null for the engine's default
     * @return an outcome for each item, in order
     */
    List<Outcome> commit(@Nullable Ack ack);

    /** Like {@link #commit}; the future completes when everything that was accepted is durable. */
    CompletableFuture<List<Outcome>> commitAsync();

    /**
     * What became of one item.
     *
     * @param receipt of an accepted item, else null
     * @param refusal why the item was refused, else null
     */
    record Outcome(@Nullable Receipt receipt, @Nullable CairnException refusal) {}
}
