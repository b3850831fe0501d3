package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.CairnException;
import dev.cairn.NotFoundException;
import dev.cairn.WriteOptions;
import dev.cairn.internal.commit.BatchItem;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.read.EntityReaders;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentOptions;
import dev.cairn.internal.system.RecordRepair;
import dev.cairn.internal.system.RecoverEntity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a repair into the log that it repaired: for each entity that lost records what the entity is now, and then the account,
 * which so tells that all of them are there. Done by the first opening after the repair, before anybody else writes; cut off, by
 * the next, which passes over what is there. What was put back from a copy since is not lost, and nothing is said of it.
 *
 * <p>Threading: the opening thread.
 */
final class RepairRecord {
    private static final Logger LOG = LoggerFactory.getLogger(RepairRecord.class);

    private static final String ACTOR = "cairn";
    private static final int BATCH_ITEMS = 1_000;

    private final LogDirectory directory;
    private final RepairJournal journal;
    private final Kinds kinds;
    private final EntityReaders readers;
    private final WriterSide writes;
    private final List<OffsetRange> lost;
    private final boolean someIsBack;
    private final int documentBytesMax;

    RepairRecord(OpenLog log, RepairJournal journal, WriterSide writes) {
        this.directory = log.directory();
        this.journal = journal;
        this.kinds = log.registry().kinds;
        this.readers = log.readers();
        this.writes = writes;
        this.lost = OffsetRange.intersection(journal.lost(), log.catalog().lostRanges());
        this.someIsBack = !lost.equals(journal.lost());
        this.documentBytesMax =
                SegmentOptions.ofSegmentBytes(log.options().segmentBytesMax()).documentBytesMax();
    }

    void write() throws IOException {
        WriteOptions options = WriteOptions.defaults().withActor(ACTOR).withAck(Ack.ACCEPTED);
        List<LostEntity> stillLost =
                journal.entities().stream().filter(this::isStillLost).toList();
        List<BatchItem> items = new ArrayList<>();
        int step = 0;
        for (LostEntity entity : stillLost) {
            step++;
            RecoverEntity command = new RecoverEntity(
                    kinds.byId(entity.kind()), entity.topic(), entity.key(), entity.lastVersion(), entity.lastOffset());
            items.add(new BatchItem(new BoundCommand(KindIds.SYSTEM, command), step(options, step)));
            if (items.size() == BATCH_ITEMS) {
                commit(items);
            }
        }
        commit(items);
        List<String> accounts = new RepairAccount(journal, lost, stillLost, documentBytesMax).texts();
        for (int i = 0; i < accounts.size(); i++) {
            writes.commit(
                    kinds.byId(KindIds.SYSTEM),
                    new RecordRepair(accounts.get(i)),
                    step(options, i == 0 ? 0 : step + i));
        }
        writes.sync();
        RepairJournal.forget(directory);
    }

    private boolean isStillLost(LostEntity entity) {
        if (!someIsBack || OffsetRange.contain(lost, entity.lastOffset())) {
            return true;
        }
        long newest = readers.revision(kinds.byId(entity.kind()), entity.topic(), entity.key());
        return newest < 0 || !readers.isWhole(newest, Integer.MAX_VALUE);
    }

    /**
     * A repair is one operation, of the same steps in the same order for as long as its journal exists and nothing of what it lost is
     * put back.
     */
    private WriteOptions step(WriteOptions options, int step) {
        String operation = "repair-" + journal.id() + "-" + journal.durable();
        long left = lost.stream().mapToLong(OffsetRange::count).sum();
        return options.withOperation(someIsBack ? operation + "-" + left : operation, step, 0);
    }

    /**
     * Who is not there any more is left as the log has it. Any other refusal is thrown: the repair has not ended then, and the next
     * opening goes on.
     */
    private void commit(List<BatchItem> items) {
        List<Batch.Outcome> outcomes = writes.commitEach(items, Ack.ACCEPTED);
        for (int i = 0; i < items.size(); i++) {
            CairnException refusal = outcomes.get(i).refusal();
            if (refusal instanceof NotFoundException) {
                LOG.warn("{}: an entity is left as the log has it: {}", directory.root(), refusal.toString());
            } else if (refusal != null) {
                BoundCommand command = items.get(i).command(); // others may have left it no room in their document
                writes.commit(
                        kinds.byId(command.kind()),
                        command.command(),
                        items.get(i).options());
            }
        }
        items.clear();
    }
}
