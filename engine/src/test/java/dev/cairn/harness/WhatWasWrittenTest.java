package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.task.NewTask;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the harnesses of damage would notice: a directory that has lost the deletion of a task, durable and not. */
class WhatWasWrittenTest {
    private static final String TASK = SampleWrites.name(0);

    @TempDir
    Path temporary;

    private Path whole;
    private Path shorter;
    private long kept;

    @BeforeEach
    void deleteBehindTheCopy() {
        Path live = temporary.resolve("live");
        try (Cairn cairn = Cairn.open(live, SampleDirectories.options().build())) {
            cairn.tasks().create(NewTask.of(TASK));
            cairn.sync();
            kept = cairn.watermarks().durableOffset();
            shorter = TestDirectories.copyAsIfKilled(live, temporary.resolve("shorter"));
            cairn.tasks().delete(TASK, WriteOptions.defaults());
            whole = TestDirectories.copyAsIfKilled(live, temporary.resolve("whole"));
        }
    }

    @Test
    void shouldAllowWhatWasNotDurableToBeUndone() {
        try (Cairn cairn = Cairn.open(shorter, SampleDirectories.options().build())) {
            assertThat(cairn.tasks().get(TASK)).isPresent();
            assertThat(WhatWasWritten.in(whole, kept).compare(cairn)).isEmpty();
        }
    }

    @Test
    void shouldMissWhatWasDurable() {
        try (Cairn cairn = Cairn.open(shorter, SampleDirectories.options().build())) {
            assertThatThrownBy(() -> WhatWasWritten.in(whole, Long.MAX_VALUE).compare(cairn))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("expected the durable record");
        }
    }

    @Test
    void shouldFindWhatWasNeverWritten() {
        try (Cairn cairn =
                Cairn.open(whole, SampleDirectories.options().readOnly(true).build())) {
            assertThatThrownBy(() -> WhatWasWritten.in(shorter, Long.MAX_VALUE).compare(cairn))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("expected nothing behind");
        }
    }
}
