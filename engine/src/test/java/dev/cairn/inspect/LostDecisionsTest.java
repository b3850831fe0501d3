package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.decision.Decision;
import dev.cairn.decision.DecisionExport;
import dev.cairn.decision.DecisionQuery;
import dev.cairn.decision.NewDecision;
import dev.cairn.internal.assembly.LogRepair;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.segment.LogDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions whose only record is lost to damage: the checkpoint still knows them, and a repair puts them back into the log. */
class LostDecisionsTest {
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments().build();
    private static final int DECISIONS = 3_000;

    @TempDir
    Path temporary;

    @Test
    void shouldKeepWhatTheCheckpointKnows() throws IOException {
        Path directory = temporary.resolve("data");
        List<Decision> before = new ArrayList<>();
        String document;
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (int i = 0; i < DECISIONS; i++) {
                NewDecision decision = NewDecision.of("d" + i, "ann", "T" + i, "x".repeat(900));
                cairn.decisions().append(decision, WriteOptions.defaults().withAck(Ack.ACCEPTED));
            }
            cairn.sync();
            for (int i = 0; i < DECISIONS; i++) {
                before.add(cairn.decisions().get("d" + i).orElseThrow());
            }
            document = export(cairn);
        }
        zero(segments(directory).get(1), 400_000, 4_096);
        LogDirectory log = new LogDirectory(directory);
        RepairPlan plan = LogRepair.plan(log, Inspection.of(directory).identity(), RepairScope.ALL, Progress.NONE);
        assertThat(plan.lostCount()).isBetween(1L, 20L);
        LogRepair.apply(log, plan, RepairScope.ALL, OPTIONS);

        assertThat(VerifiedDirectory.wrong(new VerifiedDirectory(directory).verifyDeeply()))
                .isEmpty();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            long incomplete = 0;
            for (Decision known : before) {
                Decision found = cairn.decisions().get(known.id()).orElseThrow();
                assertThat(found.content()).isEqualTo(known.content());
                assertThat(found.offset()).isEqualTo(known.offset());
                assertThat(found.date()).isEqualTo(known.date());
                incomplete += found.incomplete() ? 1 : 0;
            }
            assertThat(incomplete).isEqualTo(plan.lostCount());
            assertThat(export(cairn)).isEqualTo(document);
        }
        assertThat(VerifiedDirectory.wrong(new VerifiedDirectory(directory).verifyDeeply()))
                .isEmpty();
    }

    private static String export(Cairn cairn) throws IOException {
        StringBuilder out = new StringBuilder();
        DecisionQuery all = DecisionQuery.all().including(cairn.watermarks().durableOffset(), Duration.ofSeconds(20));
        DecisionExport.of(cairn.decisions()::list, all).writeTo(out, Long.MAX_VALUE);
        return out.toString();
    }

    private static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    private static void zero(Path file, long position, int bytes) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(position);
            opened.write(new byte[bytes]);
        }
    }
}
