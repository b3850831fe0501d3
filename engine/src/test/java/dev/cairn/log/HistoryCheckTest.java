package dev.cairn.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Recovery;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories that say of themselves whether records of them were lost. */
class HistoryCheckTest {
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments().build();

    @TempDir
    Path directory;

    private static boolean isIncomplete(List<LogRecord> newestFirst, long startOffset) {
        HistoryCheck check = new HistoryCheck();
        newestFirst.forEach(check::add);
        check.end(startOffset);
        return check.isIncomplete();
    }

    private static void change(Cairn cairn, String task, String mark) {
        cairn.tasks().create(NewTask.of(task));
        cairn.tasks().patch(task, TaskPatch.empty().metadata("{\"m\":\"" + mark + "\"}"));
        cairn.tasks().patch(task, TaskPatch.empty().priority(3));
        cairn.tasks().delete(task);
    }

    @Test
    void shouldFindNothingWhereNothingIsLost() {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            change(cairn, "t", "mark");
            cairn.tasks().create(NewTask.of("t"));
            List<LogRecord> all = cairn.tasks().history("t");
            assertThat(isIncomplete(all, 0)).isFalse();
            assertThat(isIncomplete(List.of(), 0)).isFalse();
            assertThat(isIncomplete(all.subList(0, 2), all.get(1).offset()))
                    .as("what is below the start of the log was not lost")
                    .isFalse();
            assertThat(isIncomplete(all.subList(0, 2), 0)).as("the first ones").isTrue();
            assertThat(isIncomplete(List.of(all.get(0), all.get(2)), all.get(2).offset()))
                    .as("one between")
                    .isTrue();
        }
    }

    @Test
    void shouldTellOfLossesOfATaskThatIsDeletedOrBeganAnew() throws IOException {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            change(cairn, "deleted", "mark-of-the-deleted");
            change(cairn, "anew", "mark-of-the-new");
            cairn.tasks().create(NewTask.of("anew"));
            change(cairn, "whole", "mark-of-the-whole");
        }
        TestDirectories.damageRecordWith(directory, "mark-of-the-deleted");
        TestDirectories.damageRecordWith(directory, "mark-of-the-new");
        Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE).apply(OPTIONS);
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            long start = cairn.watermarks().startOffset();
            assertThat(cairn.tasks().get("deleted")).isEmpty();
            assertThat(isIncomplete(cairn.tasks().history("deleted"), start)).isTrue();
            assertThat(isIncomplete(cairn.tasks().history("anew"), start)).isTrue();
            assertThat(isIncomplete(cairn.tasks().history("whole"), start)).isFalse();
        }
    }
}
