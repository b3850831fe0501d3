package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.commit.BatchItem;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.system.RecordRepair;
import dev.cairn.internal.system.RecoverEntity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a repair into the log that it repaired: its account, and for each entity that lost records what the entity is now. Done
 * by the first opening after the repair, before anybody else writes; cut off, by the next, which passes over what is there.
 *
 * <p>Threading: the opening thread.
 */
final class RepairRecord {
    private static final Logger LOG = LoggerFactory.getLogger(RepairRecord.class);

    private static final String ACTOR = "cairn";
    private static final int LISTED_MAX = 10_000;
    private static final int BATCH_ITEMS = 1_000;

    private final LogDirectory directory;
    private final RepairJournal journal;
    private final Kinds kinds;
    private final WriterSide writes;

    RepairRecord(LogDirectory directory, RepairJournal journal, Kinds kinds, WriterSide writes) {
        this.directory = directory;
        this.journal = journal;
        this.kinds = kinds;
        this.writes = writes;
    }

    void write() throws IOException {
        WriteOptions options = WriteOptions.defaults().withActor(ACTOR).withAck(Ack.ACCEPTED);
        Kind system = kinds.byId(KindIds.SYSTEM);
        writes.commit(system, new RecordRepair(account()), step(options, 0));
        List<BatchItem> items = new ArrayList<>();
        int step = 0;
        for (LostEntity lost : journal.entities()) {
            step++;
            RecoverEntity command = new RecoverEntity(
                    kinds.byId(lost.kind()), lost.topic(), lost.key(), lost.lastVersion(), lost.lastOffset());
            items.add(new BatchItem(new BoundCommand(KindIds.SYSTEM, command), step(options, step)));
            if (items.size() == BATCH_ITEMS) {
                commit(items);
            }
        }
        commit(items);
        writes.sync();
        RepairJournal.forget(directory);
    }

    /** A repair is one operation, of the same steps in the same order for as long as its journal exists. */
    private WriteOptions step(WriteOptions options, int step) {
        return options.withOperation("repair-" + journal.id() + "-" + journal.durable(), step, 0);
    }

    private void commit(List<BatchItem> items) {
        for (Batch.Outcome outcome : writes.commitEach(items, Ack.ACCEPTED)) {
            if (outcome.refusal() != null) {
                LOG.warn(
                        "{}: an entity is left as the log has it: {}",
                        directory.root(),
                        String.valueOf(outcome.refusal()));
            }
        }
        items.clear();
    }

    private String account() {
        ByteSlab json = new ByteSlab(1024);
        JsonWriter writer = new JsonWriter(json).beginObject();
        writer.name("id").string(journal.id());
        writer.name("durableOffset").number(journal.durable());
        writer.name("segments").beginArray();
        journal.files().forEach(writer::string);
        writer.endArray();
        writer.name("misplaced").beginArray();
        journal.moves()
                .forEach(move -> writer.beginObject()
                        .name("segment")
                        .string(move.file())
                        .name("layAt")
                        .string(move.from())
                        .endObject());
        writer.endArray();
        writer.name("lost").beginArray();
        journal.lost()
                .forEach(range -> writer.beginArray()
                        .number(range.first())
                        .number(range.last())
                        .endArray());
        writer.endArray();
        writer.name("endUnknown").bool(journal.assumedEnd() >= 0);
        writer.name("entities").number(journal.entities().size());
        writer.name("tasks").beginArray();
        journal.entities().stream()
                .filter(entity -> entity.kind() == KindIds.TASK)
                .limit(LISTED_MAX)
                .forEach(entity -> writer.string(entity.key()));
        writer.endArray();
        writer.name("operations").beginArray();
        journal.operations().stream().limit(LISTED_MAX).forEach(writer::string);
        writer.endArray();
        writer.endObject();
        return json.utf8();
    }
}
