package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole segment of records of many large entities is gone: so many that what is left of them is looked for all at once. */
class ManyLostBodiesTest {
    private static final int TASKS = 60;
    /** Behind what is lost, before the tasks are changed again. */
    private static final long BETWEEN = 210;

    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .segmentRecordsMax(100)
            .imageInterval(64)
            .inlineBytesMax(256)
            .projection(false)
            .build();

    @TempDir
    Path temporary;

    private static String metadata(String name, String value) {
        return "{\"" + name + "\":\"" + value + "x".repeat(800) + "\"}";
    }

    private static void fillUpTo(Cairn cairn, long offset) {
        while (cairn.log().append(NewRecord.of("notes", "n", "{}")).offset() < offset) {
            // each record takes one offset
        }
    }

    /** Segments of 100 records: the tasks are created in the first, changed in the second, changed again in the third. */
    private void write(Path directory) {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (int i = 0; i < TASKS; i++) {
                cairn.tasks().create(NewTask.of("t-" + i).metadata(metadata("first", "1-" + i)));
            }
            fillUpTo(cairn, 105);
            for (int i = 0; i < TASKS; i++) {
                cairn.tasks().patch("t-" + i, TaskPatch.empty().metadata(metadata("second", "2-" + i)));
            }
            for (int i = 0; i < 20; i++) {
                cairn.tasks().create(NewTask.of("gone-" + i).metadata(metadata("only", "o-" + i)));
            }
            fillUpTo(cairn, 215);
            for (int i = 0; i < TASKS; i += 2) {
                cairn.tasks().patch("t-" + i, TaskPatch.empty().metadata(metadata("third", "3-" + i)));
            }
        }
    }

    @Test
    void shouldRepairToWhatIsLeftOfEach() throws Exception {
        Path directory = temporary.resolve("data");
        write(directory);
        Files.delete(directory.resolve("log/0000000001/00000002.cq4"));
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.tasks()).hasSize(TASKS + 20);
        assertThat(plan.apply(OPTIONS).deleted()).hasSize(20).allMatch(key -> key.startsWith("task/gone-"));
        for (int opening = 0; opening < 2; opening++) {
            try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
                for (int i = 0; i < TASKS; i++) {
                    requireWhatIsLeft(cairn, i);
                }
                assertThat(cairn.tasks().get("gone-3")).isEmpty();
            }
        }
        assertThat(Verification.of(directory, true, Progress.NONE).isSound()).isTrue();
    }

    private static void requireWhatIsLeft(Cairn cairn, int i) {
        Task task = cairn.tasks().get("t-" + i).orElseThrow();
        assertThat(task.incomplete()).isTrue();
        assertThat(task.metadata()).contains("1-" + i + "x").doesNotContain("second");
        assertThat(task.metadata().contains("3-" + i + "x")).isEqualTo(i % 2 == 0);
        assertThat(task.version()).isEqualTo(i % 2 == 0 ? 4 : 3);
        Task then = cairn.tasks().getAsOf("t-" + i, BETWEEN).orElseThrow();
        assertThat(then.incomplete()).as("t-%s at %s", i, BETWEEN).isTrue();
        assertThat(then.metadata()).contains("1-" + i + "x").doesNotContain("third");
    }
}
