package dev.cairn.model.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.model.kinds.PlainRuns.Saved;
import dev.cairn.run.Runs;
import dev.cairn.run.Snapshot;
import dev.cairn.run.SnapshotInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of runs, compared with what the model says.
 *
 * <p>Threading: one thread.
 */
final class RunChecks {
    private final PlainLog log;
    private final Chance chance;

    RunChecks(PlainLog log, Chance chance) {
        this.log = log;
        this.chance = chance;
    }

    void snapshots(Cairn cairn, String run) {
        List<Saved> saved = PlainRuns.snapshots(log, run, Long.MAX_VALUE);
        for (Saved snapshot : saved) {
            same(cairn.runs().load(run, snapshot.id()).orElse(null), run, snapshot);
        }
        Saved latest = saved.isEmpty() ? null : saved.get(saved.size() - 1);
        same(cairn.runs().latest(run).orElse(null), run, latest);
        for (int i = 0; i < 6; i++) {
            String id = "i" + i;
            boolean isThere = saved.stream().anyMatch(snapshot -> snapshot.id().equals(id));
            assertThat(cairn.runs().load(run, id).isPresent())
                    .as("snapshot %s of %s", id, run)
                    .isEqualTo(isThere);
        }
        asOf(cairn, run);
        if (latest != null) {
            List<Long> offsets =
                    new ArrayList<>(saved.stream().map(Saved::offset).toList());
            Collections.reverse(offsets);
            assertThat(list(cairn, run)).as("snapshots of %s", run).isEqualTo(offsets);
        }
    }

    private void asOf(Cairn cairn, String run) {
        long offset = chance.anOffset();
        List<Saved> saved = PlainRuns.snapshots(log, run, offset);
        Saved latest = saved.isEmpty() ? null : saved.get(saved.size() - 1);
        same(cairn.runs().loadAsOf(run, Runs.LATEST, offset).orElse(null), run, latest);
        if (latest != null) {
            Saved any = chance.any(saved);
            same(cairn.runs().loadAsOf(run, any.id(), offset).orElse(null), run, any);
        }
    }

    private List<Long> list(Cairn cairn, String run) {
        List<Long> found = new ArrayList<>();
        long next = Long.MAX_VALUE;
        int limit = 1 + chance.upTo(5);
        do {
            var page = cairn.runs().list(run, next, limit);
            page.snapshots().forEach(snapshot -> found.add(snapshot.offset()));
            next = page.next();
        } while (next >= 0);
        return found;
    }

    static void same(@Nullable Snapshot found, String run, @Nullable Saved expected) {
        Saved plain = null;
        if (found != null) {
            SnapshotInfo info = found.info();
            assertThat(info.run()).isEqualTo(run);
            assertThat(info.bytes()).isEqualTo(found.state().length());
            plain = new Saved(
                    info.id(),
                    info.kind(),
                    info.parent(),
                    info.metadata(),
                    found.state(),
                    info.offset(),
                    info.at(),
                    info.occurredAt(),
                    info.actor());
        }
        assertThat(plain).as("snapshot of %s", run).isEqualTo(expected);
    }
}
