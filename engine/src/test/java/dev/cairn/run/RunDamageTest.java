package dev.cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.log.NewRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that others are differences to is damaged on disk: they are errors, before and after a repair, and the run goes on. */
class RunDamageTest {
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().scrub(false).build();
    private static final int SNAPSHOTS = 12;
    private static final int DAMAGED = 5;

    @TempDir
    Path temporary;

    private Path directory;
    private final List<String> states = new ArrayList<>();
    private long damagedOffset;

    @BeforeEach
    void write() throws IOException {
        directory = temporary.resolve("data");
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            text.append("word").append(random.nextInt(100_000)).append(' ');
        }
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (int i = 0; i < SNAPSHOTS; i++) {
                states.add("[" + i + ",\"" + text + "\"]");
                SnapshotInfo saved = cairn.runs()
                        .save(
                                "r",
                                NewSnapshot.auto(states.get(i))
                                        .id("s" + i)
                                        .metadata("{\"mark\":\"needle-" + i + "-\"}"))
                        .snapshot();
                assertThat(saved.depth()).isEqualTo(i);
                damagedOffset = i == DAMAGED ? saved.offset() : damagedOffset;
            }
            // Into the next segments: damage in the newest would be a refusal to open.
            String filler = "\"" + "x".repeat(50_000) + "\"";
            for (int i = 0; i < 60; i++) {
                cairn.log().append(NewRecord.of("filler", "k", filler));
            }
        }
        TestDirectories.damageRecordWith(directory, "needle-" + DAMAGED + "-");
    }

    private void assertOnlyDependantsFail(Runs runs) {
        for (int i = 0; i < SNAPSHOTS; i++) {
            String id = "s" + i;
            if (i < DAMAGED) {
                assertThat(runs.load("r", id).orElseThrow().state()).isEqualTo(states.get(i));
            } else {
                assertThatThrownBy(() -> runs.load("r", id))
                        .as(id)
                        .isInstanceOfSatisfying(
                                DamagedLogException.class,
                                refusal -> assertThat(refusal.offset()).isEqualTo(damagedOffset));
            }
        }
    }

    @Test
    void shouldFailWhatNeedsTheDamagedAndNothingElse() {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            Runs runs = cairn.runs();
            assertOnlyDependantsFail(runs);
            SnapshotInfo next = runs.save(
                            "r", NewSnapshot.auto("[99," + states.get(0) + "]").id("next"))
                    .snapshot();
            assertThat(next.depth()).isZero();
            assertThat(runs.latest("r").orElseThrow().state()).isEqualTo("[99," + states.get(0) + "]");
        }
    }

    /** All but the one that is lost, however large the pages. */
    private static void assertListed(Runs runs) {
        for (int limit : new int[] {1, 3, 100}) {
            List<String> listed = new ArrayList<>();
            for (long before = Long.MAX_VALUE; before >= 0; ) {
                SnapshotPage page = runs.list("r", before, limit);
                page.snapshots().forEach(snapshot -> listed.add(snapshot.id()));
                before = page.next();
            }
            assertThat(listed).doesNotContain("s" + DAMAGED).doesNotHaveDuplicates();
            for (int i = 0; i < SNAPSHOTS; i++) {
                assertThat(listed.contains("s" + i)).as("s" + i).isEqualTo(i != DAMAGED);
            }
        }
    }

    @Test
    void shouldFailTheSameAfterARepair() {
        Recovery recovery = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        recovery.apply(OPTIONS);
        for (boolean checkpoint : new boolean[] {true, false}) {
            CairnOptions options = TestDirectories.smallSegments()
                    .useCheckpoint(checkpoint)
                    .scrub(false)
                    .build();
            try (Cairn cairn = Cairn.open(directory, options)) {
                Runs runs = cairn.runs();
                for (int i = 0; i < SNAPSHOTS; i++) {
                    String id = "s" + i;
                    if (i < DAMAGED) {
                        assertThat(runs.load("r", id).orElseThrow().state()).isEqualTo(states.get(i));
                    } else if (i > DAMAGED) {
                        assertThatThrownBy(() -> runs.load("r", id)).isInstanceOf(DamagedLogException.class);
                    }
                }
                assertThat(runs.get("r").orElseThrow().incomplete()).isTrue();
                assertListed(runs);
                runs.save("r", NewSnapshot.manual("[99," + states.get(0) + "]"));
                assertThat(runs.latest("r").orElseThrow().state()).isEqualTo("[99," + states.get(0) + "]");
            }
        }
        assertThat(Verification.of(directory, true, Progress.NONE).findings())
                .filteredOn(finding -> finding.severity() != Verification.Severity.NOTE)
                .isEmpty();
    }
}
