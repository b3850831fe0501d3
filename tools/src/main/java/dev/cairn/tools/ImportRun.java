package dev.cairn.tools;

import dev.cairn.tools.ImportTarget.RowRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes inputs in, batch by batch. Where a batch ends depends on the input alone, so that every way and every number of
 * attempts to import it writes the same batches. Only a batch for which the log's segments are too small is divided.
 *
 * <p>Threading: one thread.
 */
final class ImportRun {
    static final int BATCH_ROWS_MAX = 1_000;
    static final long BATCH_BYTES_MAX = 4 << 20;

    private final ImportTarget target;
    private final RowMapping mapping;
    private final boolean skipBadRows;
    private final Console console;
    private final ProgressBars progress;
    private final Stopping stopping;

    private long rows;
    private long created;
    private long patched;
    private long skipped;
    private long bad;

    /**
     * What an import did.
     *
     * @param rows rows read
     * @param created tasks, records or messages that are new
     * @param patched tasks changed
     * @param skipped rows that had been taken in before
     * @param bad rows left out
     */
    record Summary(long rows, long created, long patched, long skipped, long bad) {}

    ImportRun(
            ImportTarget target,
            RowMapping mapping,
            boolean skipBadRows,
            Console console,
            ProgressBars progress,
            Stopping stopping) {
        this.target = target;
        this.mapping = mapping;
        this.skipBadRows = skipBadRows;
        this.console = console;
        this.progress = progress;
        this.stopping = stopping;
    }

    Summary summary() {
        return new Summary(rows, created, patched, skipped, bad);
    }

    /** Takes {@code file} in, from where it was left. */
    void take(ImportFile file) throws IOException {
        String source = file.source(mapping.signature(), this::stopIfAsked);
        long known = target.rows(source);
        Batch batch = new Batch(file.name(), source);
        try (LineReader lines = new LineReader(file.open())) {
            long row = 0;
            while (lines.next()) {
                if (lines.isBlank()) {
                    continue;
                }
                row++;
                rows++;
                if (row <= known) {
                    skipped++;
                    stopIfAsked();
                    continue;
                }
                if (batch.isFullFor(lines.length())) {
                    commit(batch, row - 1, false);
                    progress.update("import", file.bytesRead(), file.bytes());
                }
                batch.put(lines, row);
            }
            if (batch.seen > 0) {
                commit(batch, row, true);
            }
        }
    }

    private void commit(Batch batch, long rowsSoFar, boolean last) {
        add(batch, 0, batch.rows.size(), rowsSoFar, last);
        batch.clear();
    }

    /** Adds rows of the batch at once or, where they are too many for one document of the log, one half after the other. */
    private void add(Batch batch, int from, int to, long rowsSoFar, boolean last) {
        stopIfAsked();
        List<ImportRow> some = batch.rows.subList(from, to);
        try {
            ImportTarget.Added added = target.add(batch.source, some, rowsSoFar, last);
            created += added.created();
            patched += added.patched();
            skipped += some.size() - added.created() - added.patched();
        } catch (RowRefusedException e) {
            if (e.isTooLarge() && some.size() > 1) {
                int middle = from + some.size() / 2;
                add(batch, from, middle, batch.numbers.get(middle - 1), false);
                add(batch, middle, to, rowsSoFar, last);
                return;
            }
            // The progress, which is the item behind the rows, is refused where the rows leave it no room.
            long line = some.isEmpty() ? rowsSoFar : batch.lines.get(Math.min(from + e.index(), to - 1));
            throw VerbFailedException.failed(batch.file + ":" + line + ": " + e.getMessage(), e);
        }
    }

    private void stopIfAsked() {
        if (stopping.requested()) {
            throw new VerbFailedException(ExitCode.TERMINATED, "stopped; run it again to go on");
        }
    }

    /** Rows that are waiting to be added. */
    private final class Batch {
        private final String file;
        private final String source;
        private final List<ImportRow> rows = new ArrayList<>(BATCH_ROWS_MAX);
        private final List<Long> lines = new ArrayList<>(BATCH_ROWS_MAX);
        /** How many rows of the source there are up to each. */
        private final List<Long> numbers = new ArrayList<>(BATCH_ROWS_MAX);

        private int seen;
        private long bytes;

        Batch(String file, String source) {
            this.file = file;
            this.source = source;
        }

        /** A row may be as large as a whole batch and more: then it is one of its own. */
        boolean isFullFor(int moreBytes) {
            return seen >= BATCH_ROWS_MAX || seen > 0 && bytes + moreBytes > BATCH_BYTES_MAX;
        }

        void put(LineReader line, long number) {
            seen++;
            bytes += line.length();
            try {
                rows.add(mapping.map(line.bytes(), line.length()));
                lines.add(line.number());
                numbers.add(number);
            } catch (BadRowException e) {
                String message = file + ":" + line.number() + ": " + e.getMessage();
                if (!skipBadRows) {
                    throw VerbFailedException.failed(message, e);
                }
                bad++;
                console.notice("cairn: left out " + message);
            }
        }

        void clear() {
            rows.clear();
            lines.clear();
            numbers.clear();
            seen = 0;
            bytes = 0;
        }
    }
}
