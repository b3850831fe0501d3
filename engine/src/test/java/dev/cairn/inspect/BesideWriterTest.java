package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.GoneException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.harness.Trials;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who only looks at a directory finds nothing wrong with it while a writer goes on: begins segments and seals them, closes, and
 * opens again. Each trial is one look.
 */
class BesideWriterTest {
    private static final int LOOKS_IN_BUILD = 40;
    private static final int WRITES_OF_OPENING = 400;
    private static final int TASKS = 50;
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().segmentRecordsMax(20).build();
    private static final CairnOptions READ_ONLY =
            TestDirectories.smallSegments().readOnly(true).build();

    private final AtomicLong written = new AtomicLong();
    private volatile boolean stopped;
    private Path directory;
    private CompletableFuture<Void> writer;

    @BeforeEach
    void beginToWrite() throws IOException {
        directory = TestDirectories.inMemory("cairn-beside");
        writer = CompletableFuture.runAsync(this::writeAgainAndAgain);
        Awaitility.await().until(() -> written.get() > WRITES_OF_OPENING || writer.isDone());
    }

    private void writeAgainAndAgain() {
        while (!stopped) {
            try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
                for (int i = 0; i < WRITES_OF_OPENING && !stopped; i++) {
                    TaskPatch patch = TaskPatch.empty().metadata("{\"n\":" + i + "}");
                    cairn.tasks().upsert("t" + written.getAndIncrement() % TASKS, patch, WriteOptions.defaults());
                }
            }
        }
    }

    @AfterEach
    void stop() throws Exception {
        stopped = true;
        writer.get(60, TimeUnit.SECONDS);
        TestDirectories.delete(directory);
    }

    @Test
    void shouldFindNothingWrongWhileAWriterGoesOn() {
        Trials.of("looks beside a writer", LOOKS_IN_BUILD).run(random -> {
            look(random);
            assertThat(writer.isDone()).isFalse();
        });
    }

    private void look(Random random) {
        switch (random.nextInt(4)) {
            case 0 ->
                assertThat(Verification.of(directory, false, Progress.NONE).findings())
                        .isEmpty();
            case 1 ->
                assertThat(Verification.of(directory, true, Progress.NONE).findings())
                        .isEmpty();
            case 2 ->
                assertThat(Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE)
                                .lost())
                        .isEmpty();
            default -> read();
        }
    }

    private void read() {
        try (Cairn reader = Cairn.open(directory, READ_ONLY)) {
            long durable = reader.watermarks().durableOffset();
            long found = 0;
            for (long next = Math.max(0, durable - 100); next <= durable; ) {
                try {
                    LogPage page = reader.log().read(next, durable + 1, LogFilter.all(), 30);
                    found += page.records().size();
                    next = page.next();
                } catch (GoneException e) {
                    next = Objects.requireNonNull(e.resumeFrom());
                }
            }
            assertThat(found).isPositive();
            assertThat(reader.tasks().get("t1")).isPresent();
        }
    }
}
