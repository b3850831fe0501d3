package dev.cairn.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.ForbiddenException;
import dev.cairn.StateRoot;
import dev.cairn.TestDirectories;
import dev.cairn.Watermarks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One run: a directory, an engine that is opened and stopped over and over, and the model beside it.
 *
 * <p>Threading: one thread; all chance comes from one {@link Random}.
 */
final class ModelRun implements AutoCloseable {
    static final Duration WAIT = Duration.ofSeconds(30);
    private static final int JSON_BYTES_MAX = 10_000;

    private final Path temporary;
    private final Random random;
    private final PlainModel model = new PlainModel(JSON_BYTES_MAX);
    private final RandomWishes wishes;
    private final ModelWrites writes;
    private final ModelChecks checks;
    private final SetClock clock = new SetClock();
    private final LastSteps steps = new LastSteps();

    private Path directory;
    private int directories;
    private int restarts;
    private Cairn cairn;
    private CairnOptions options;
    private @Nullable ModelTail tail;
    /** The last record that a step wrote, and how many that step wrote. */
    private long seenOffset = -1;

    private int lastWritten;

    /** A clock that shows what it was told. */
    private static final class SetClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    ModelRun(Path temporary, Random random) {
        this.temporary = temporary;
        this.random = random;
        this.wishes = new RandomWishes(random, model);
        this.writes = new ModelWrites(model, wishes, random, steps);
        this.checks = new ModelChecks(model, wishes, random);
        this.directory = temporary.resolve("data-0");
        this.options = options();
        this.cairn = Cairn.open(directory, options);
        model.opened(1, 0);
    }

    /** Does {@code count} operations, with at least one restart. */
    void run(int count) {
        try {
            for (int i = 0; i < count; i++) {
                step(i);
            }
            if (restarts == 0) {
                restart();
            }
            checkAll();
        } catch (Throwable e) {
            throw new AssertionError(
                    e.getMessage() + "\n  options " + text(options) + "\n  last steps:\n    " + steps.text(), e);
        }
    }

    private void step(int number) {
        long micros = random.nextInt(20) == 0 ? -random.nextInt(5_000) : random.nextInt(2_000);
        clock.now = clock.now.plusNanos(micros * 1_000);
        model.time(clock.now);
        checkMarks();
        int choice = random.nextInt(200);
        if (choice < 100) {
            writes.single(cairn, number);
        } else if (choice < 130) {
            writes.claim(cairn, number);
        } else if (choice < 160) {
            writes.batch(cairn, number);
        } else if (choice < 164) {
            steps.told(number, () -> "workflow");
            var next = wishes.workflow();
            model.workflow(next);
            cairn.tasks().workflow(next);
        } else if (choice < 170) {
            writes.malformed(cairn, number);
        } else if (choice < 190) {
            steps.told(number, () -> "read");
            checks.one(cairn);
        } else if (choice < 194) {
            steps.told(number, () -> "check");
            checkAll();
        } else if (choice < 195) {
            steps.told(number, () -> "reader");
            reader();
        } else if (choice < 198) {
            steps.told(number, () -> "subscribe");
            subscribe();
        } else {
            restart();
        }
    }

    /**
     * Nobody follows more than is durable, and what is not durable is bounded: fewer records than the limit before the last document,
     * and that document, in which one item may be several records.
     */
    private void checkMarks() {
        int written = model.recordsBehind(seenOffset);
        if (written > 0) {
            lastWritten = written;
            seenOffset = model.lastOffset();
        }
        Watermarks before = cairn.watermarks();
        Watermarks after = cairn.watermarks();
        assertThat(before.projectionOffset()).as("projection").isLessThanOrEqualTo(after.durableOffset());
        assertThat(model.recordsBehind(after.durableOffset()))
                .as("records that are not durable")
                .isLessThan(options.unforcedRecordsMax() + lastWritten);
    }

    // Reads

    private void checkAll() {
        writes.join();
        cairn.sync();
        checks.everything(cairn);
        if (options.projection()) {
            checks.projection(cairn);
        }
        if (tail != null) {
            tail.check();
        }
    }

    /** Another opening beside the writer, which only reads. */
    private void reader() {
        cairn.sync();
        CairnOptions readOnly =
                builder().readOnly(true).useCheckpoint(random.nextBoolean()).build();
        try (Cairn reader = Cairn.open(directory, readOnly)) {
            checks.everything(reader);
            ModelWrites.assertRefused(
                    ForbiddenException.class, () -> reader.tasks().delete("t1"));
        }
    }

    private void subscribe() {
        closeTail();
        tail = new ModelTail(
                cairn,
                model,
                model.entries().isEmpty() || wishes.oneIn(3)
                        ? 0
                        : wishes.any(model.entries()).offset());
    }

    private void closeTail() {
        if (tail != null) {
            tail.close();
            tail = null;
        }
    }

    // Restarts

    private static CairnOptions.Builder builder() {
        return TestDirectories.smallSegments().jsonBytesMax(JSON_BYTES_MAX);
    }

    private CairnOptions options() {
        return builder()
                .segmentRecordsMax(wishes.any(List.of(4L, 15L, 40L, Long.MAX_VALUE)))
                .unforcedRecordsMax(wishes.any(List.of(3, 40, 1_000)))
                .forceIntervalMillis(wishes.any(List.of(1, 5, 200)))
                .inlineBytesMax(wishes.any(List.of(64, 300, 4_096)))
                .imageInterval(wishes.any(List.of(2, 5, 16)))
                .projection(!wishes.oneIn(8))
                .useCheckpoint(!wishes.oneIn(3))
                .clock(clock)
                .build();
    }

    private static String text(CairnOptions options) {
        return "segmentRecordsMax " + options.segmentRecordsMax() + ", unforcedRecordsMax "
                + options.unforcedRecordsMax() + ", inlineBytesMax " + options.inlineBytesMax() + ", imageInterval "
                + options.imageInterval() + ", projection " + options.projection() + ", useCheckpoint "
                + options.useCheckpoint();
    }

    /** Stops the engine, in order or by a kill, and opens what that leaves; all roots must be the same. */
    private void restart() {
        restarts++;
        boolean kill = random.nextBoolean();
        CairnOptions next = options();
        steps.told(-1, () -> (kill ? "kill" : "close") + ", then open with " + text(next));
        Map<String, String> live = cairn.stateRoot().kinds();
        long end = cairn.watermarks().endOffset();
        if (kill) {
            Path copy = temporary.resolve("data-" + ++directories);
            TestDirectories.copyAsIfKilled(directory, copy);
            writes.join();
            closeTail();
            cairn.close();
            delete(directory);
            directory = copy;
        } else {
            writes.join();
            closeTail();
            cairn.close();
        }
        int epoch = reopen(next);
        long begin = cairn.watermarks().endOffset();
        if (kill && model.epochBegun()) {
            assertThat(begin).isGreaterThanOrEqualTo(end + next.unforcedRecordsMax());
        } else if (kill) {
            assertThat(begin).isGreaterThanOrEqualTo(end);
        } else {
            assertThat(begin).isEqualTo(end);
        }
        model.opened(epoch, begin);
        checkRoots(live);
    }

    private int reopen(CairnOptions next) {
        int before = model.epoch();
        options = next;
        cairn = Cairn.open(directory, next);
        assertThat(cairn.watermarks().epoch()).isEqualTo(before + 1);
        assertThat(cairn.watermarks().durableOffset()).isEqualTo(model.lastOffset());
        return before + 1;
    }

    /** What was live, what the opening made of the directory, what a whole replay makes of it, and what SQLite holds. */
    private void checkRoots(Map<String, String> live) {
        assertThat(cairn.stateRoot().kinds()).as("root after opening").isEqualTo(live);
        CairnOptions other = builder()
                .readOnly(true)
                .projection(false)
                .inlineBytesMax(options.inlineBytesMax())
                .useCheckpoint(!options.useCheckpoint())
                .build();
        try (Cairn reader = Cairn.open(directory, other)) {
            assertThat(reader.stateRoot().kinds())
                    .as(other.useCheckpoint() ? "root of checkpoint and tail" : "root of a replay")
                    .isEqualTo(live);
        }
        if (options.projection()) {
            StateRoot rows = cairn.projectionRoot(model.lastOffset(), WAIT);
            for (String kind : List.of("task", "lease")) {
                assertThat(rows.kinds().get(kind))
                        .as("root of %s in the projection", kind)
                        .isEqualTo(live.get(kind));
            }
            assertThat(rows.offset()).isEqualTo(model.lastOffset());
        }
    }

    private static void delete(Path root) {
        try {
            TestDirectories.delete(root);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closeTail();
        cairn.close();
        delete(directory);
    }
}
