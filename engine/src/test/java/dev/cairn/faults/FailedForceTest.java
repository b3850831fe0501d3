package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.OperationOutcome;
import dev.cairn.OutcomeUnknownException;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.internal.disk.DiskFaults.Fault;
import dev.cairn.internal.disk.DiskFaults.On;
import dev.cairn.task.NewTask;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a failed force nothing more is acknowledged, by whatever way somebody asks. */
class FailedForceTest {
    @TempDir
    Path directory;

    @Test
    void shouldNotAnswerAnOperationAsCommittedThatWasNotDurable() {
        try (Cairn cairn = Cairn.open(directory, TestDirectories.smallSegments().build())) {
            cairn.tasks().create(NewTask.of("a"), durably("before"));
            try (DiskFaults faults = DiskFaults.failEach(
                    directory, On.FORCE, file -> file.toString().endsWith(".cq4"), Fault.EIO)) {
                assertThatThrownBy(() -> cairn.tasks().create(NewTask.of("b"), durably("struck")))
                        .isInstanceOf(OutcomeUnknownException.class);
                assertThat(faults.hasStruck()).isTrue();
            }
            long durable = cairn.watermarks().durableOffset();

            assertThatThrownBy(() -> cairn.operation("struck"))
                    .isInstanceOfSatisfying(OutcomeUnknownException.class, unknown -> {
                        assertThat(unknown.receipt().offset()).isGreaterThan(durable);
                        assertThat(unknown).hasMessageContaining("a force failed");
                    });
            assertThat(cairn.operation("before"))
                    .isInstanceOfSatisfying(
                            OperationOutcome.Committed.class,
                            committed -> assertThat(committed.receipt().ack()).isEqualTo(Ack.DURABLE));
            assertThat(cairn.operation("never")).isInstanceOf(OperationOutcome.Unknown.class);
        }
        try (Cairn reopened =
                Cairn.open(directory, TestDirectories.smallSegments().build())) {
            assertThat(reopened.operation("struck")).isInstanceOf(OperationOutcome.Committed.class);
        }
    }

    private static WriteOptions durably(String operation) {
        return WriteOptions.defaults().withOperation(operation).withAck(Ack.DURABLE);
    }
}
