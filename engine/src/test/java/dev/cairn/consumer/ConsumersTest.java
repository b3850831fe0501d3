package dev.cairn.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.Ack;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.ForbiddenException;
import dev.cairn.GoneException;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.OperationMismatchException;
import dev.cairn.Receipt;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.log.From;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskWrites;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Consumer groups as an embedding program meets them. */
class ConsumersTest {
    private static final String GROUP = "audit";
    private static final WriteOptions PLAIN = WriteOptions.defaults();
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private Cairn open(Path root) {
        return Cairn.open(root, TestDirectories.smallSegments().ack(Ack.DURABLE).build());
    }

    private static long append(Cairn cairn, String topic, int number) {
        return cairn.log()
                .append(NewRecord.of(topic, "k", String.valueOf(number)))
                .offset();
    }

    private static List<String> payloads(ConsumerRecords polled) {
        return polled.records().stream().map(LogRecord::payload).toList();
    }

    private static ConsumerOptions news() {
        return ConsumerOptions.defaults().withSettings(ConsumerSettings.all().withTopics("news"));
    }

    @Test
    void shouldDeliverAgainWhatACrashedReaderDidNotCommit() {
        try (Cairn cairn = open(directory)) {
            IntStream.range(0, 5).forEach(i -> append(cairn, "news", i));
            try (Consumer reader = cairn.consumers().open(GROUP, news())) {
                ConsumerRecords first = reader.poll(2, Duration.ZERO);
                assertThat(payloads(first)).containsExactly("0", "1");
                reader.commit(first.next());
                assertThat(payloads(reader.poll(2, Duration.ZERO))).containsExactly("2", "3");
                // and here it dies
            }
            try (Consumer reader = cairn.consumers().open(GROUP)) {
                assertThat(payloads(reader.poll(10, Duration.ZERO))).containsExactly("2", "3", "4");
                reader.seek(From.beginning());
                assertThat(payloads(reader.poll(1, Duration.ZERO))).containsExactly("0");
            }
        }
    }

    @Test
    void shouldKeepPositionsOverAnOpeningAndAKill() {
        Path killed = directory.resolve("killed");
        long committed;
        try (Cairn cairn = open(directory.resolve("data"))) {
            IntStream.range(0, 5).forEach(i -> append(cairn, "news", i));
            try (Consumer reader = cairn.consumers().open(GROUP, news())) {
                committed = reader.poll(3, Duration.ZERO).next();
                reader.commit(committed);
            }
        }
        try (Cairn cairn = open(directory.resolve("data"))) {
            assertThat(cairn.consumers().get(GROUP).orElseThrow().offset()).isEqualTo(committed);
            cairn.consumers().commit(GROUP, committed + 1, PLAIN);
            TestDirectories.copyAsIfKilled(directory.resolve("data"), killed);
        }
        try (Cairn cairn = open(killed)) {
            ConsumerGroup group = cairn.consumers().get(GROUP).orElseThrow();
            assertThat(group.offset()).isEqualTo(committed + 1);
            assertThat(group.topics()).containsExactly("news");
            assertThat(group.version()).isEqualTo(3);
            append(cairn, "news", 5);
            try (Consumer reader = cairn.consumers().open(GROUP)) {
                List<String> rest = new ArrayList<>();
                List<ConsumerRecords.Gap> gaps = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    ConsumerRecords polled = reader.poll(10, Duration.ZERO);
                    rest.addAll(payloads(polled));
                    if (polled.gap() != null) {
                        gaps.add(polled.gap());
                    }
                }
                assertThat(rest).containsExactly("4", "5");
                assertThat(gaps).hasSize(1);
                assertThat(gaps.get(0).last() + 1).isLessThan(reader.position());
            }
            cairn.sync();
            // What was lost between the openings is no work that lies ahead.
            assertThat(cairn.consumers().get(GROUP).orElseThrow().lag()).isLessThan(20);
        }
    }

    /** Committed at the end, then an unclean stop: the position is where a lost range begins, and the group goes on behind it. */
    @Test
    void shouldGoOnBehindALostRangeAndTellOfIt() {
        Path killed = directory.resolve("killed");
        try (Cairn cairn = open(directory.resolve("data"))) {
            append(cairn, "news", 0);
            TestDirectories.copyAsIfKilled(directory.resolve("data"), killed);
        }
        try (Cairn cairn = open(killed)) {
            long end = cairn.watermarks().durableOffset() + 1;
            cairn.consumers().move(GROUP, From.end(), PLAIN);
            assertThat(cairn.consumers().get(GROUP).orElseThrow().offset()).isEqualTo(end);
            append(cairn, "news", 1);
            try (Consumer reader = cairn.consumers().open(GROUP)) {
                ConsumerRecords polled = reader.poll(10, Duration.ZERO);
                assertThat(polled.gap()).isNotNull();
                assertThat(polled.gap().first()).isEqualTo(end);
                assertThat(polled.records()).extracting(LogRecord::topic).containsExactly("system", "news");
                reader.commit(polled.next());
            }
            GoneException gone = catchThrowableOfType(
                    GoneException.class, () -> cairn.consumers().commit(GROUP, end + 1, PLAIN));
            assertThat(gone.resumeFrom()).isGreaterThan(end);
            try (Consumer reader = cairn.consumers().open(GROUP)) {
                assertThat(reader.poll(10, Duration.ZERO))
                        .isEqualTo(new ConsumerRecords(
                                List.of(), cairn.watermarks().durableOffset() + 1, null));
            }
            // A page before the range ends where it begins: that can be committed, and the range is told of again.
            cairn.consumers().commit(GROUP, end - 1, PLAIN);
            try (Consumer reader = cairn.consumers().open(GROUP)) {
                ConsumerRecords before = reader.poll(10, Duration.ZERO);
                assertThat(before.next()).isEqualTo(end);
                assertThat(reader.commit(before.next()).version()).isPositive();
            }
            try (Consumer reader = cairn.consumers().open(GROUP)) {
                assertThat(reader.position()).isEqualTo(end);
                assertThat(reader.poll(10, Duration.ZERO).gap()).isNotNull();
            }
        }
    }

    @Test
    void shouldHaveOneReader() {
        try (Cairn cairn = open(directory)) {
            Consumer reader =
                    cairn.consumers().open(GROUP, ConsumerOptions.defaults().withReader("ann"));
            HeldException held = catchThrowableOfType(
                    HeldException.class, () -> cairn.consumers().open(GROUP));
            assertThat(held.holder()).isEqualTo("ann");
            assertThat(cairn.consumers().get(GROUP).orElseThrow().reader().name())
                    .isEqualTo("ann");
            reader.close();
            reader.close();
            cairn.consumers().open(GROUP).close();
            assertThatThrownBy(() -> reader.poll(1, Duration.ZERO)).isInstanceOf(NotReadyException.class);

            ConsumerOptions session =
                    ConsumerOptions.defaults().withReader("bob").withSession(LONG);
            cairn.consumers().open(GROUP, session).close();
            assertThatThrownBy(() -> cairn.consumers().open(GROUP)).isInstanceOf(HeldException.class);
            cairn.consumers().open(GROUP, session).close();
            assertThatThrownBy(() -> ConsumerOptions.defaults().withSession(Duration.ofDays(1)))
                    .isInstanceOf(InvalidRequestException.class);
        }
        try (Cairn cairn = open(directory)) {
            cairn.consumers().open(GROUP).close(); // no reader outlives the process
        }
    }

    @Test
    void shouldWaitForRecordsAndNotForItsOwnCommits() throws Exception {
        try (Cairn cairn = open(directory);
                Consumer reader = cairn.consumers().open(GROUP, news())) {
            assertThat(reader.poll(10, Duration.ZERO).records()).isEmpty();
            reader.commit(reader.position());
            assertThat(reader.poll(10, Duration.ofMillis(50)).records()).isEmpty();
            CompletableFuture<ConsumerRecords> waiting = CompletableFuture.supplyAsync(() -> reader.poll(10, LONG));
            append(cairn, "other", 1);
            append(cairn, "news", 7);
            assertThat(payloads(waiting.get(20, TimeUnit.SECONDS))).containsExactly("7");
        }
    }

    /** A group whose filter matches nothing so far need not look through the same records at each read. */
    @Test
    void shouldNotLookAgainWhereNothingIs() {
        try (Cairn cairn = open(directory)) {
            IntStream.range(0, 20).forEach(i -> append(cairn, "other", i));
            long next;
            try (Consumer reader = cairn.consumers().open(GROUP, news())) {
                next = reader.poll(10, Duration.ZERO).next();
            }
            assertThat(next).isGreaterThan(20);
            assertThat(cairn.consumers().get(GROUP).orElseThrow().offset()).isZero();
            try (Consumer reader = cairn.consumers().open(GROUP)) {
                assertThat(reader.position()).isEqualTo(next);
            }
            cairn.consumers().commit(GROUP, 5, PLAIN);
            try (Consumer reader = cairn.consumers().open(GROUP)) {
                assertThat(reader.position()).isEqualTo(5);
            }
        }
    }

    @Test
    void shouldFollowAResetByAnother() {
        try (Cairn cairn = open(directory)) {
            IntStream.range(0, 3).forEach(i -> append(cairn, "news", i));
            try (Consumer reader = cairn.consumers().open(GROUP, news())) {
                ConsumerRecords all = reader.poll(10, Duration.ZERO);
                assertThat(all.records()).hasSize(3);
                reader.commit(all.next());
                assertThat(reader.poll(10, Duration.ZERO).records()).isEmpty();
                cairn.consumers().move(GROUP, From.offset(all.records().get(1).offset()), PLAIN);
                assertThat(payloads(reader.poll(10, Duration.ZERO))).containsExactly("1", "2");
                // One's own commit of a part moves nothing but the commit.
                reader.commit(all.records().get(2).offset());
                assertThat(reader.poll(10, Duration.ZERO).records()).isEmpty();
            }
            assertThat(cairn.log()
                            .read(
                                    0,
                                    Long.MAX_VALUE,
                                    dev.cairn.log.LogFilter.all().withTopic("consumer"),
                                    10)
                            .records())
                    .extracting(LogRecord::type)
                    .containsExactly("created", "committed", "reset", "committed");
        }
    }

    @Test
    void shouldResetToATime() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        Clock clock = new Clock() {
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
                return now.get();
            }
        };
        CairnOptions options =
                TestDirectories.smallSegments().ack(Ack.DURABLE).clock(clock).build();
        try (Cairn cairn = Cairn.open(directory, options)) {
            append(cairn, "news", 0);
            now.updateAndGet(time -> time.plusSeconds(60));
            long second = append(cairn, "news", 1);
            now.updateAndGet(time -> time.plusSeconds(60));
            append(cairn, "news", 2);
            Receipt end = cairn.consumers().move(GROUP, From.end(), PLAIN);
            cairn.consumers().move(GROUP, From.time(Instant.parse("2026-01-01T00:01:00Z")), PLAIN);
            assertThat(cairn.consumers().get(GROUP).orElseThrow().offset()).isEqualTo(second);
            cairn.consumers().move(GROUP, From.age(Duration.ofSeconds(61)), PLAIN);
            assertThat(cairn.consumers().get(GROUP).orElseThrow().offset()).isEqualTo(second);
            assertThat(cairn.consumers()
                            .getAsOf(GROUP, end.offset())
                            .orElseThrow()
                            .offset())
                    .isEqualTo(second + 2);
            assertThat(cairn.consumers().getAsOf(GROUP, end.offset() - 1)).isEmpty();
            assertThat(cairn.consumers().getAsOf(GROUP, now.get()).orElseThrow().offset())
                    .isEqualTo(second);
            assertThat(cairn.consumers().history(GROUP, Long.MAX_VALUE, 10))
                    .extracting(LogRecord::type)
                    .containsExactly("committed", "reset", "created");
        }
    }

    @Test
    void shouldDeleteAndEndTheReader() {
        try (Cairn cairn = open(directory)) {
            append(cairn, "news", 0);
            Consumer reader = cairn.consumers().open(GROUP, news());
            reader.commit(1);
            cairn.consumers().delete(GROUP, PLAIN);
            assertThatThrownBy(() -> reader.poll(1, Duration.ZERO)).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> reader.commit(1)).isInstanceOf(NotFoundException.class);
            assertThat(cairn.consumers().get(GROUP)).isEmpty();
            assertThatThrownBy(() -> cairn.consumers().delete(GROUP, PLAIN)).isInstanceOf(NotFoundException.class);
            try (Consumer anew = cairn.consumers().open(GROUP)) {
                assertThat(anew.position()).isZero();
                assertThatThrownBy(() -> reader.poll(1, Duration.ZERO)).isInstanceOf(NotFoundException.class);
                reader.close();
                anew.poll(1, Duration.ZERO);
            }
            ConsumerGroup group = cairn.consumers().get(GROUP).orElseThrow();
            assertThat(group.version()).isEqualTo(4);
            assertThat(group.topics()).isEmpty();
        }
    }

    @Test
    void shouldTakeWhatEveryWriteTakes() {
        try (Cairn cairn = open(directory)) {
            append(cairn, "news", 0);
            WriteOptions once = PLAIN.withOperation("op").withActor("ann");
            Receipt first = cairn.consumers().move(GROUP, From.end(), once);
            append(cairn, "news", 1);
            Receipt repeat = cairn.consumers().move(GROUP, From.end(), once);
            assertThat(repeat.replayed()).isTrue();
            assertThat(repeat.offset()).isEqualTo(first.offset());
            assertThatThrownBy(() -> cairn.consumers().commit(GROUP, 0, once))
                    .isInstanceOf(OperationMismatchException.class);
            assertThatThrownBy(() -> cairn.consumers().commit(GROUP, 0, PLAIN.withExpect(Expect.none())))
                    .isInstanceOf(ConflictException.class);
            // Expectations come before what becomes of the position.
            assertThatThrownBy(() -> cairn.consumers().commit(GROUP, 999, PLAIN.withExpect(Expect.version(9))))
                    .isInstanceOf(ConflictException.class);
            assertThatThrownBy(() -> cairn.consumers().commit(GROUP, 999, PLAIN))
                    .isInstanceOf(InvalidRequestException.class);
            assertThat(cairn.consumers().history(GROUP, Long.MAX_VALUE, 10))
                    .singleElement()
                    .satisfies(record -> assertThat(record.actor()).isEqualTo("ann"));
            assertThat(cairn.consumers().commitAsync(GROUP, 1, PLAIN).join().version())
                    .isEqualTo(2);
            assertThat(cairn.consumers()
                            .configureAsync(GROUP, ConsumerSettings.all().withTypes("x"), PLAIN)
                            .join()
                            .version())
                    .isEqualTo(3);
            cairn.consumers().deleteAsync(GROUP, PLAIN).join();
            assertThat(cairn.consumers().get(GROUP)).isEmpty();
        }
    }

    /** What came of a record and the position behind it, together or not at all. */
    @Test
    void shouldCommitTogetherWithTheWork() {
        try (Cairn cairn = open(directory)) {
            long offset = append(cairn, "news", 0);
            cairn.batch()
                    .add(TaskWrites.create(NewTask.of("a")))
                    .add(ConsumerWrites.commit(GROUP, offset + 1))
                    .commitAtomic(null);
            assertThatThrownBy(() -> cairn.batch()
                            .add(TaskWrites.create(NewTask.of("b")))
                            .add(ConsumerWrites.check(GROUP), PLAIN.withExpect(Expect.version(7)))
                            .add(ConsumerWrites.commit(GROUP, offset + 2))
                            .commitAtomic(null))
                    .isInstanceOf(BatchRefusedException.class);
            assertThat(cairn.tasks().get("a")).isPresent();
            assertThat(cairn.tasks().get("b")).isEmpty();
            assertThat(cairn.consumers().get(GROUP).orElseThrow().offset()).isEqualTo(offset + 1);
        }
    }

    @Test
    void shouldListGroupsAsTheyAreNow() {
        try (Cairn cairn = open(directory)) {
            append(cairn, "news", 0);
            cairn.consumers().configure("b", ConsumerSettings.all().withTopics("x", "y"), PLAIN);
            Receipt last =
                    cairn.consumers().configure("a", ConsumerSettings.all().withFrom(From.end()), PLAIN);
            ConsumerPage all = cairn.consumers().list(100, null, last.offset(), LONG);
            assertThat(all.groups()).extracting(ConsumerGroup::group).containsExactly("a", "b");
            assertThat(all.groups()).extracting(ConsumerGroup::lag).containsExactly(1L, 4L);
            ConsumerPage page = cairn.consumers().list(1, null, -1, LONG);
            assertThat(cairn.consumers().list(1, page.next(), -1, LONG).groups())
                    .extracting(ConsumerGroup::topics)
                    .containsExactly(List.of("x", "y"));
            assertThat(cairn.projectionRoot(last.offset(), LONG).kinds().get("consumer"))
                    .isEqualTo(cairn.stateRoot().kinds().get("consumer"))
                    .isNotNull();
        }
        try (Cairn reading =
                Cairn.open(directory, CairnOptions.builder().readOnly(true).build())) {
            assertThat(reading.consumers().get("b")).isPresent();
            reading.consumers().open("b").close();
            assertThatThrownBy(() -> reading.consumers().open("c")).isInstanceOf(ForbiddenException.class);
            assertThat(reading.consumers().getAsOf("b", 0)).isEmpty();
        }
    }

    /** A reader that is slower than the writers: nothing lost, nothing twice, in order. */
    @Test
    void shouldReadInOrderWhileOthersWrite() throws Exception {
        CairnOptions options = TestDirectories.smallSegments().projection(false).build();
        int records = 10_000;
        try (Cairn cairn = Cairn.open(directory, options);
                Consumer reader = cairn.consumers().open(GROUP, news())) {
            Thread writer = new Thread(() -> IntStream.range(0, records).forEach(i -> append(cairn, "news", i)));
            writer.start();
            List<String> read = new ArrayList<>();
            while (read.size() < records) {
                ConsumerRecords polled = reader.poll(97, LONG);
                assertThat(polled.records()).isNotEmpty();
                read.addAll(payloads(polled));
                reader.commit(polled.next());
            }
            writer.join();
            assertThat(read)
                    .isEqualTo(IntStream.range(0, records)
                            .mapToObj(String::valueOf)
                            .toList());
        }
    }
}
