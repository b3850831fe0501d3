package dev.cairn.harness;

import dev.cairn.harness.Told.Level;
import dev.cairn.harness.Workload.Mode;
import dev.cairn.harness.Workload.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * One client: writes block after block. What it began when its engine died it asks for and tries again where the write has an
 * operation id; the rest of that it leaves.
 *
 * <p>Threading: one thread.
 */
public final class WorkloadClient {
    private final Workload workload;
    private final int client;
    private final Door door;
    private final Teller teller;

    public WorkloadClient(Workload workload, int client, Door door, Teller teller) {
        this.workload = workload;
        this.client = client;
        this.door = door;
        this.teller = teller;
    }

    /**
     * Writes until the door throws.
     *
     * @param firstBlock the block to go on with
     * @param ended a bit for each of its numbers that is done with
     */
    public void run(long firstBlock, long ended) {
        block(firstBlock, ended, true);
        teller.flush(); // what was left at the block's end is told before a number of the next is written
        for (long block = firstBlock + 1; true; block++) {
            block(block, 0, false);
        }
    }

    private void block(long block, long ended, boolean again) {
        long begin = Workload.number(client, block);
        int size = workload.groupSize(begin);
        for (long first = begin; first < begin + Workload.BLOCK; first += size) {
            List<Work> group = new ArrayList<>(size);
            for (long number = first; number < first + size; number++) {
                boolean done = (ended >>> (number - begin) & 1) != 0;
                Work work = workload.work(number);
                if (!done && (!again || mayTryAgain(work))) {
                    group.add(work);
                }
            }
            if (!group.isEmpty()) {
                door.write(again && group.get(0).mode() == Mode.ATOMIC ? whole(first, size) : group);
                teller.flush();
            }
        }
    }

    /** An atomic batch is tried again as a whole. */
    private List<Work> whole(long first, int size) {
        List<Work> group = new ArrayList<>(size);
        for (long number = first; number < first + size; number++) {
            group.add(workload.work(number));
        }
        return group;
    }

    /** Asks what became of a write whose answer was lost. */
    private boolean mayTryAgain(Work work) {
        if (work.operation() == null) {
            teller.tell(new Told.Ended(work.number(), Level.ABANDONED, 0, -1, 0, false, System.nanoTime()));
            return false;
        }
        if (work.item() == 0) {
            teller.tell(door.outcome(work));
        }
        return true;
    }
}
