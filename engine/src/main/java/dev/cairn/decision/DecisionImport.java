package dev.cairn.decision;

import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.ConflictException;
import dev.cairn.TooLargeException;
import dev.cairn.WriteOptions;
import dev.cairn.decision.DecisionsMarkdown.Section;
import dev.cairn.internal.kind.Micros;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Markdown document of decisions on its way into the log. It is read twice: the first time to see that all of it can be
 * taken, the second to take it. A decision that is there already, with the same content, is left alone, so that taking a
 * document in again adds nothing.
 *
 * <p>Threading: one thread.
 */
public final class DecisionImport {
    private static final int BATCH_DECISIONS_MAX = 200;
    private static final long BATCH_BYTES_MAX = 1 << 20;
    private static final int ATTEMPTS_MAX = 3;

    private final Cairn cairn;
    private final WriteOptions options;
    private final List<Section> batch = new ArrayList<>();
    private long batchBytes;
    private long decisions;
    private long added;

    private DecisionImport(Cairn cairn, WriteOptions options) {
        this.cairn = cairn;
        this.options = options;
    }

    /** A document that can be read more than once. */
    @FunctionalInterface
    public interface Document {
        /** Opens the document at its beginning; the caller closes it. */
        InputStream open() throws IOException;
    }

    /**
     * What an import did.
     *
     * @param decisions decisions in the document
     * @param added those that were not there before
     */
    public record Summary(long decisions, long added) {
        /** Those that were there already. */
        public long skipped() {
            return decisions - added;
        }
    }

    /**
     * Takes {@code document} in.
     *
     * @param options for each decision; unless they say who acts, its agent does
     * @throws BrokenDecisionsException when it is not well formed; nothing was written
     * @throws ConflictException when a decision with other content has an id of the document; unless it was made meanwhile,
     *     nothing was written
     * @throws TooLargeException when a decision is too large; nothing was written
     */
    public static Summary run(Cairn cairn, Document document, WriteOptions options) throws IOException {
        DecisionImport run = new DecisionImport(cairn, options);
        try (InputStream in = document.open()) {
            DecisionsMarkdown.read(in, run::check);
        }
        try (InputStream in = document.open()) {
            DecisionsMarkdown.read(in, run::add);
        }
        run.commit();
        return new Summary(run.decisions, run.added);
    }

    private void check(Section section) {
        int bytes = DecisionCommand.of(section.decision()).payload().length;
        int bytesMax = cairn.options().jsonBytesMax();
        if (bytes > bytesMax) {
            throw new TooLargeException("the decision in line " + section.line(), bytesMax, bytes);
        }
        isThere(section);
    }

    private boolean isThere(Section section) {
        Optional<Decision> there = cairn.decisions().get(section.decision().id());
        if (there.isEmpty()) {
            return false;
        }
        Decision other = there.get();
        if (!other.content().equals(section.decision()) || Micros.floor(other.date()) != Micros.floor(section.date())) {
            throw new ConflictException(
                    "expected the decision " + section.decision().id() + " to be as in \""
                            + DecisionsParser.excerpt(section.decision().title()) + "\" (line " + section.line()
                            + "), was another, made at offset " + other.offset(),
                    "none",
                    other.version(),
                    other.revision());
        }
        return true;
    }

    private void add(Section section) {
        decisions++;
        batch.add(section);
        batchBytes += DecisionCommand.of(section.decision()).payload().length;
        if (batch.size() >= BATCH_DECISIONS_MAX || batchBytes >= BATCH_BYTES_MAX) {
            commit();
        }
    }

    private void commit() {
        for (int attempt = 1; !batch.isEmpty(); attempt++) {
            List<Section> missing =
                    batch.stream().filter(section -> !isThere(section)).toList();
            try {
                commit(missing);
                added += missing.size();
                batch.clear();
                batchBytes = 0;
            } catch (BatchRefusedException e) {
                // Somebody else made one of them meanwhile: the next look tells whether it is the same.
                if (!(e.refusal() instanceof ConflictException) || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    private void commit(List<Section> sections) {
        if (sections.isEmpty()) {
            return;
        }
        Batch items = cairn.batch();
        sections.forEach(section ->
                items.add(DecisionWrites.append(section.decision()), options.withOccurredAt(section.date())));
        items.commitAtomic(options.ack());
    }
}
