package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.RepairPlans.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.disk.DiskSpy;
import dev.cairn.internal.segment.LogCorrupter;
import dev.cairn.internal.segment.LogDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The account of a repair on its way from the first changed file to the log. */
class RepairJournalTest {
    private static final UUID INSTALLATION = HandmadeLog.INSTALLATION;

    @TempDir
    Path root;

    private LogDirectory directory;
    private RepairJournal journal;

    @BeforeEach
    void makeAnAccount() {
        directory = new LogDirectory(root);
        journal = RepairJournal.of(plan(12, 34), directory);
    }

    private RepairPlan plan(int... numbers) {
        return RepairPlans.plan(directory, 41, List.of(range(3, 5), range(8, 8)), numbers);
    }

    @Test
    void shouldTellOfItsPlan() {
        assertThat(journal)
                .isEqualTo(new RepairJournal(
                        plan(12, 34).id(),
                        41,
                        List.of(range(3, 5), range(8, 8)),
                        List.of("log/0000000001/00000012.cq4", "log/0000000001/00000034.cq4"),
                        List.of(RepairPlans.TASK, RepairPlans.ORDER),
                        List.of("op-1", "op-2"),
                        List.of(),
                        -1));
        assertThat(journal.numbers()).containsExactly(12, 34);
    }

    @Test
    void shouldNameFilesOfTheRepairThatItFinishesFirst() {
        RepairPlan rest = plan(34, 56).finishing(journal);
        assertThat(RepairJournal.of(rest, directory).numbers()).containsExactly(12, 34, 56);
    }

    @Test
    void shouldKnowOfNoRepairWhereNoneWasBegun() throws IOException {
        assertThat(RepairJournal.isCutOff(directory)).isFalse();
        assertThat(RepairJournal.unfinished(directory, INSTALLATION)).isNull();
        assertThat(RepairJournal.pending(directory, INSTALLATION)).isNull();
        RepairJournal.forget(directory);
    }

    @Test
    void shouldBeCutOffUntilItsFilesAreInPlace() throws IOException {
        journal.begin(directory, INSTALLATION);
        assertThat(RepairJournal.isCutOff(directory)).isTrue();
        assertThat(RepairJournal.unfinished(directory, INSTALLATION)).isEqualTo(journal);
        assertThat(RepairJournal.pending(directory, INSTALLATION)).isNull();

        RepairJournal.done(directory);
        assertThat(RepairJournal.isCutOff(directory)).isFalse();
        assertThat(RepairJournal.unfinished(directory, INSTALLATION)).isEqualTo(journal);
        assertThat(RepairJournal.pending(directory, INSTALLATION)).isEqualTo(journal);

        RepairJournal.forget(directory);
        assertThat(RepairJournal.unfinished(directory, INSTALLATION)).isNull();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void shouldForceEachOfItsStepsToTheDisk() throws IOException {
        journal.begin(directory, INSTALLATION);
        try (DiskSpy spy = DiskSpy.on(root)) {
            RepairJournal.done(directory);
            RepairJournal.forget(directory);
            RepairJournal.forget(directory);
            assertThat(spy.seen())
                    .containsExactly(
                            "MOVE repair.begun", "FORCE ", "DELETE repair.done", "FORCE ", "DELETE repair.done");
        }
    }

    @Test
    void shouldPreferTheRepairThatIsNotInPlaceYet() throws IOException {
        journal.begin(directory, INSTALLATION);
        RepairJournal.done(directory);
        RepairJournal next = RepairJournal.of(plan(56), directory);
        next.begin(directory, INSTALLATION);

        assertThat(RepairJournal.unfinished(directory, INSTALLATION)).isEqualTo(next);
        assertThat(RepairJournal.pending(directory, INSTALLATION)).isEqualTo(journal);
        RepairJournal.done(directory);
        assertThat(RepairJournal.pending(directory, INSTALLATION)).isEqualTo(next);
    }

    @Test
    void shouldNotBelieveTheAccountOfAnotherLog() throws IOException {
        journal.begin(directory, new UUID(1, 2));
        assertThat(RepairJournal.unfinished(directory, INSTALLATION)).isNull();
    }

    @Test
    void shouldComeBackWithoutAnythingLost() throws IOException {
        RepairJournal nothing = new RepairJournal("0", -1, List.of(), List.of(), List.of(), List.of(), List.of(), -1);
        nothing.begin(directory, INSTALLATION);
        assertThat(RepairJournal.unfinished(directory, INSTALLATION)).isEqualTo(nothing);
    }

    @Test
    void shouldComeBackWithWhatLayElsewhere() throws IOException {
        List<RepairJournal.Move> moves = List.of(
                new RepairJournal.Move("log/0000000001/00000001.cq4", "log/0000000002/00000007.cq4"),
                new RepairJournal.Move("log/0000000002/00000007.cq4", "log/0000000001/00000001.cq4"));
        RepairJournal moved = new RepairJournal("0", 3, List.of(), List.of(), List.of(), List.of(), moves, -1);
        moved.begin(directory, INSTALLATION);
        assertThat(RepairJournal.unfinished(directory, INSTALLATION)).isEqualTo(moved);
        assertThat(moved.kept()).isEqualTo(Map.of(1, "00000007.cq4", 7, "00000001.cq4"));
    }

    @Test
    void shouldComeBackWithAnUnknownEnd() throws IOException {
        RepairJournal unknown = new RepairJournal("0", 3, List.of(), List.of(), List.of(), List.of(), List.of(), 17);
        unknown.begin(directory, INSTALLATION);
        assertThat(RepairJournal.unfinished(directory, INSTALLATION)).isEqualTo(unknown);
    }

    /** A version that knows of no moves can finish it. */
    @Test
    void shouldBeOfTheFirstFormatWhereNothingLayElsewhere() throws IOException {
        journal.begin(directory, INSTALLATION);
        assertThat(FileEnvelope.read(root.resolve("repair.begun"), "RCVY", 1).format())
                .isEqualTo(1);
    }

    @Test
    void shouldRefuseADamagedAccount() throws IOException {
        journal.begin(directory, INSTALLATION);
        new LogCorrupter(root.resolve("repair.begun")).flipBit(8 * 60);
        assertThatThrownBy(() -> RepairJournal.unfinished(directory, INSTALLATION))
                .isInstanceOf(FileEnvelope.BadFileException.class);
    }
}
