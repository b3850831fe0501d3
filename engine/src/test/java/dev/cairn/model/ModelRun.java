package dev.cairn.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.ForbiddenException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.StateRoot;
import dev.cairn.TestDirectories;
import dev.cairn.Watermarks;
import dev.cairn.WriteOptions;
import dev.cairn.lease.Grant;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogSubscriber;
import dev.cairn.log.NewRecord;
import dev.cairn.log.SubscribeOptions;
import dev.cairn.log.Subscription;
import dev.cairn.task.ClaimRequest;
import dev.cairn.task.NewTask;
import java.io.IOException;
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
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * One run: a directory, an engine that is opened and stopped over and over, and the model beside it.
 *
 * <p>Threading: one thread; all chance comes from one {@link Random}.
 */
final class ModelRun implements AutoCloseable {
    private static final int JSON_BYTES_MAX = 10_000;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final int TOLD_STEPS = 25;
    private static final int TOLD_CHARS = 600;
    private static final String LARGE = "x".repeat(50);

    private final Path temporary;
    private final Random random;
    private final PlainModel model = new PlainModel(JSON_BYTES_MAX);
    private final RandomWishes wishes;
    private final ModelChecks checks;
    private final SetClock clock = new SetClock();
    private final Deque<Supplier<String>> steps = new ArrayDeque<>();
    private final List<Pending> pending = new ArrayList<>();

    private Path directory;
    private int directories;
    private int restarts;
    private Cairn cairn;
    private CairnOptions options;
    private @Nullable Tail tail;
    /** The last record that a step wrote, and how many that step wrote. */
    private long seenOffset = -1;

    private int lastWritten;

    /** An asynchronous write, and what it must come to. */
    private record Pending(CompletableFuture<?> future, List<Answer> expected, List<Boolean> isCheck) {}

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
                    e.getMessage() + "\n  options " + text(options) + "\n  last steps:\n    "
                            + steps.stream().map(Supplier::get).collect(Collectors.joining("\n    ")),
                    e);
        }
    }

    private void step(int number) {
        long micros = random.nextInt(20) == 0 ? -random.nextInt(5_000) : random.nextInt(2_000);
        clock.now = clock.now.plusNanos(micros * 1_000);
        model.time(clock.now);
        checkMarks();
        int choice = random.nextInt(200);
        if (choice < 100) {
            single(number);
        } else if (choice < 130) {
            claim(number);
        } else if (choice < 160) {
            batch(number);
        } else if (choice < 164) {
            told(number, () -> "workflow");
            var next = wishes.workflow();
            model.workflow(next);
            cairn.tasks().workflow(next);
        } else if (choice < 170) {
            malformed(number);
        } else if (choice < 190) {
            told(number, () -> "read");
            checks.one(cairn);
        } else if (choice < 194) {
            told(number, () -> "check");
            checkAll();
        } else if (choice < 195) {
            told(number, () -> "reader");
            reader();
        } else if (choice < 198) {
            told(number, () -> "subscribe");
            subscribe();
        } else {
            restart();
        }
    }

    /** Without what is not said: null, none, 0, default. */
    private static String text(Wish.Item item) {
        return item.toString()
                .replace(LARGE, "")
                .replaceAll("[a-zA-Z]+=(null|false|\\[]|any|0), ", "")
                .replaceAll("(, )?[a-zA-Z]+=(null|false|\\[])(?=])", "");
    }

    /** Takes note of a step; what it was is put into words only if it is asked for. */
    private void told(int number, Supplier<String> what) {
        if (steps.size() == TOLD_STEPS) {
            steps.removeFirst();
        }
        steps.addLast(() -> {
            String text = what.get();
            return number + ": " + (text.length() > TOLD_CHARS ? text.substring(0, TOLD_CHARS) + "…" : text);
        });
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

    // Writes

    private void single(int number) {
        Wish.Item item = wishes.single();
        boolean async = wishes.oneIn(5);
        told(number, () -> (async ? "async " : "") + text(item));
        Answer expected = model.single(item);
        if (async) {
            pending.add(new Pending(async(item), List.of(expected), List.of(false)));
            return;
        }
        Ack ack = wishes.oneIn(30) ? Ack.DURABLE : wishes.oneIn(2) ? Ack.ACCEPTED : null;
        Answer answer;
        try {
            Receipt receipt = write(new Wish.Item(item.wish(), item.options().withAck(ack)));
            checkAck(receipt, ack);
            answer = Answer.of(receipt, false);
        } catch (CairnException e) {
            answer = Answer.of(e);
        }
        assertThat(answer).as(() -> text(item)).isEqualTo(expected);
    }

    /** A wish about leases and claims. */
    private void claim(int number) {
        Wish.Item item = wishes.claim();
        told(number, () -> text(item));
        Answer expected = model.single(item);
        Ack ack = wishes.oneIn(20) ? Ack.DURABLE : Ack.ACCEPTED;
        Answer answer;
        try {
            Optional<Receipt> receipt = lease(item.wish(), item.options().withAck(ack));
            receipt.ifPresent(found -> checkAck(found, ack));
            answer = receipt.<Answer>map(found -> Answer.of(found, false)).orElseGet(() -> Answer.refused("nothing"));
        } catch (CairnException e) {
            answer = Answer.of(e);
        }
        assertThat(answer).as(() -> text(item)).isEqualTo(expected);
    }

    private Optional<Receipt> lease(Wish wish, WriteOptions how) {
        if (wish instanceof Wish.Acquire acquire) {
            Grant grant = cairn.leases().acquire(acquire.key(), acquire.holder(), Wish.TTL, Duration.ZERO, how);
            assertThat(grant.token()).isEqualTo(grant.receipt().offset());
            return Optional.of(grant.receipt());
        } else if (wish instanceof Wish.Release release) {
            return Optional.of(cairn.leases().release(release.key(), release.token(), release.mode(), how));
        }
        Wish.Claim claim = (Wish.Claim) wish;
        ClaimRequest request = ClaimRequest.of(claim.agent(), Wish.TTL)
                .withQueue(claim.queue())
                .withStatus(claim.status());
        return cairn.tasks().claim(request, how).map(taken -> {
            long offset = taken.receipt().offset();
            assertThat(taken.task()).isEqualTo(model.taskAsOf(taken.task().id(), offset));
            assertThat(taken.lease().token()).isEqualTo(offset + 1);
            return taken.receipt();
        });
    }

    private Receipt write(Wish.Item item) {
        Wish wish = item.wish();
        if (wish instanceof Wish.Create create) {
            return cairn.tasks().create(create.task(), item.options());
        } else if (wish instanceof Wish.Patch patch) {
            return cairn.tasks().patch(patch.key(), patch.patch(), item.options());
        } else if (wish instanceof Wish.Upsert upsert) {
            return cairn.tasks().upsert(upsert.key(), upsert.patch(), item.options());
        } else if (wish instanceof Wish.Delete delete) {
            return cairn.tasks().delete(delete.key(), item.options());
        }
        return cairn.log().append(((Wish.Append) wish).record(), item.options());
    }

    private CompletableFuture<Receipt> async(Wish.Item item) {
        Wish wish = item.wish();
        if (wish instanceof Wish.Create create) {
            return cairn.tasks().createAsync(create.task(), item.options());
        } else if (wish instanceof Wish.Patch patch) {
            return cairn.tasks().patchAsync(patch.key(), patch.patch(), item.options());
        } else if (wish instanceof Wish.Upsert upsert) {
            return cairn.tasks().upsertAsync(upsert.key(), upsert.patch(), item.options());
        } else if (wish instanceof Wish.Delete delete) {
            return cairn.tasks().deleteAsync(delete.key(), item.options());
        }
        return cairn.log().appendAsync(((Wish.Append) wish).record(), item.options());
    }

    private static void checkAck(Receipt receipt, @Nullable Ack wanted) {
        assertThat(receipt.revision()).as("%s", receipt).isEqualTo(receipt.offset());
        if (wanted == Ack.DURABLE) {
            assertThat(receipt.ack()).as("%s", receipt).isEqualTo(Ack.DURABLE);
        }
        if (receipt.ack() == Ack.DURABLE) {
            assertThat(receipt.durableOffset()).as("%s", receipt).isGreaterThanOrEqualTo(receipt.offset());
        }
    }

    private void batch(int number) {
        List<Wish.Item> items = wishes.batch();
        int form = random.nextInt(5);
        told(
                number,
                () -> (form < 2 ? "atomic " : form < 4 ? "each " : "each async ")
                        + items.stream().map(ModelRun::text).toList());
        Batch batch = cairn.batch();
        items.forEach(item -> batch.add(item.wish().write(), item.options()));
        List<Boolean> isCheck = items.stream().map(ModelRun::isCheck).toList();
        if (form < 2) {
            List<Answer> expected = model.atomic(items);
            List<Answer> answers;
            try {
                answers = answers(batch.commitAtomic(wishes.oneIn(20) ? Ack.DURABLE : null), isCheck);
            } catch (CairnException e) {
                answers = List.of(Answer.of(e));
            }
            assertThat(answers).as("last step").isEqualTo(expected);
        } else if (form < 4) {
            List<Answer> expected = model.each(items);
            List<Answer> answers = outcomes(batch.commit(wishes.oneIn(20) ? Ack.DURABLE : null), isCheck);
            assertThat(answers).as("last step").isEqualTo(expected);
        } else {
            pending.add(new Pending(batch.commitAsync(), model.each(items), isCheck));
        }
    }

    private static boolean isCheck(Wish.Item item) {
        return item.wish() instanceof Wish.CheckTask || item.wish() instanceof Wish.CheckTopic;
    }

    private static List<Answer> answers(List<Receipt> receipts, List<Boolean> isCheck) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < receipts.size(); i++) {
            answers.add(Answer.of(receipts.get(i), isCheck.get(i)));
        }
        return answers;
    }

    private static List<Answer> outcomes(List<Batch.Outcome> outcomes, List<Boolean> isCheck) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            Receipt receipt = outcomes.get(i).receipt();
            answers.add(
                    receipt == null
                            ? Answer.of(Objects.requireNonNull(outcomes.get(i).refusal()))
                            : Answer.of(receipt, isCheck.get(i)));
        }
        return answers;
    }

    /** Waits for the asynchronous writes and compares what they came to. */
    private void join() {
        for (Pending write : pending) {
            List<Answer> answers;
            try {
                answers = finished(write);
            } catch (ExecutionException e) {
                answers = List.of(Answer.of((CairnException) e.getCause()));
            } catch (Exception e) {
                throw new AssertionError("expected " + write.expected() + ", was " + e, e);
            }
            assertThat(answers).isEqualTo(write.expected());
        }
        pending.clear();
    }

    private static List<Answer> finished(Pending write) throws Exception {
        Object result = write.future().get(WAIT.toSeconds(), TimeUnit.SECONDS);
        if (result instanceof Receipt receipt) {
            checkAck(receipt, Ack.DURABLE);
            return List.of(Answer.of(receipt, false));
        }
        List<Batch.Outcome> batch =
                ((List<?>) result).stream().map(Batch.Outcome.class::cast).toList();
        return outcomes(batch, write.isCheck());
    }

    /** What is not well formed is refused before anything else, and changes nothing. */
    private void malformed(int number) {
        told(number, () -> "malformed");
        long end = cairn.watermarks().endOffset();
        assertRefused(InvalidRequestException.class, () -> cairn.tasks().create(NewTask.of("count")));
        assertRefused(
                InvalidRequestException.class,
                () -> cairn.tasks().create(NewTask.of("a").metadata("[1]")));
        assertRefused(InvalidRequestException.class, () -> cairn.tasks().transition("a", "\u0007"));
        assertRefused(InvalidRequestException.class, () -> cairn.log().append(NewRecord.of("x", "", "{}")));
        assertRefused(InvalidRequestException.class, () -> cairn.log().append(NewRecord.of("x", "y", "{")));
        assertRefused(ForbiddenException.class, () -> cairn.log().append(NewRecord.of("task", "y", "{}")));
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
    }

    private static void assertRefused(Class<? extends CairnException> type, Runnable call) {
        try {
            call.run();
        } catch (CairnException e) {
            assertThat(e).isInstanceOf(type);
            return;
        }
        throw new AssertionError("expected " + type.getSimpleName() + ", was nothing");
    }

    // Reads

    private void checkAll() {
        join();
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
            assertRefused(ForbiddenException.class, () -> reader.tasks().delete("t1"));
        }
    }

    private void subscribe() {
        closeTail();
        tail = new Tail(
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

    /** A subscription, and what it was told. */
    private final class Tail implements LogSubscriber, AutoCloseable {
        private final long from;
        private final List<LogRecord> records = new CopyOnWriteArrayList<>();
        private final List<Long> gaps = new CopyOnWriteArrayList<>();
        private final Subscription subscription;

        Tail(long from) {
            this.from = from;
            boolean durable = from < cairn.watermarks().durableOffset();
            this.subscription = cairn.log()
                    .subscribe(
                            new SubscribeOptions(
                                    from == 0 ? From.beginning() : From.offset(from), LogFilter.all(), !durable),
                            this);
        }

        @Override
        public void record(LogRecord record) {
            records.add(record);
        }

        @Override
        public void gap(long first, long last) {
            gaps.add(first);
            gaps.add(last);
        }

        void check() {
            Awaitility.await("subscription at " + subscription.position() + " of " + model.lastOffset())
                    .atMost(WAIT)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> subscription.failure() != null || subscription.position() > model.lastOffset());
            assertThat(subscription.failure()).isNull();
            List<PlainModel.Entry> expected = model.entries().stream()
                    .filter(entry -> entry.offset() >= from)
                    .toList();
            ModelChecks.sameRecords(records, expected, "subscription from " + from);
            List<Long> lost = new ArrayList<>();
            long next = from;
            for (PlainModel.Entry entry : expected) {
                if (entry.offset() > next) {
                    lost.add(next);
                    lost.add(entry.offset() - 1);
                }
                next = entry.offset() + 1;
            }
            assertThat(gaps).as("gaps from %d", from).isEqualTo(lost);
        }

        @Override
        public void close() {
            subscription.close();
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
        told(-1, () -> (kill ? "kill" : "close") + ", then open with " + text(next));
        Map<String, String> live = cairn.stateRoot().kinds();
        long end = cairn.watermarks().endOffset();
        if (kill) {
            Path copy = temporary.resolve("data-" + ++directories);
            TestDirectories.copyAsIfKilled(directory, copy);
            join();
            closeTail();
            cairn.close();
            delete(directory);
            directory = copy;
        } else {
            join();
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
