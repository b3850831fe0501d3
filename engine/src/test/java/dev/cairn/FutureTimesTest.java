package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.inspect.LogView;
import dev.cairn.log.From;
import dev.cairn.session.MessageQuery;
import dev.cairn.session.NewMessage;
import dev.cairn.task.NewTask;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times that have not come: by the clock, by a clock that was set back, and by one that runs behind the log. */
class FutureTimesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("expected UTC alone, was " + zone);
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    };

    private Cairn open() {
        return Cairn.open(
                directory, TestDirectories.smallSegments().clock(clock).build());
    }

    @Test
    void shouldRefuseATimeThatHasNotCome() {
        try (Cairn cairn = open()) {
            cairn.tasks().create(NewTask.of("a"));
            cairn.sessions().append("s", NewMessage.of("user", "\"hello\""), WriteOptions.defaults());
            cairn.sync();
            now.set(START.plusSeconds(10));
            Instant future = START.plusSeconds(10).plusNanos(1_000);

            assertThat(cairn.tasks().getAsOf("a", now.get())).isPresent();
            assertThat(cairn.log().resolve(From.time(now.get())))
                    .isEqualTo(cairn.watermarks().endOffset());
            assertThat(cairn.sessions()
                            .messages("s", MessageQuery.all().asOf(MessageQuery.Bound.time(now.get())))
                            .messages())
                    .hasSize(1);

            refuses(() -> cairn.tasks().getAsOf("a", future), "asOf");
            refuses(() -> cairn.tasks().getAsOf("a", Instant.MAX), "asOf");
            refuses(
                    () -> cairn.sessions().messages("s", MessageQuery.all().asOf(MessageQuery.Bound.time(future))),
                    "asOf");
            refuses(() -> cairn.log().resolve(From.time(future)), "from");
            refuses(() -> cairn.log().resolve(From.time(Instant.MAX)), "from");
            refuses(() -> cairn.log().resolve(From.age(Duration.ofSeconds(-1))), "from");
            refuses(() -> cairn.log().subscribe(From.time(future), record -> {}), "from");
        }
    }

    /** The log's time does not go back with the clock, so a time that a record shows is never the future. */
    @Test
    void shouldTakeWhatTheLogHasComeToForThePast() {
        try (Cairn cairn = open()) {
            cairn.tasks().create(NewTask.of("a"));
            now.set(START.minusSeconds(3_600));
            Receipt later = cairn.tasks().transition("a", "running");
            cairn.sync();

            assertThat(cairn.tasks().getAsOf("a", START).orElseThrow().revision())
                    .isEqualTo(later.offset());
            assertThat(cairn.log().resolve(From.time(START))).isLessThanOrEqualTo(later.offset());
            refuses(() -> cairn.tasks().getAsOf("a", START.plusNanos(1_000)), "asOf");
            refuses(() -> cairn.log().resolve(From.time(START.plusNanos(1_000))), "from");
        }
    }

    /** A reader of a directory whose writer's clock is ahead of its own. */
    @Test
    void shouldTakeTheLogsTimeAlsoWithoutAnEngine() {
        Instant ahead = Instant.now().plusSeconds(3_600).truncatedTo(ChronoUnit.MICROS);
        now.set(ahead);
        try (Cairn cairn = open()) {
            cairn.tasks().create(NewTask.of("a"));
        }
        LogView log = LogView.open(directory);

        assertThat(log.tasks().getAsOf("a", ahead)).isPresent();
        assertThat(log.resolve(From.time(ahead))).isZero();
        refuses(() -> log.tasks().getAsOf("a", ahead.plusSeconds(1)), "asOf");
        refuses(() -> log.resolve(From.time(ahead.plusSeconds(1))), "from");
    }

    private static void refuses(ThrowingCallable call, String parameter) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.where()).isEqualTo(parameter))
                .hasMessageStartingWith("expected a time up to now, ");
    }
}
