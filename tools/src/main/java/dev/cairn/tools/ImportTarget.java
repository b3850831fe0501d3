package dev.cairn.tools;

import dev.cairn.task.Workflow;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * What an import writes to. A batch is taken all or nothing, together with how far the source has come, so a source can be
 * imported again and again and adds each of its rows once.
 *
 * <p>Threading: one thread.
 */
interface ImportTarget extends AutoCloseable {
    /**
     * What a batch did.
     *
     * @param created rows that became a record of a topic or a message, or the first record of a task
     * @param patched rows that changed a task
     */
    record Added(long created, long patched) {
        /** @param version of the entity after the item of the batch */
        static Added of(List<ImportRow> batch, IntToLongFunction version) {
            long created = IntStream.range(0, batch.size())
                    .filter(item -> !(batch.get(item) instanceof ImportRow.OfTask) || version.applyAsLong(item) == 1)
                    .count();
            return new Added(created, batch.size() - created);
        }
    }

    /** A row of a batch that is refused; nothing of the batch was written. */
    final class RowRefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int index;
        private final boolean tooLarge;

        /** @param tooLarge whether what is wrong is its size, or that of the batch */
        RowRefusedException(int index, boolean tooLarge, String message, Throwable cause) {
            super(message, cause);
            this.index = index;
            this.tooLarge = tooLarge;
        }

        /** Whether less of the batch at once may be taken. */
        boolean isTooLarge() {
            return tooLarge;
        }

        /** Place of the row in the batch, from 0. */
        int index() {
            return index;
        }
    }

    /** Puts a workflow in force, unless it is already. */
    void workflow(Workflow workflow);

    /** Rows of {@code source} that were taken in before. */
    long rows(String source);

    /**
     * Adds a batch.
     *
     * @param rowsSoFar rows of the source that have been taken in with this batch
     * @param last whether this is the last batch of the source: when this returns it and all before it are durable
     */
    Added add(String source, List<ImportRow> batch, long rowsSoFar, boolean last) throws RowRefusedException;

    @Override
    void close();
}
