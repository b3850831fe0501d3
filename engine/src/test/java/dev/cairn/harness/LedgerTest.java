package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.harness.Ledger.Loss;
import dev.cairn.harness.Told.Ended;
import dev.cairn.harness.Told.Level;
import dev.cairn.harness.Told.Seen;
import dev.cairn.harness.Workload.Kind;
import dev.cairn.harness.Workload.Mode;
import dev.cairn.harness.Workload.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kill loop and the power cut would notice: each kind of broken promise, told to the ledger by hand. */
class LedgerTest {
    private static final long WINDOW_NANOS = 1_000;
    private static final Loss LOSS = new Loss(5_000, WINDOW_NANOS, 2);

    private final Workload workload = new Workload(1, 1, 100, 4);
    private final Ledger ledger = new Ledger(workload);
    /** Appends that stand for themselves, in the order of their numbers. */
    private final List<Work> appends = LongStream.range(0, 10_000)
            .mapToObj(workload::work)
            .filter(work -> work.kind() == Kind.APPEND && work.mode() != Mode.ATOMIC)
            .toList();
    /** The log: offset 0 opens the epoch; then come appends. */
    private final List<Told> log = new ArrayList<>();

    @BeforeEach
    void writeThree() {
        log.add(new Seen(0, 1, 1, -1, -1, "system", "epoch", "opened", 0));
        for (int i = 0; i < 3; i++) {
            log.add(seen(i, i + 1));
            ledger.ended(ended(i, i + 1, Level.ACCEPTED, 4_500));
        }
    }

    @Test
    void shouldTakeWhatIsRight() {
        ledger.checkLog(log, null);
        ledger.checkLog(log, null);
        ledger.checkLog(log.subList(0, 4), LOSS);
    }

    @Test
    void shouldMissAWriteAfterAKill() {
        log.remove(3);
        expect(null, "expected every acknowledged write");
    }

    @Test
    void shouldMissADurableWriteAfterAPowerCut() {
        ledger.ended(ended(3, 4, Level.DURABLE, 4_900));
        expect(LOSS, "expected every durable write");
    }

    @Test
    void shouldMissWhatWasThereAtAnOpeningBefore() {
        ledger.checkLog(log, null);
        log.remove(3);
        expect(LOSS, "which was in the log before");
    }

    @Test
    void shouldNoticeALossOfTooManyRecords() {
        ledger.ended(ended(3, 7, Level.ACCEPTED, 4_900));
        expect(LOSS, "expected a loss of at most 2 records");
    }

    @Test
    void shouldNoticeTheLossOfAnOldWrite() {
        ledger.ended(ended(3, 4, Level.ACCEPTED, 1_000));
        expect(LOSS, "expected a loss of the last");
    }

    @Test
    void shouldNoticeAHole() {
        log.remove(2);
        expect(LOSS, "expected the record behind offset 1");
    }

    @Test
    void shouldNoticeAGapThatIsNotAnnounced() {
        log.add(new Seen(100, 2, 2, 0, -1, "system", "epoch", "opened", 0));
        expect(null, "expected the range from 4 on to be announced");
        log.add(4, new Told.Gap(4, 100));
        new Ledger(workload).checkLog(log, null);
    }

    @Test
    void shouldNoticeAnOffsetThatIsIssuedAgain() {
        assertThatThrownBy(() -> ledger.ended(ended(3, 3, Level.ACCEPTED, 4_900)))
                .hasMessageContaining("never to be issued again");
    }

    @Test
    void shouldNoticeAWriteThatWasMadeTwice() {
        log.add(seen(2, 4));
        expect(null, "expected each write once");
    }

    @Test
    void shouldNoticeARefusedWriteThatWasMade() {
        ledger.ended(ended(3, -1, Level.REFUSED, 4_900));
        log.add(seen(3, 4));
        expect(null, "expected no record of a refused write");
    }

    @Test
    void shouldNoticeOtherContent() {
        Seen last = (Seen) log.remove(3);
        log.add(new Seen(
                last.offset(), 1, last.version(), last.prev(), last.number(), Workload.TOPIC, last.key(), "record", 7));
        expect(null, "expected a record that says");
    }

    @Test
    void shouldNoticeAWrongVersion() {
        Seen last = (Seen) log.remove(3);
        log.add(new Seen(
                last.offset(),
                1,
                last.version() + 1,
                last.prev(),
                last.number(),
                Workload.TOPIC,
                last.key(),
                "record",
                last.payload()));
        expect(null, "expected version");
    }

    @Test
    void shouldNoticeAWrongOutcome() {
        ledger.checkLog(log, null);
        long number = appends.get(0).number();
        ledger.outcome(new Told.Outcome(number, 1, 1));
        assertThatThrownBy(() -> ledger.outcome(new Told.Outcome(number, -1, 0)))
                .hasMessageContaining("expected the outcome of a write");
    }

    @Test
    void shouldNoticeASessionOrALeaseThatTheLogDoesNotTellOf() {
        Workload all = new Workload(1, 1, 100, 4, true);
        Work said = single(all, Kind.SAY);
        Work taken = single(all, Kind.TAKE);
        Ledger ledgerOfAll = new Ledger(all);
        ledgerOfAll.checkLog(
                List.of(
                        log.get(0),
                        new Seen(
                                1,
                                1,
                                1,
                                -1,
                                said.number(),
                                "session",
                                said.key(),
                                "appended",
                                Told.digest(said.message())),
                        new Seen(2, 1, 1, -1, taken.number(), "lease", taken.key(), "granted", 0)),
                null);
        Told.Found session = new Told.Found("session", said.key(), 1, 1);
        Told.Found lease = new Told.Found("lease", taken.key(), 2, taken.number());
        ledgerOfAll.checkFound(List.of(session, lease));
        assertThatThrownBy(() -> ledgerOfAll.checkFound(List.of(session)))
                .hasMessageContaining("expected Found[topic=lease");
        assertThatThrownBy(() -> ledgerOfAll.checkFound(List.of(new Told.Found("session", said.key(), 2, 1), lease)))
                .hasMessageContaining("expected Found[topic=session");
        assertThatThrownBy(
                        () -> ledgerOfAll.checkFound(List.of(session, lease, new Told.Found("lease", "other", 1, 1))))
                .hasMessageContaining("expected 2 sessions, leases and snapshots, was 3");
    }

    private static Work single(Workload workload, Kind kind) {
        return LongStream.range(0, 10_000)
                .mapToObj(workload::work)
                .filter(work -> work.kind() == kind && work.mode() == Mode.SINGLE)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldNoticeATaskThatTheLogDoesNotTellOf() {
        ledger.checkLog(log, null);
        assertThatThrownBy(() -> ledger.checkTask(new Told.TaskIs("c0-1", "pending", 1, 1, 0)))
                .hasMessageContaining("expected c0-1 with status ''");
    }

    private void expect(@Nullable Loss loss, String message) {
        assertThatThrownBy(() -> ledger.checkLog(log, loss))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(message);
    }

    /** The record of an append whose key has no other. */
    private Seen seen(int index, long offset) {
        Work work = appends.get(index);
        long before = log.stream()
                .filter(told -> told instanceof Seen seen && seen.key().equals(work.key()))
                .mapToLong(told -> ((Seen) told).offset())
                .max()
                .orElse(-1);
        long version = 1
                + log.stream()
                        .filter(told -> told instanceof Seen seen && seen.key().equals(work.key()))
                        .count();
        return new Seen(
                offset,
                1,
                version,
                before,
                work.number(),
                Workload.TOPIC,
                work.key(),
                "record",
                Told.digest(work.json()));
    }

    private Ended ended(int index, long offset, Level level, long nanos) {
        return new Ended(appends.get(index).number(), level, 1, offset, 1, false, nanos);
    }
}
