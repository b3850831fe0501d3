package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.harness.Workload.Mode;
import dev.cairn.harness.Workload.Work;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadClientTest {
    private static final Workload WORKLOAD = new Workload(7, 1, 1_000, 4);

    private final List<Told> told = new ArrayList<>();
    private int flushed;

    /** Else a parent that kills the child then lets the next one begin the block before, and go on to this one as if it were new. */
    @Test
    void shouldTellOfABlocksEndBeforeTheNextIsWritten() {
        long block = blockWhoseEndIsLeft();
        WorkloadClient client = new WorkloadClient(WORKLOAD, 0, new ClosedBehind(block), new Counting());

        assertThatThrownBy(() -> client.run(block, 0)).isInstanceOf(IllegalStateException.class);

        assertThat(told).isNotEmpty().hasSize(flushed);
        assertThat(told.get(told.size() - 1))
                .isInstanceOfSatisfying(
                        Told.Ended.class,
                        ended -> assertThat(ended.number()).isEqualTo(Workload.number(0, block + 1) - 1));
    }

    /** One whose last write has no operation id, and so is not tried again. */
    private static long blockWhoseEndIsLeft() {
        long block = 0;
        Work last;
        do {
            block++;
            last = WORKLOAD.work(Workload.number(0, block + 1) - 1);
        } while (last.mode() != Mode.SINGLE || last.operation() != null);
        return block;
    }

    private final class Counting implements Teller {
        @Override
        public void tell(Told message) {
            told.add(message);
        }

        @Override
        public void flush() {
            flushed = told.size();
        }
    }

    /** Takes every write of a block, and none behind it. */
    private final class ClosedBehind implements Door {
        private final long block;

        ClosedBehind(long block) {
            this.block = block;
        }

        @Override
        public Told.Outcome outcome(Work work) {
            return new Told.Outcome(work.number(), -1, 0);
        }

        @Override
        public void write(List<Work> group) {
            if (Workload.block(group.get(0).number()) > block) {
                throw new IllegalStateException("the next block");
            }
            for (Work work : group) {
                told.add(new Told.Ended(work.number(), Told.Level.REFUSED, 0, -1, 0, false, 0));
            }
        }
    }
}
