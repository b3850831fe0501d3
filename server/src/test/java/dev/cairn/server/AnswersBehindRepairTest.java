package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.CairnOptions;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.harness.FileDamage;
import dev.cairn.harness.SampleWrites;
import dev.cairn.harness.Trials;
import dev.cairn.inspect.Recovery;
import dev.cairn.server.Questions.Question;
import dev.cairn.server.TestServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that can be asked over HTTP about a log, asked before damage, of a reader behind it, and behind the repair: what lost
 * no record is answered as before; what did says so, and says nothing that was never so.
 */
class AnswersBehindRepairTest {
    private static final int TRIALS_IN_BUILD = 4;
    private static final int WRITES_OF_AN_EPOCH = 150;
    private static final int DAMAGES_MAX = 8;

    /** Mostly some records of a segment; seldom the rest of it, or all. */
    private static final List<FileDamage> USUAL = List.of(
            FileDamage.SECTOR_ZEROED,
            FileDamage.SECTOR_ZEROED,
            FileDamage.SECTOR_ZEROED,
            FileDamage.SECTOR_ZEROED,
            FileDamage.FLIPPED,
            FileDamage.FLIPPED,
            FileDamage.PAGE_ZEROED,
            FileDamage.PAGE_ZEROED,
            FileDamage.TRUNCATED,
            FileDamage.MISSING);

    @TempDir
    Path temporary;

    private final Map<String, Integer> outcomes = new TreeMap<>();

    @Test
    void shouldAnswerAsBeforeOrSayThatRecordsAreLost() {
        long trials = Trials.of("answers behind a repair", TRIALS_IN_BUILD).run(this::trial);
        outcomes.forEach((outcome, count) -> System.out.printf("answers behind a repair: %,6d %s%n", count, outcome));
        if (trials >= TRIALS_IN_BUILD) {
            assertThat(outcomes.keySet())
                    .as("not each of them the same")
                    .contains(
                            "damaged: as before", "damaged: incomplete", "repaired: as before", "repaired: incomplete");
        }
    }

    private static CairnOptions.Builder options() {
        return CairnOptions.builder()
                .segmentBytesMax(1 << 20)
                .segmentRecordsMax(70)
                .imageInterval(4)
                .inlineBytesMax(256);
    }

    private void trial(Random random) throws IOException {
        Path directory = temporary.resolve("data");
        Path copy = temporary.resolve("copy");
        try {
            SampleWrites writes = new SampleWrites(random);
            for (int epoch = random.nextInt(3); epoch > 0; epoch--) {
                try (TestServer server = start(directory, options())) {
                    writes.write(server.cairn(), WRITES_OF_AN_EPOCH);
                }
            }
            Questions questions;
            Map<Question, Answer> before = new LinkedHashMap<>();
            ListComparison lists;
            try (TestServer server = start(directory, options())) {
                writes.write(server.cairn(), WRITES_OF_AN_EPOCH);
                server.cairn().sync();
                questions = Questions.aboutAllOf(server);
                questions.all().forEach(question -> before.put(question, server.get(question.path())));
                lists = ListComparison.with(server, questions.records().lastKey());
                if (random.nextBoolean()) {
                    TestDirectories.copyAsIfKilled(directory, copy);
                }
            }
            Path damaged = Files.exists(copy) ? copy : directory;
            damage(damaged, random);
            Recovery plan = Recovery.plan(damaged, 0, Long.MAX_VALUE, Progress.NONE);
            LostOffsets lost = new LostOffsets(questions.records(), plan.lost());
            askReadOnly(damaged, before, lost);
            List<String> deleted = plan.isDue() ? plan.apply(options().build()).deleted() : List.of();
            askRepaired(damaged, new AnswerComparison(before, lost, deleted), before, lists, lost);
        } finally {
            delete(directory);
            delete(copy);
        }
    }

    private static TestServer start(Path directory, CairnOptions.Builder options) {
        return TestServer.start(directory, options, server -> server);
    }

    private void askReadOnly(Path damaged, Map<Question, Answer> before, LostOffsets lost) throws IOException {
        Path copy = TestDirectories.copyAsIfKilled(damaged, temporary.resolve("looked-at"));
        AnswerComparison comparison = new AnswerComparison(before, lost, null);
        try (TestServer server = start(copy, options().readOnly(true))) {
            ask(server, before, comparison, "damaged: ");
        } finally {
            delete(copy);
        }
        comparison.assertNoContradiction();
    }

    private void askRepaired(
            Path repaired,
            AnswerComparison comparison,
            Map<Question, Answer> before,
            ListComparison lists,
            LostOffsets lost) {
        try (TestServer server = start(repaired, options())) {
            comparison.records(Questions.records(server));
            ask(server, before, comparison, "repaired: ");
            lists.compare(server, lost, comparison.contradictions());
        }
        comparison.assertNoContradiction();
    }

    private void ask(TestServer server, Map<Question, Answer> before, AnswerComparison comparison, String stage) {
        before.keySet().forEach(question -> {
            String outcome = comparison.answer(question, server.get(question.path()));
            outcomes.merge(stage + outcome, 1, Integer::sum);
        });
    }

    private static void damage(Path directory, Random random) throws IOException {
        List<Path> segments;
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            segments = files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
        for (int i = 1 + random.nextInt(DAMAGES_MAX); i > 0; i--) {
            Path segment = segments.get(random.nextInt(segments.size()));
            FileDamage damage = USUAL.get(random.nextInt(USUAL.size()));
            if (Files.exists(segment)) {
                damage.apply(segment, new FileDamage.Sources(segment, segment, segment), random);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            TestDirectories.delete(directory);
        }
    }
}
