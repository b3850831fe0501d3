package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.imports.ImportWrites;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitTest {
    @TempDir
    Path directory;

    private Cairn cairn;

    @BeforeEach
    void open() {
        cairn = Cairn.open(
                directory, TestDirectories.smallSegments().projection(false).build());
    }

    @AfterEach
    void stateShouldFollowFromTheLog() {
        StateRoot live = cairn.stateRoot();
        cairn.close();
        deleteCheckpoint();
        try (Cairn replayed = Cairn.open(directory, cairn.options())) {
            assertThat(replayed.stateRoot().kinds()).isEqualTo(live.kinds());
        }
    }

    private void deleteCheckpoint() {
        directory.resolve("checkpoint").resolve("state.checkpoint").toFile().delete();
    }

    @Test
    void shouldSayHowDurableAWriteIs() {
        Receipt accepted = cairn.tasks().create(NewTask.of("a"));
        Receipt durable = cairn.tasks().transition("a", "running", Expect.version(1), Ack.DURABLE);

        assertThat(accepted.version()).isEqualTo(1);
        assertThat(durable.ack()).isEqualTo(Ack.DURABLE);
        assertThat(durable.durableOffset()).isGreaterThanOrEqualTo(durable.offset());
        assertThat(durable.offset()).isEqualTo(accepted.offset() + 1);
        assertThat(durable.revision()).isEqualTo(durable.offset());
    }

    @Test
    void shouldRefuseAWriteWhoseExpectationIsNotMet() {
        Receipt created = cairn.tasks().create(NewTask.of("a"));
        Watermarks before = cairn.watermarks();

        assertThatThrownBy(() -> cairn.tasks().transition("a", "running", Expect.version(2)))
                .isInstanceOfSatisfying(ConflictException.class, conflict -> {
                    assertThat(conflict.expected()).isEqualTo("version 2");
                    assertThat(conflict.actual()).isEqualTo(1);
                    assertThat(conflict.revision()).isEqualTo(created.revision());
                });
        assertThatThrownBy(() -> cairn.tasks().transition("a", "running", Expect.revision(created.revision() + 1)))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> cairn.tasks().create(NewTask.of("a"))).isInstanceOf(ConflictException.class);
        assertThat(cairn.watermarks().endOffset()).isEqualTo(before.endOffset());
        assertThat(cairn.metrics().conflicts()).isEqualTo(3);
    }

    @Test
    void shouldGiveTheFirstResultToARepeatedOperation() {
        WriteOptions options = WriteOptions.defaults().withOperation("op-1");
        Receipt first = cairn.tasks().create(NewTask.of("a"), options);
        Receipt repeated = cairn.tasks().create(NewTask.of("a"), options);

        assertThat(repeated.replayed()).isTrue();
        assertThat(repeated.offset()).isEqualTo(first.offset());
        assertThat(cairn.operation("op-1")).isInstanceOf(OperationOutcome.Committed.class);
        assertThat(cairn.operation("op-2")).isInstanceOf(OperationOutcome.Unknown.class);
        assertThatThrownBy(() -> cairn.tasks().create(NewTask.of("b"), options))
                .isInstanceOf(OperationMismatchException.class);
        assertThat(cairn.tasks().get("b")).isEmpty();
    }

    @Test
    void shouldRecogniseAnOperationThatIsRepeatedInTheSameBatch() {
        WriteOptions options = WriteOptions.defaults().withOperation("op-1");
        NewRecord record = NewRecord.of("builds", "a", "{}");
        List<Receipt> receipts = cairn.batch()
                .add(LogWrites.append(record), options)
                .add(LogWrites.append(record), options)
                .commitAtomic(null);

        assertThat(receipts.get(1).replayed()).isTrue();
        assertThat(receipts.get(1).offset()).isEqualTo(receipts.get(0).offset());
        Batch other = cairn.batch()
                .add(LogWrites.append(record), options.withOperation("op-2"))
                .add(TaskWrites.create(NewTask.of("a")), options.withOperation("op-2"));
        assertThat(other.commit(null).get(1).refusal()).isInstanceOf(OperationMismatchException.class);
    }

    @Test
    void shouldCommitAnAtomicBatchWholeOrNotAtAll() {
        Batch good = cairn.batch()
                .add(TaskWrites.create(NewTask.of("a")))
                .add(TaskWrites.patch("a", TaskPatch.empty().status("running")), expectVersion(1))
                .add(LogWrites.append(NewRecord.of("builds", "a", "{\"n\":1}")));
        List<Receipt> receipts = good.commitAtomic(Ack.DURABLE);
        assertThat(receipts).extracting(Receipt::version).containsExactly(1L, 2L, 1L);

        long end = cairn.watermarks().endOffset();
        Batch bad = cairn.batch().add(TaskWrites.create(NewTask.of("b"))).add(TaskWrites.check("a"), expectVersion(7));
        assertThatThrownBy(() -> bad.commitAtomic(null))
                .isInstanceOfSatisfying(BatchRefusedException.class, refused -> {
                    assertThat(refused.index()).isEqualTo(1);
                    assertThat(refused.refusal()).isInstanceOf(ConflictException.class);
                });
        assertThat(cairn.tasks().get("b")).isEmpty();
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
    }

    private static WriteOptions expectVersion(long version) {
        return WriteOptions.defaults().withExpect(Expect.version(version));
    }

    @Test
    void shouldCommitEachItemOfABatchForItselfAcrossManyDocuments() {
        Batch batch = cairn.batch();
        String metadata = "{\"text\":\"" + "x".repeat(2_000) + "\"}";
        for (int i = 0; i < 2_000; i++) {
            batch.add(TaskWrites.create(NewTask.of("t" + i / 2).metadata(metadata)));
        }
        List<Batch.Outcome> outcomes = batch.commit(Ack.DURABLE);

        assertThat(outcomes).hasSize(2_000);
        for (int i = 0; i < 2_000; i += 2) {
            assertThat(outcomes.get(i).receipt()).isNotNull();
            assertThat(outcomes.get(i + 1).refusal()).isInstanceOf(ConflictException.class);
        }
        assertThat(cairn.metrics().documents()).isGreaterThan(2);
        assertThat(cairn.watermarks().segments()).isGreaterThan(2);
    }

    @Test
    void shouldCompleteAsynchronousWritesWhenTheyAreDurable() throws Exception {
        List<CompletableFuture<Receipt>> futures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            futures.add(cairn.tasks().createAsync(NewTask.of("t" + i), WriteOptions.defaults()));
        }
        for (CompletableFuture<Receipt> future : futures) {
            Receipt receipt = future.get(10, TimeUnit.SECONDS);
            assertThat(receipt.ack()).isEqualTo(Ack.DURABLE);
            assertThat(receipt.durableOffset()).isGreaterThanOrEqualTo(receipt.offset());
        }
        CompletableFuture<Receipt> refused = cairn.tasks().createAsync(NewTask.of("t1"), WriteOptions.defaults());
        assertThatThrownBy(() -> refused.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ConflictException.class);
    }

    @Test
    void shouldKeepLargeValuesInTheLog() {
        String large = "{\"text\":\"" + "y".repeat(50_000) + "\",\"n\":0}";
        cairn.tasks().create(NewTask.of("big").metadata(large));
        for (int i = 1; i <= 40; i++) {
            cairn.tasks().patch("big", TaskPatch.empty().metadata("{\"n\":" + i + "}"));
        }
        Task task = cairn.tasks().get("big").orElseThrow();
        assertThat(task.metadata()).endsWith("\"n\":40}").hasSizeGreaterThan(50_000);
        assertThat(task.version()).isEqualTo(41);
        Task early = cairn.tasks().getAsOf("big", task.revision() - 20).orElseThrow();
        assertThat(early.metadata()).endsWith("\"n\":20}");
    }

    @Test
    void shouldShowTheStateAfterEachRecord() {
        List<Task> states = new ArrayList<>();
        cairn.tasks().create(NewTask.of("a"));
        states.add(cairn.tasks().get("a").orElseThrow());
        for (int i = 0; i < 100; i++) {
            cairn.tasks().create(NewTask.of("other" + i));
            cairn.tasks().patch("a", TaskPatch.empty().priority(i).metadata("{\"k" + i % 7 + "\":" + i + "}"));
            states.add(cairn.tasks().get("a").orElseThrow());
        }
        for (Task state : states) {
            assertThat(cairn.tasks().getAsOf("a", state.revision())).contains(state);
        }
        assertThat(cairn.tasks().getAsOf("a", states.get(0).revision() - 1)).isEmpty();
        assertThat(cairn.tasks().history("a", Long.MAX_VALUE, 1_000))
                .extracting(LogRecord::offset)
                .isSortedAccordingTo((x, y) -> Long.compare(y, x))
                .hasSize(101);
        assertThatThrownBy(() -> cairn.tasks().getAsOf("a", cairn.watermarks().endOffset()))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldGoOnWithTheNextVersionAfterADelete() {
        cairn.tasks().create(NewTask.of("a"));
        Receipt deleted = cairn.tasks().delete("a");
        assertThat(cairn.tasks().get("a")).isEmpty();
        assertThat(cairn.tasks().history("a")).hasSize(2);
        Receipt again = cairn.tasks().create(NewTask.of("a"));
        assertThat(again.version()).isEqualTo(deleted.version() + 1);
        assertThat(cairn.tasks().getAsOf("a", deleted.offset())).isEmpty();
        assertThat(cairn.tasks().getAsOf("a", deleted.offset() - 1)).isPresent();
    }

    @Test
    void shouldKeepTheProgressOfAnImportWithItsBatch() {
        cairn.batch()
                .add(TaskWrites.upsert("a", TaskPatch.empty()))
                .add(ImportWrites.advance("file", 1))
                .commitAtomic(null);
        assertThat(cairn.imports().rows("file")).isEqualTo(1);
        assertThat(cairn.imports().rows("other")).isZero();
    }

    @Test
    void shouldRefuseAStaleFence() {
        cairn.tasks().create(NewTask.of("a"));
        assertThatThrownBy(() -> cairn.tasks()
                        .transition("a", "running", WriteOptions.defaults().withFence(new Fence("task:a", 3))))
                .isInstanceOfSatisfying(
                        StaleTokenException.class,
                        stale -> assertThat(stale.current()).isNull());
    }

    @Test
    void shouldTellAnInterruptedWriterThatTheOutcomeIsUnknown() {
        cairn.tasks().create(NewTask.of("a"), WriteOptions.defaults().withAck(Ack.DURABLE));
        Thread.currentThread().interrupt();
        try {
            Receipt receipt = cairn.tasks()
                    .create(NewTask.of("b"), WriteOptions.defaults().withAck(Ack.DURABLE));
            assertThat(receipt.ack()).isEqualTo(Ack.DURABLE); // it was durable before anybody had to wait
        } catch (OutcomeUnknownException unknown) {
            assertThat(unknown.receipt().version()).isEqualTo(1);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(cairn.tasks().get("b")).isPresent();
        cairn.tasks().create(NewTask.of("c"), WriteOptions.defaults().withAck(Ack.DURABLE));
    }
}
