package dev.cairn.model.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.ForbiddenException;
import dev.cairn.Progress;
import dev.cairn.Receipt;
import dev.cairn.StateRoot;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.inspect.Verification;
import dev.cairn.log.NewRecord;
import dev.cairn.model.kinds.PlainLeases.LeaseState;
import dev.cairn.run.RunMode;
import dev.cairn.session.NewMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * One run: a directory, an engine that is opened and stopped over and over, and the model beside it.
 *
 * <p>Threading: one thread; all chance comes from one {@link Random}.
 */
final class KindsRun implements AutoCloseable {
    private static final int JSON_BYTES_MAX = 40_000;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final int TOLD_STEPS = 25;
    private static final int TOLD_CHARS = 700;
    private static final Set<String> PROJECTED =
            Set.of("task", "lease", "decision", "session", "run", "entity", "entity-link", "consumer");

    private final Path temporary;
    private final Random random;
    private final PlainKinds model = new PlainKinds();
    private final Chance chance;
    private final KindsChecks checks;
    private final SetClock clock = new SetClock();
    private final Deque<String> steps = new ArrayDeque<>();

    private Path directory;
    private int directories;
    private int restarts;
    private CairnOptions options;
    private Cairn cairn;

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

    KindsRun(Path temporary, Random random) {
        this.temporary = temporary;
        this.random = random;
        this.chance = new Chance(random, model);
        this.checks = new KindsChecks(model, chance);
        this.directory = temporary.resolve("data-0");
        this.options = options();
        this.cairn = Cairn.open(directory, options);
        model.log.opened(1, 0);
        model.skipsSaves(options.runMode() == RunMode.OPTIMISED);
        model.log.time(clock.now);
        one(new Wish.Item(new Wish.Append(NewRecord.of("builds", "k0", "{}")), WriteOptions.defaults()));
    }

    /** Does {@code count} operations, with at least two restarts. */
    void run(int count) {
        try {
            for (int i = 0; i < count; i++) {
                step(i);
            }
            while (restarts < 2) {
                restart();
            }
            checkAll();
            cairn.close();
            verify();
        } catch (Throwable e) {
            throw new AssertionError(
                    e.getMessage() + "\n  options " + text(options) + "\n  last steps:\n    "
                            + String.join("\n    ", steps),
                    e);
        }
    }

    private void step(int number) {
        long micros = chance.oneIn(20) ? -random.nextInt(5_000) : random.nextInt(2_000);
        clock.now = clock.now.plusNanos(micros * 1_000);
        model.log.time(clock.now);
        int choice = random.nextInt(200);
        if (choice < 140) {
            single(number);
        } else if (choice < 156) {
            batch(number);
        } else if (choice < 164) {
            talk(number);
        } else if (choice < 168) {
            told(number, "malformed");
            malformed();
        } else if (choice < 182) {
            told(number, "read");
            checks.one(cairn);
        } else if (choice < 190) {
            told(number, "poll");
            cairn.sync();
            checks.poll(cairn, true);
        } else if (choice < 193) {
            told(number, "check");
            checkAll();
        } else if (choice < 195) {
            told(number, "reader");
            reader();
        } else {
            restart();
        }
    }

    private void told(int number, String what) {
        if (steps.size() == TOLD_STEPS) {
            steps.removeFirst();
        }
        steps.addLast(number + ": " + (what.length() > TOLD_CHARS ? what.substring(0, TOLD_CHARS) + "…" : what));
    }

    private static String text(Wish.Item item) {
        return item.toString()
                .replaceAll("([a-z])[a-z]{60,}", "$1…")
                .replaceAll("[a-zA-Z]+=(null|false|\\[]|any|0), ", "");
    }

    // Writes

    private void single(int number) {
        Wish.Item item = chance.single();
        told(number, text(item));
        one(item);
        collect();
    }

    private void one(Wish.Item item) {
        // Positions are looked up in what is durable.
        if (item.wish().topic().equals("consumer")) {
            cairn.sync();
        }
        String expected = model.single(item);
        boolean durable = !(item.wish() instanceof Wish.Save) && chance.oneIn(12);
        String answer;
        try {
            answer = item.wish().write(cairn, item.options().withAck(durable ? Ack.DURABLE : Ack.ACCEPTED));
        } catch (CairnException e) {
            answer = Answers.of(e);
        }
        assertThat(answer).as(() -> "last step " + text(item)).isEqualTo(expected);
    }

    /** Whoever was granted a lease from the queue is told so at once: nothing is to pass on by itself. */
    private void collect() {
        for (String lease : Chance.LEASES) {
            LeaseState state = model.leases.state(lease);
            if (state != null && state.place() >= 0) {
                one(chance.request(state.place()));
            }
        }
    }

    private void batch(int number) {
        List<Wish.Item> items = chance.batch();
        boolean atomic = chance.oneIn(2);
        told(
                number,
                (atomic ? "atomic " : "each ")
                        + items.stream().map(KindsRun::text).toList());
        cairn.sync();
        Batch batch = cairn.batch();
        items.forEach(item -> batch.add(Objects.requireNonNull(item.wish().batched()), item.options()));
        List<String> answers = new ArrayList<>();
        List<String> expected = atomic ? model.atomic(items) : model.each(items);
        if (atomic) {
            atomic(() -> batch.commitAtomic(Ack.ACCEPTED), answers);
        } else {
            batch.commit(Ack.ACCEPTED).forEach(outcome -> {
                Receipt receipt = outcome.receipt();
                answers.add(
                        receipt == null ? Answers.of(Objects.requireNonNull(outcome.refusal())) : Answers.of(receipt));
            });
        }
        assertThat(answers).as("last step").isEqualTo(expected);
        collect();
    }

    private static void atomic(java.util.function.Supplier<List<Receipt>> commit, List<String> answers) {
        try {
            commit.get().forEach(receipt -> answers.add(Answers.of(receipt)));
        } catch (CairnException e) {
            answers.add(Answers.of(e));
        }
    }

    private void talk(int number) {
        List<Wish.Item> items = chance.talk();
        told(number, "together " + items.stream().map(KindsRun::text).toList());
        List<String> expected = model.atomic(items);
        List<NewMessage> messages =
                items.stream().map(item -> ((Wish.Say) item.wish()).message()).toList();
        List<String> answers = new ArrayList<>();
        Wish.Item first = items.get(0);
        atomic(() -> cairn.sessions().append(first.wish().key(), messages, first.options()), answers);
        assertThat(answers).as("last step").isEqualTo(expected);
    }

    /** What is not well formed is refused before anything else, and changes nothing. */
    private void malformed() {
        if (!model.log.epochBegun()) {
            one(new Wish.Item(new Wish.Append(NewRecord.of("builds", "k0", "{}")), WriteOptions.defaults()));
        }
        model.log.begin(); // some of it comes as far as the clock
        long end = cairn.watermarks().endOffset();
        Map<String, String> root = cairn.stateRoot().kinds();
        for (Malformed input : Malformed.ALL) {
            try {
                input.write().accept(cairn);
            } catch (CairnException e) {
                assertThat(Answers.of(e)).as(input.name()).startsWith("refused " + input.code());
                continue;
            }
            throw new AssertionError("expected " + input.name() + " to be refused, was accepted");
        }
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
        assertThat(cairn.stateRoot().kinds()).isEqualTo(root);
    }

    // Reads

    private void checkAll() {
        cairn.sync();
        checks.everything(cairn);
        if (options.projection()) {
            cairn.projectionRoot(model.log.lastOffset(), WAIT);
            checks.projection(cairn);
        }
    }

    /** Another opening beside the writer, which only reads. */
    private void reader() {
        cairn.sync();
        CairnOptions readOnly = builder()
                .readOnly(true)
                .projection(false)
                .inlineBytesMax(options.inlineBytesMax())
                .useCheckpoint(random.nextBoolean())
                .clock(clock)
                .build();
        try (Cairn reader = Cairn.open(directory, readOnly)) {
            checks.everything(reader);
            assertThat(reader.stateRoot().kinds())
                    .as("root of a reader")
                    .isEqualTo(cairn.stateRoot().kinds());
            try {
                reader.sessions().append("s0", NewMessage.of("user", "late"));
                throw new AssertionError("expected a reader to refuse writes, was one that takes them");
            } catch (ForbiddenException e) {
                assertThat(e.code()).isEqualTo("forbidden");
            }
        }
    }

    // Restarts

    private static CairnOptions.Builder builder() {
        return TestDirectories.smallSegments().jsonBytesMax(JSON_BYTES_MAX).messageBytesMax(JSON_BYTES_MAX);
    }

    private CairnOptions options() {
        return builder()
                .segmentRecordsMax(chance.any(List.of(4L, 15L, 40L, Long.MAX_VALUE)))
                .unforcedRecordsMax(chance.any(List.of(3, 40, 1_000)))
                .forceIntervalMillis(chance.any(List.of(1, 5, 200)))
                .inlineBytesMax(chance.any(List.of(64, 300, 4_096)))
                .imageInterval(chance.any(List.of(2, 5, 16)))
                .recentRecordsMax(chance.any(List.of(0, 5, 10_000)))
                .runMode(chance.any(List.of(RunMode.OPTIMISED, RunMode.OPTIMISED, RunMode.STANDARD)))
                .projection(!chance.oneIn(8))
                .useCheckpoint(!chance.oneIn(3))
                .clock(clock)
                .build();
    }

    private static String text(CairnOptions options) {
        return "segmentRecordsMax " + options.segmentRecordsMax() + ", unforcedRecordsMax "
                + options.unforcedRecordsMax() + ", inlineBytesMax " + options.inlineBytesMax() + ", imageInterval "
                + options.imageInterval() + ", recentRecordsMax " + options.recentRecordsMax() + ", runMode "
                + options.runMode() + ", projection " + options.projection() + ", useCheckpoint "
                + options.useCheckpoint();
    }

    /** Stops the engine, in order or by a kill, and opens what that leaves; all roots must be the same. */
    private void restart() {
        restarts++;
        boolean kill = random.nextBoolean();
        CairnOptions next = options();
        told(-1, (kill ? "kill" : "close") + ", then open with " + text(next));
        Map<String, String> live = cairn.stateRoot().kinds();
        if (kill) {
            Path copy = temporary.resolve("data-" + ++directories);
            TestDirectories.copyAsIfKilled(directory, copy);
            cairn.close();
            delete(directory);
            directory = copy;
        } else {
            cairn.close();
            verify();
        }
        int before = model.log.epoch();
        options = next;
        cairn = Cairn.open(directory, next);
        assertThat(cairn.watermarks().epoch()).isEqualTo(before + 1);
        assertThat(cairn.watermarks().durableOffset()).isEqualTo(model.log.lastOffset());
        model.log.opened(before + 1, cairn.watermarks().endOffset());
        model.skipsSaves(options.runMode() == RunMode.OPTIMISED);
        checkRoots(live);
        checkAll();
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
            StateRoot rows = cairn.projectionRoot(model.log.lastOffset(), WAIT);
            Map<String, String> projected = new TreeMap<>(live);
            projected.keySet().retainAll(PROJECTED);
            assertThat(new TreeMap<>(rows.kinds())).as("root of the projection").isEqualTo(projected);
        }
    }

    private void verify() {
        assertThat(Verification.of(directory, true, Progress.NONE).findings().stream()
                        .filter(finding -> finding.severity() != Verification.Severity.NOTE))
                .as("findings of a deep verification")
                .isEmpty();
    }

    private static void delete(Path root) {
        try {
            TestDirectories.delete(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cairn.close();
        delete(directory);
    }
}
