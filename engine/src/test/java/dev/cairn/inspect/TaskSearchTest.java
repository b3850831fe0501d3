package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.ForbiddenException;
import dev.cairn.NotFoundException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.internal.disk.DiskFaults.Fault;
import dev.cairn.internal.disk.DiskFaults.On;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskSearchTest {
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().projection(false).build();

    private static final String MARK = "{\"mark\":\"damaged\"}";

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

    @Test
    void shouldBeginWithACheckpointWhoseLastRecordIsLost() throws IOException {
        Path directory = temporary.resolve("data");
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            fill(cairn.tasks());
            cairn.tasks().create(NewTask.of("newest").metadata(MARK));
        }
        TestDirectories.damageRecordWith(directory, MARK);
        assertFindsWithNewest(directory);

        try (DiskFaults faults = DiskFaults.failEach(
                directory, On.ANY, file -> Files.exists(directory.resolve("repair.done")), Fault.EIO)) {
            assertThatThrownBy(() -> Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE)
                            .apply(OPTIONS))
                    .isInstanceOf(CairnException.class);
            assertThat(faults.hasStruck()).isTrue();
        }
        assertFindsWithNewest(directory); // given up by a repair of which the log has no account
    }

    private static void assertFindsWithNewest(Path directory) {
        assertFinds(directory);
        assertThat(LogView.open(directory).tasks().get("newest")).hasValueSatisfying(newest -> {
            assertThat(newest.metadata()).isEqualTo(MARK);
            assertThat(newest.incomplete()).isTrue();
        });
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
