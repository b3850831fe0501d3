package dev.cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.OperationMismatchException;
import dev.cairn.Progress;
import dev.cairn.Receipt;
import dev.cairn.StaleTokenException;
import dev.cairn.StateRoot;
import dev.cairn.TestDirectories;
import dev.cairn.TooLargeException;
import dev.cairn.WriteOptions;
import dev.cairn.inspect.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs as an embedding program meets them. */
class RunsTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();

    @TempDir
    private Path temporary;

    private Path directory;
    private Cairn cairn;
    private Runs runs;

    @BeforeEach
    void open() {
        directory = temporary.resolve("data");
        reopen(CairnOptions.defaults());
    }

    private void reopen(CairnOptions options) {
        if (cairn != null) {
            cairn.close();
        }
        cairn = Cairn.open(directory, options);
        runs = cairn.runs();
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    @Test
    void shouldSaveAndLoadByRunAndId() {
        SaveResult first =
                runs.save("r", NewSnapshot.auto(" { \"a\" : 1.0 } ").id("one").metadata("{\"task\":\"t\"}"));
        SaveResult second = runs.save(
                "r", NewSnapshot.manual("[null]"), DEFAULTS.withActor("ann").withOccurredAt(Instant.EPOCH));
        assertThat(first.skipped()).isFalse();
        assertThat(runs.load("r", "one").orElseThrow().state()).isEqualTo("{\"a\":1.0}");
        Snapshot latest = runs.latest("r").orElseThrow();
        assertThat(latest.state()).isEqualTo("[null]");
        assertThat(latest.info()).isEqualTo(second.snapshot());
        assertThat(latest.info())
                .extracting(
                        SnapshotInfo::kind,
                        SnapshotInfo::parent,
                        SnapshotInfo::actor,
                        SnapshotInfo::occurredAt,
                        SnapshotInfo::metadata,
                        SnapshotInfo::bytes)
                .containsExactly(SnapshotKind.MANUAL, "one", "ann", Instant.EPOCH, "{}", 6);
        assertThat(latest.id()).isEqualTo(Long.toString(second.receipt().offset()));
        assertThat(runs.load("r", latest.id()).orElseThrow()).isEqualTo(latest);
        assertThat(runs.load("r", "none")).isEmpty();
        assertThat(runs.load("none", "one")).isEmpty();
        assertThat(runs.latest("none")).isEmpty();
        assertThat(runs.get("r").orElseThrow())
                .extracting(Run::latest, Run::task, Run::snapshots, Run::version, Run::bytes)
                .containsExactly(latest.id(), "t", 2L, 2L, 15L);
        assertThat(runs.get("none")).isEmpty();
    }

    @Test
    void shouldSkipAnAutomaticSaveThatChangesNothing() {
        Receipt saved = runs.save(
                        "r", NewSnapshot.auto("{\"a\":1,\"updated_at\":5}").ignore("/updated_at"))
                .receipt();
        long end = cairn.watermarks().endOffset();
        for (int i = 0; i < 3; i++) {
            SaveResult again = runs.save(
                    "r", NewSnapshot.auto("{\"updated_at\":" + i + ", \"a\":1}").ignore("/updated_at"));
            assertThat(again.skipped()).isTrue();
            assertThat(again.snapshot().offset()).isEqualTo(saved.offset());
        }
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
        assertThat(runs.save("r", NewSnapshot.auto("{\"a\":1,\"updated_at\":9}"))
                        .skipped())
                .isFalse();
        assertThat(runs.save("r", NewSnapshot.manual("{\"a\":1,\"updated_at\":9}"))
                        .skipped())
                .isFalse();
        assertThat(runs.save("r", NewSnapshot.recovery("{\"a\":1,\"updated_at\":9}"))
                        .skipped())
                .isFalse();
        assertThat(runs.metrics())
                .extracting(RunMetrics::saves, RunMetrics::skips, RunMetrics::skipRate)
                .containsExactly(4L, 3L, 3 / 7.0);
        assertThat(runs.metrics().meanSaveNanos()).isPositive();
    }

    /** Also the first thing after an opening, with the strictest ack. */
    @Test
    void shouldLeaveNoRecordOfASkip() {
        runs.save("r", NewSnapshot.auto("[1]"));
        reopen(CairnOptions.defaults());
        long end = cairn.watermarks().endOffset();
        assertThat(runs.save("r", NewSnapshot.auto("[1]"), DEFAULTS.withAck(Ack.DURABLE))
                        .skipped())
                .isTrue();
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
    }

    /** What a skipped save stands for is as durable as asked. */
    @Test
    void shouldSkipOnlyWhenWhatIsThereIsDurable() {
        for (int i = 0; i < 20; i++) {
            runs.save("r", NewSnapshot.manual("[1]"), DEFAULTS.withAck(Ack.ACCEPTED));
            SaveResult skipped = runs.save("r", NewSnapshot.auto("[1]"), DEFAULTS.withAck(Ack.DURABLE));
            assertThat(skipped.skipped()).isTrue();
            assertThat(cairn.watermarks().durableOffset())
                    .isGreaterThanOrEqualTo(skipped.snapshot().offset());
        }
    }

    @Test
    void shouldHoldExpectationsAndParentsAlsoOfASaveThatWouldBeSkipped() {
        SaveResult first = runs.save("r", NewSnapshot.auto("[1]").id("a"));
        long revision = first.receipt().revision();
        assertThat(runs.save("r", NewSnapshot.auto("[1]"), DEFAULTS.withExpect(Expect.revision(revision)))
                        .skipped())
                .isTrue();
        assertThatThrownBy(() -> runs.save("r", NewSnapshot.auto("[1]"), DEFAULTS.withExpect(Expect.version(7))))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> runs.save("r", NewSnapshot.auto("[2]"), DEFAULTS.withExpect(Expect.none())))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> runs.save("r", NewSnapshot.auto("[1]").parent("other")))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> runs.save("r", NewSnapshot.auto("[1]"), DEFAULTS.withFence(new Fence("lease", 3))))
                .isInstanceOf(StaleTokenException.class);
        assertThat(runs.save("r", NewSnapshot.auto("[1]").parent("a")).skipped())
                .isTrue();
        assertThat(runs.save("r", NewSnapshot.auto("[2]").parent("a"), DEFAULTS.withExpect(Expect.version(1)))
                        .receipt()
                        .version())
                .isEqualTo(2);
        assertThat(runs.metrics().errors()).isEqualTo(4);
    }

    @Test
    void shouldAnswerARepeatedOperationWithItsFirstResult() {
        WriteOptions operation = DEFAULTS.withOperation("op");
        SaveResult first = runs.save("r", NewSnapshot.auto("[1]"), operation);
        SaveResult atOnce = runs.save("r", NewSnapshot.auto("[1]"), operation);
        runs.save("r", NewSnapshot.auto("[2]"));
        SaveResult later = runs.save("r", NewSnapshot.auto("[1]"), operation);
        for (SaveResult repeated : List.of(atOnce, later)) {
            assertThat(repeated.receipt().replayed()).isTrue();
            assertThat(repeated.receipt().offset()).isEqualTo(first.receipt().offset());
            assertThat(repeated.snapshot()).isEqualTo(first.snapshot());
        }
        assertThatThrownBy(() -> runs.save("r", NewSnapshot.auto("[3]"), operation))
                .isInstanceOf(OperationMismatchException.class);
        reopen(CairnOptions.defaults());
        assertThat(runs.save("r", NewSnapshot.auto("[1]"), operation).receipt().replayed())
                .isTrue();
        assertThat(runs.get("r").orElseThrow().snapshots()).isEqualTo(2);
    }

    @Test
    void shouldSaveInTheBackground() throws Exception {
        SaveResult saved =
                runs.saveAsync("r", NewSnapshot.auto("[1]"), DEFAULTS).get(10, TimeUnit.SECONDS);
        assertThat(saved.receipt().ack()).isEqualTo(Ack.DURABLE);
        assertThat(runs.saveAsync("r", NewSnapshot.auto("[1]"), DEFAULTS)
                        .get(10, TimeUnit.SECONDS)
                        .skipped())
                .isTrue();
        CompletableFuture<SaveResult> refused =
                runs.saveAsync("r", NewSnapshot.auto("[2]").parent("x"), DEFAULTS);
        assertThatThrownBy(() -> refused.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ConflictException.class);
        CompletableFuture<SaveResult> bad = runs.saveAsync("r", NewSnapshot.auto("{"), DEFAULTS);
        assertThatThrownBy(() -> bad.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(InvalidRequestException.class);
        runs.deleteAsync("r", DEFAULTS).get(10, TimeUnit.SECONDS);
        assertThat(runs.get("r")).isEmpty();
    }

    @Test
    void shouldListSnapshotsNewestFirst() {
        assertThatThrownBy(() -> runs.list("r", Long.MAX_VALUE, 10)).isInstanceOf(NotFoundException.class);
        for (int i = 0; i < 7; i++) {
            runs.save("r", NewSnapshot.manual("[" + i + "]").id("s" + i));
        }
        List<String> ids = new ArrayList<>();
        long before = Long.MAX_VALUE;
        int pages = 0;
        while (before >= 0) {
            SnapshotPage page = runs.list("r", before, 3);
            page.snapshots().forEach(snapshot -> ids.add(snapshot.id()));
            before = page.next();
            pages++;
        }
        assertThat(ids).containsExactly("s6", "s5", "s4", "s3", "s2", "s1", "s0");
        assertThat(pages).isEqualTo(3);
        assertThat(runs.list("r", Long.MAX_VALUE, 7).next()).isEqualTo(-1);
        assertThatThrownBy(() -> runs.list("r", Long.MAX_VALUE, 0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> runs.list("r", Long.MAX_VALUE, 1_001)).isInstanceOf(InvalidRequestException.class);
        // An offset that is not one of the run's snapshots, but of another record.
        long pointer = runs.load("r", "s3").orElseThrow().info().offset() + 1;
        assertThatThrownBy(() -> runs.list("r", pointer, 3)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldDeleteARunWithItsSnapshots() {
        runs.save("r", NewSnapshot.auto("[1]").id("a"));
        long old = runs.save("r", NewSnapshot.auto("[2]").id("b")).receipt().offset();
        Receipt deleted = runs.delete("r");
        assertThat(runs.get("r")).isEmpty();
        assertThat(runs.load("r", "a")).isEmpty();
        assertThat(runs.latest("r")).isEmpty();
        assertThatThrownBy(() -> runs.list("r", Long.MAX_VALUE, 10)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> runs.delete("r")).isInstanceOf(NotFoundException.class);
        assertThat(runs.save("r", NewSnapshot.auto("[2]").id("c")).skipped()).isFalse();
        assertThat(runs.load("r", "a")).isEmpty();
        assertThat(runs.load("r", "b")).isEmpty();
        assertThat(runs.list("r", Long.MAX_VALUE, 10).snapshots()).hasSize(1);
        assertThat(runs.list("r", old, 10).snapshots()).isEmpty();
        runs.save("r", NewSnapshot.auto("[3]").id("a"));
        assertThat(runs.load("r", "a").orElseThrow().state()).isEqualTo("[3]");
        assertThat(runs.get("r").orElseThrow().version()).isEqualTo(5);
        assertThat(runs.history("r", Long.MAX_VALUE, 10))
                .extracting(LogRecord::type)
                .containsExactly("saved", "saved", "deleted", "saved", "saved");
        cairn.sync();
        assertThat(runs.loadAsOf("r", "a", deleted.offset() - 1).orElseThrow().state())
                .isEqualTo("[1]");
        assertThat(runs.loadAsOf("r", "b", old).orElseThrow().state())
                .as("of its own record")
                .isEqualTo("[2]");
        assertThat(runs.loadAsOf("r", Runs.LATEST, deleted.offset() - 1)
                        .orElseThrow()
                        .state())
                .isEqualTo("[2]");
        assertThat(runs.listAsOf("r", deleted.offset() - 1, Long.MAX_VALUE, 10).snapshots())
                .extracting(SnapshotInfo::id)
                .containsExactly("b", "a");
        assertThat(runs.listAsOf("r", deleted.offset() - 1, old, 10).snapshots())
                .as("behind the one that a page ended with")
                .extracting(SnapshotInfo::id)
                .containsExactly("a");
        assertThat(runs.listAsOf("r", Instant.now(), Long.MAX_VALUE, 10).snapshots())
                .hasSize(2);
        assertThatThrownBy(() -> runs.listAsOf("r", deleted.offset(), Long.MAX_VALUE, 10))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> runs.listAsOf("r", Instant.now().minusSeconds(3_600), Long.MAX_VALUE, 10))
                .isInstanceOf(NotFoundException.class);
        assertThat(runs.loadAsOf("r", "a", deleted.offset())).isEmpty();
        assertThat(runs.getAsOf("r", deleted.offset() - 1).orElseThrow().snapshots())
                .isEqualTo(2);
        assertThat(runs.getAsOf("r", Instant.now()).orElseThrow().latest()).isEqualTo("a");
        assertThat(runs.loadAsOf("r", "a", Instant.now().minusSeconds(3_600))).isEmpty();
    }

    @Test
    void shouldListRunsFromTheProjection() {
        runs.save("a", NewSnapshot.auto("[1]").metadata("{\"task\":\"t\"}"));
        runs.save("b", NewSnapshot.auto("[1]"));
        long last = runs.save("a", NewSnapshot.auto("[2]"), DEFAULTS.withAck(Ack.DURABLE))
                        .receipt()
                        .offset()
                + 1;
        RunQuery all = RunQuery.all().minOffset(last);
        assertThat(runs.list(all).runs()).extracting(Run::id).containsExactly("a", "b");
        assertThat(runs.list(all).runs().get(0)).isEqualTo(runs.get("a").orElseThrow());
        assertThat(runs.list(all.task("t")).runs()).extracting(Run::id).containsExactly("a");
        assertThat(runs.list(all.task("none")).runs()).isEmpty();
        RunPage first = runs.list(all.limit(1));
        assertThat(runs.list(all.limit(1).cursor(first.next())).runs())
                .extracting(Run::id)
                .containsExactly("b");
        assertThatThrownBy(() -> RunQuery.all().limit(0)).isInstanceOf(InvalidRequestException.class);
        StateRoot root = cairn.stateRoot();
        assertThat(cairn.projectionRoot(root.offset(), Duration.ofSeconds(20))
                        .kinds()
                        .get("run"))
                .isEqualTo(root.kinds().get("run"));
    }

    @Test
    void shouldKeepEveryStateOverOpeningsAndDeaths() {
        CairnOptions small = TestDirectories.smallSegments().build();
        reopen(small);
        long seed = System.nanoTime();
        RandomStates states = new RandomStates(new Random(seed));
        Map<String, String> saved = new LinkedHashMap<>();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 60; i++) {
                String run = "run/" + i % 3;
                String id = round + "-" + i;
                runs.save(run, NewSnapshot.manual(states.next()).id(id));
                saved.put(run + "\n" + id, runs.load(run, id).orElseThrow().state());
            }
            if (round % 2 == 0) {
                cairn.sync();
                directory = TestDirectories.copyAsIfKilled(directory, temporary.resolve("killed" + round));
            }
            reopen(small);
            saved.forEach((key, state) -> {
                String[] parts = key.split("\n");
                assertThat(runs.load(parts[0], parts[1]).orElseThrow().state())
                        .as("seed %d, %s", seed, key)
                        .isEqualTo(state);
            });
        }
        StateRoot root = cairn.stateRoot();
        reopen(TestDirectories.smallSegments().useCheckpoint(false).build());
        assertThat(cairn.stateRoot().kinds()).isEqualTo(root.kinds());
        cairn.close();
        assertThat(Verification.of(directory, true, Progress.NONE).findings())
                .filteredOn(finding -> finding.severity() != Verification.Severity.NOTE)
                .isEmpty();
    }

    @Test
    void shouldReadInEitherModeWhatTheOtherWrote() {
        String text = "\"" + "some text ".repeat(200) + "\"";
        Map<String, String> saved = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            RunMode mode = RunMode.values()[i % 4 / 2];
            reopen(CairnOptions.builder().runMode(mode).build());
            String state = "[" + i / 2 + "," + text + "]";
            SaveResult result = runs.save("r", NewSnapshot.auto(state).id("s" + i));
            assertThat(result.skipped()).isEqualTo(mode == RunMode.OPTIMISED && i % 2 == 1);
            assertThat(result.snapshot().form() == SnapshotForm.PLAIN).isEqualTo(mode == RunMode.STANDARD);
            if (!result.skipped()) {
                saved.put("s" + i, state);
            }
        }
        assertThat(saved).hasSize(15);
        saved.forEach((id, state) ->
                assertThat(runs.load("r", id).orElseThrow().state()).isEqualTo(state));
    }

    @Test
    void shouldTakeTheLargestState() {
        Random random = new Random(1);
        StringBuilder noise = new StringBuilder("[\"");
        while (noise.length() < (16 << 20) - 20) {
            noise.append((char) ('!' + 2 + random.nextInt(57)));
        }
        String first = noise + "\"]";
        String second = noise + "\",1]";
        SaveResult whole = runs.save("r", NewSnapshot.auto(first).id("a"));
        SaveResult delta = runs.save("r", NewSnapshot.auto(second).id("b"));
        assertThat(whole.snapshot().bytes()).isGreaterThan((16 << 20) - 30);
        assertThat(delta.snapshot().storedBytes()).isLessThan(100_000);
        assertThat(runs.save("r", NewSnapshot.auto(second)).skipped()).isTrue();
        reopen(CairnOptions.defaults());
        assertThat(runs.load("r", "b").orElseThrow().state()).isEqualTo(second);
        assertThat(runs.load("r", "a").orElseThrow().state()).isEqualTo(first);
        assertThatThrownBy(() -> runs.save("r", NewSnapshot.auto(noise + "x".repeat(30) + "\"]")))
                .isInstanceOf(TooLargeException.class);
    }

    /** A small segment has room for small documents only: a refusal, not a failure. */
    @Test
    void shouldRefuseAStateThatFitsNoDocument() {
        reopen(TestDirectories.smallSegments().runMode(RunMode.STANDARD).build());
        String large = "\"" + "x".repeat(300_000) + "\"";
        assertThatThrownBy(() -> runs.save("r", NewSnapshot.auto(large))).isInstanceOf(TooLargeException.class);
        assertThat(runs.get("r")).isEmpty();
        runs.save("r", NewSnapshot.auto("1"));
        reopen(TestDirectories.smallSegments().build());
        assertThat(runs.save("r", NewSnapshot.auto(large)).skipped()).isFalse();
    }

    @Test
    void shouldKeepOneRunStraightUnderManyWriters() throws Exception {
        int writers = 4;
        int each = 40;
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int w = 0; w < writers; w++) {
            int writer = w;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    String text = "x".repeat(400);
                    runs.save("r", NewSnapshot.manual("[" + writer + "," + i + ",\"" + text + "\"]"));
                }
            });
            thread.setUncaughtExceptionHandler((ignored, failure) -> failures.add(failure));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        List<SnapshotInfo> all = runs.list("r", Long.MAX_VALUE, 1_000).snapshots();
        assertThat(all).hasSize(writers * each);
        for (int i = 0; i + 1 < all.size(); i++) {
            assertThat(all.get(i).parent()).isEqualTo(all.get(i + 1).id());
            assertThat(runs.load("r", all.get(i).id())).isPresent();
        }
    }

    @Test
    void shouldRefuseWhatIsNoNameWhenAsked() {
        for (String name : List.of("", "batch", "a\u0000")) {
            assertThatThrownBy(() -> runs.get(name)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> runs.load(name, "a")).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> runs.load("r", name)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> runs.delete(name)).isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> runs.history("r", Long.MAX_VALUE, 0)).isInstanceOf(InvalidRequestException.class);
        cairn.close();
        assertThatThrownBy(() -> cairn.runs()).isInstanceOf(NotReadyException.class);
    }
}
