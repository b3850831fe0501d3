package dev.cairn.tools;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.Receipt;
import dev.cairn.TooLargeException;
import dev.cairn.WriteOptions;
import dev.cairn.imports.ImportWrites;
import dev.cairn.log.LogWrites;
import dev.cairn.session.SessionWrites;
import dev.cairn.task.TaskWrites;
import dev.cairn.task.Workflow;
import java.nio.file.Path;
import java.util.List;

/**
 * Imports into a data directory that this process opens for writing.
 *
 * <p>Threading: one thread.
 */
final class DirectoryImport implements ImportTarget {
    private final Cairn cairn;

    private DirectoryImport(Cairn cairn) {
        this.cairn = cairn;
    }

    static DirectoryImport open(Path directory, CairnOptions options) {
        return new DirectoryImport(Cairn.open(directory, options));
    }

    @Override
    public void workflow(Workflow workflow) {
        cairn.tasks().workflow(workflow);
    }

    @Override
    public long rows(String source) {
        return cairn.imports().rows(source);
    }

    @Override
    public Added add(String source, List<ImportRow> rows, long rowsSoFar, boolean last) throws RowRefusedException {
        Batch batch = cairn.batch();
        for (ImportRow row : rows) {
            WriteOptions options = WriteOptions.defaults().withOccurredAt(row.occurredAt());
            if (row instanceof ImportRow.OfTask task) {
                batch.add(TaskWrites.upsert(task.id(), task.patch()), options);
            } else if (row instanceof ImportRow.OfRecord of) {
                batch.add(LogWrites.append(of.record()), options);
            } else if (row instanceof ImportRow.OfMessage of) {
                batch.add(SessionWrites.append(of.session(), of.message()), options);
            }
        }
        batch.add(ImportWrites.advance(source, rowsSoFar));
        try {
            List<Receipt> receipts = batch.commitAtomic(last ? Ack.DURABLE : Ack.ACCEPTED);
            return Added.of(rows, item -> receipts.get(item).version());
        } catch (BatchRefusedException e) {
            boolean tooLarge = e.refusal() instanceof TooLargeException;
            throw new RowRefusedException(
                    e.index(), tooLarge, String.valueOf(e.refusal().getMessage()), e);
        }
    }

    @Override
    public void close() {
        cairn.close();
    }
}
