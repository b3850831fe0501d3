package dev.cairn.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.InvalidRequestException;
import dev.cairn.WriteOptions;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The progress of imports as an import meets it. */
class ImportsTest {
    @TempDir
    private Path directory;

    @Test
    void shouldKeepProgressWithTheRowsItIsAbout() {
        try (Cairn cairn = Cairn.open(directory)) {
            assertThat(cairn.imports().rows("file")).isZero();
            cairn.batch()
                    .add(TaskWrites.upsert("a", TaskPatch.empty()))
                    .add(ImportWrites.advance("file", 1))
                    .commitAtomic(null);
            assertThatThrownBy(() -> cairn.batch()
                            .add(TaskWrites.upsert("b", TaskPatch.empty()), WriteOptions.defaults())
                            .add(ImportWrites.advance("file", 0))
                            .commitAtomic(null))
                    .isInstanceOf(BatchRefusedException.class);
            assertThat(cairn.tasks().get("b")).isEmpty();
            assertThatThrownBy(() -> cairn.imports().rows("")).isInstanceOf(InvalidRequestException.class);
        }
        try (Cairn cairn = Cairn.open(directory)) {
            assertThat(cairn.imports().rows("file")).isEqualTo(1);
            assertThat(cairn.tasks().get("a")).isPresent();
        }
    }
}
