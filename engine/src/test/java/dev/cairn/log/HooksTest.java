package dev.cairn.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.InvalidRequestException;
import dev.cairn.TestDirectories;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks and subscriptions, slow and failing ones above all. */
class HooksTest {
    @TempDir
    private Path directory;

    private Cairn cairn;

    @BeforeEach
    void open() {
        CairnOptions options = TestDirectories.smallSegments()
                .projection(false)
                .segmentRecordsMax(5_000)
                .build();
        cairn = Cairn.open(directory, options);
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    private void append(int number) {
        cairn.log().append(NewRecord.of("news", "k", String.valueOf(number)));
    }

    private static HookOptions options() {
        return HookOptions.from(From.end())
                .withFilter(LogFilter.all().withTopic("news"))
                .withAttempts(3, Duration.ofMillis(1), Duration.ofMillis(2));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 3_000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void shouldRunTheChainInOrderForEachRecord() throws Exception {
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        List<Hook> chain = List.of(
                Hook.of("index", record -> calls.add("index " + record.payload())),
                Hook.of("mail", record -> calls.add("mail " + record.payload())));
        try (Hooks hooks = cairn.log().hooks(options(), chain)) {
            IntStream.range(0, 3).forEach(this::append);
            await(() -> calls.size() == 6);

            assertThat(calls).containsExactly("index 0", "mail 0", "index 1", "mail 1", "index 2", "mail 2");
            await(() -> hooks.lag() == 0);
            assertThat(hooks.status())
                    .containsExactly(new Hooks.Status("index", 3, 0, 0), new Hooks.Status("mail", 3, 0, 0));
            assertThat(hooks.failure()).isNull();
            assertThat(cairn.metrics().subscriptions()).isEqualTo(1);
        }
        assertThat(cairn.metrics().subscriptions()).isZero();
    }

    @Test
    void shouldTryAgainAndThenSkip() throws Exception {
        List<String> errors = Collections.synchronizedList(new ArrayList<>());
        List<String> mails = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger attempts = new AtomicInteger();
        HookOptions options = options().withErrors((hook, record, attempt, failure) -> {
            errors.add(hook + " " + record.payload() + " " + attempt + " " + failure.getMessage());
            throw new IllegalStateException("the handler fails too");
        });
        List<Hook> chain = List.of(
                Hook.of("index", record -> {
                    boolean never = record.payload().equals("1");
                    if (never || record.payload().equals("0") && attempts.incrementAndGet() < 2) {
                        throw new java.io.IOException("no");
                    }
                }),
                Hook.of("mail", record -> mails.add(record.payload())));
        try (Hooks hooks = cairn.log().hooks(options, chain)) {
            IntStream.range(0, 3).forEach(this::append);
            await(() -> mails.size() == 3);

            assertThat(errors).containsExactly("index 0 1 no", "index 1 1 no", "index 1 2 no", "index 1 3 no");
            assertThat(mails).containsExactly("0", "1", "2");
            assertThat(hooks.status().get(0)).isEqualTo(new Hooks.Status("index", 2, 4, 1));
            assertThat(hooks.failure()).isNull();
        }
    }

    @Test
    void shouldStopTheChainWhereThatIsAskedFor() throws Exception {
        List<String> mails = Collections.synchronizedList(new ArrayList<>());
        List<Hook> chain = List.of(
                Hook.of("index", record -> {
                    if (record.payload().equals("1")) {
                        throw new IllegalArgumentException("no");
                    }
                }),
                Hook.of("mail", record -> mails.add(record.payload())));
        try (Hooks hooks = cairn.log().hooks(options().withWhenExhausted(HookOptions.WhenExhausted.STOP), chain)) {
            IntStream.range(0, 3).forEach(this::append);
            await(() -> hooks.failure() != null);

            assertThat(mails).containsExactly("0");
            assertThat(hooks.failure())
                    .hasMessageContaining("the hook index did not take")
                    .hasRootCauseMessage("no");
            cairn.sync();
            assertThat(hooks.lag()).isEqualTo(2);
        }
    }

    @Test
    void shouldCloseWhileAHookWaitsForItsNextAttempt() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        HookOptions options = options()
                .withAttempts(10, Duration.ofMinutes(10), Duration.ofMinutes(10))
                .withErrors((hook, record, attempt, failure) -> failed.countDown());
        Hooks hooks = cairn.log().hooks(options, List.of(Hook.of("index", record -> {
            throw new IllegalStateException("no");
        })));
        append(0);
        assertThat(failed.await(20, TimeUnit.SECONDS)).isTrue();

        hooks.close();

        assertThat(hooks.failure()).isNull();
    }

    @Test
    void shouldRefuseWhatIsNoChain() {
        Hook hook = Hook.of("a", record -> {});
        assertThatThrownBy(() -> cairn.log().hooks(options(), List.of())).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> cairn.log().hooks(options(), List.of(hook, hook)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("expected hooks with names of their own, was a twice");
        assertThatThrownBy(() -> Hook.of("", record -> {})).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> options().withAttempts(0, Duration.ofMillis(1), Duration.ofMillis(1)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> options().withAttempts(1, Duration.ofMillis(2), Duration.ofMillis(1)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> options().withAttempts(1, Duration.ZERO, Duration.ofMillis(1)))
                .isInstanceOf(InvalidRequestException.class);
    }

    /** The subscriber stands still until all is written: nobody waits for it, and nothing is lost on it. */
    @Test
    void shouldHoldUpNoWriterAndLoseNothing() throws Exception {
        int records = 20_000;
        CountDownLatch written = new CountDownLatch(1);
        AtomicInteger next = new AtomicInteger();
        SubscribeOptions options =
                SubscribeOptions.from(From.end()).withFilter(LogFilter.all().withTopic("news"));
        try (Subscription slow = cairn.log().subscribe(options, record -> {
            try {
                written.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (Integer.parseInt(record.payload()) != next.getAndIncrement()) {
                throw new IllegalStateException("expected record " + (next.get() - 1) + ", was " + record.payload());
            }
        })) {
            IntStream.range(0, records).forEach(this::append);
            cairn.sync();
            assertThat(next.get()).isZero();
            assertThat(slow.lag()).isBetween((long) records, records + 1L);
            assertThat(cairn.metrics().subscriptionLag()).isEqualTo(slow.lag());

            written.countDown();

            await(() -> next.get() == records || slow.failure() != null);
            assertThat(slow.failure()).isNull();
            await(() -> slow.lag() == 0);
        }
    }
}
