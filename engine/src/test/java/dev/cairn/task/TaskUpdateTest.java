package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.ConflictException;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changing a task depending on what it is. */
class TaskUpdateTest {
    private static final Duration SHORT = Duration.ofNanos(10);

    @TempDir
    private Path directory;

    private final List<Long> bounds = new ArrayList<>();
    private final RetryOptions retry = RetryOptions.defaults()
            .withAttemptsMax(8)
            .withPauses(SHORT, SHORT.multipliedBy(20))
            .withJitter(bound -> {
                bounds.add(bound);
                return bound / 2;
            });
    private Cairn cairn;
    private Tasks tasks;
    private int asked;

    @BeforeEach
    void open() {
        cairn = Cairn.open(directory);
        tasks = cairn.tasks();
        tasks.create(NewTask.of("t"));
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    /** Raises the priority, after others were faster for so many times. */
    private TaskPatch raise(Task task, int others) {
        if (asked++ < others) {
            tasks.patch("t", TaskPatch.empty().priority(task.priority() + 100));
        }
        return TaskPatch.empty().priority(task.priority() + 1);
    }

    @Test
    void shouldWriteAtOnceWhenNobodyIsFaster() {
        Receipt receipt = tasks.update("t", task -> raise(task, 0), retry);
        assertThat(receipt.version()).isEqualTo(2);
        assertThat(bounds).isEmpty();
    }

    @Test
    void shouldStartOverWithWhatOthersMadeOfIt() {
        tasks.update("t", task -> raise(task, 3), retry);
        assertThat(tasks.get("t").orElseThrow().priority()).isEqualTo(301);
        assertThat(asked).isEqualTo(4);
        assertThat(cairn.metrics().conflicts()).isEqualTo(3);
        assertThat(bounds).containsExactly(10L, 20L, 40L);
    }

    @Test
    void shouldGiveUpWithTheLastRefusal() {
        assertThatThrownBy(() -> tasks.update("t", task -> raise(task, 100), retry))
                .isInstanceOfSatisfying(ConflictException.class, refusal -> {
                    assertThat(refusal.expected()).isEqualTo("version 8");
                    assertThat(refusal.actual()).isEqualTo(9);
                });
        assertThat(asked).isEqualTo(8);
        assertThat(bounds).as("pauses double up to their bound").containsExactly(10L, 20L, 40L, 80L, 160L, 200L, 200L);
    }

    @Test
    void shouldKeepTheOptionsOfTheWrite() {
        WriteOptions options = WriteOptions.defaults().withOperation("once").withActor("agent-7");
        Receipt first = tasks.update("t", task -> raise(task, 1), options, retry);
        Receipt again = tasks.update("t", task -> TaskPatch.empty().priority(101), options, retry);
        assertThat(again.replayed()).isTrue();
        assertThat(again.offset()).isEqualTo(first.offset());
        assertThat(tasks.history("t").get(0).actor()).isEqualTo("agent-7");
    }

    @Test
    void shouldLeaveOtherRefusalsToTheCaller() {
        assertThatThrownBy(() -> tasks.update("u", task -> TaskPatch.empty(), retry))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> tasks.update("t", task -> TaskPatch.empty().status("paused"), retry))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(bounds).isEmpty();
    }

    @Test
    void shouldEndWhenItIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> tasks.update("t", task -> raise(task, 9), retry))
                .isInstanceOf(NotReadyException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void shouldNeverPauseLongerThanItSays() {
        RetryOptions wild = retry.withJitter(bound -> Long.MAX_VALUE);
        assertThat(wild.pauseNanos(1)).isEqualTo(10);
        assertThat(wild.pauseNanos(1_000_000)).isEqualTo(200);
        assertThat(retry.withJitter(bound -> -5).pauseNanos(3)).isZero();
        RetryOptions defaults = RetryOptions.defaults();
        for (int attempt = 1; attempt < 100; attempt++) {
            assertThat(defaults.pauseNanos(attempt)).isBetween(0L, 100_000_000L);
        }
        assertThat(defaults.attemptsMax()).isEqualTo(100);
    }

    @Test
    void shouldRefuseOptionsOutOfRange() {
        assertThatThrownBy(() -> retry.withAttemptsMax(0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> retry.withPauses(SHORT, Duration.ZERO)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> retry.withPauses(SHORT.negated(), SHORT)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> retry.withPauses(SHORT, Duration.ofHours(2)))
                .isInstanceOf(InvalidRequestException.class);
    }
}
