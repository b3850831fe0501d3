package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.ForbiddenException;
import dev.cairn.NotFoundException;
import dev.cairn.TestDirectories;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.Tasks;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskSearchTest {
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().projection(false).build();

    @TempDir
    Path temporary;

    @Test
    void shouldFindTasksInTheCheckpointAndInTheRecordsBehindIt() {
        Path directory = temporary.resolve("data");
        Path killed = temporary.resolve("killed");
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            fill(cairn.tasks());
        }
        assertFinds(directory);
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.tasks().patch("small", TaskPatch.empty().priority(9));
            cairn.tasks().patch("large", TaskPatch.empty().priority(9));
            cairn.tasks().create(NewTask.of("gone"));
            cairn.tasks().delete("small");
            TestDirectories.copyAsIfKilled(directory, killed);
        }
        assertFinds(killed);
    }

    private static void fill(Tasks tasks) {
        tasks.create(NewTask.of("small").metadata("{\"a\":1}"));
        tasks.create(NewTask.of("large").metadata("{\"text\":\"" + "x".repeat(20_000) + "\"}"));
        tasks.create(NewTask.of("gone"));
        for (int i = 0; i < 40; i++) {
            tasks.patch("small", TaskPatch.empty().metadata("{\"b\":" + i + "}"));
            tasks.patch("large", TaskPatch.empty().metadata("{\"b\":" + i + "}"));
        }
        tasks.delete("gone");
    }

    /** What the search finds is what an engine that builds the state finds. */
    private static void assertFinds(Path directory) {
        Tasks searched = LogView.open(directory).tasks();
        CairnOptions readOnly =
                CairnOptions.builder().readOnly(true).projection(false).build();
        try (Cairn cairn = Cairn.open(directory, readOnly)) {
            for (String id : new String[] {"small", "large", "gone", "never"}) {
                assertThat(searched.get(id)).as(id).isEqualTo(cairn.tasks().get(id));
                assertThat(searched.getAsOf(id, 20))
                        .as(id)
                        .isEqualTo(cairn.tasks().getAsOf(id, 20));
            }
            assertThat(searched.history("small", Long.MAX_VALUE, 100))
                    .isEqualTo(cairn.tasks().history("small", Long.MAX_VALUE, 100));
        }
        assertThatThrownBy(() -> searched.history("never")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> searched.create(NewTask.of("x"))).isInstanceOf(ForbiddenException.class);
    }
}
