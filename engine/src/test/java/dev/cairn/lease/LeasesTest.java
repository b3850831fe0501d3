package dev.cairn.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotReadyException;
import dev.cairn.OverloadedException;
import dev.cairn.Receipt;
import dev.cairn.StaleTokenException;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.task.NewTask;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases as an embedding program meets them. */
class LeasesTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(150);
    /** Long enough for a write on a busy machine, short enough to wait for. */
    private static final Duration BRIEF = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private Cairn cairn;
    private Leases leases;

    @BeforeEach
    void open() {
        cairn = Cairn.open(directory);
        leases = cairn.leases();
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    private Grant acquire(String holder) {
        return leases.acquire("a", holder, LONG, Duration.ZERO);
    }

    private LeasePlace queue(String holder) {
        return leases.request("a", holder, LONG, LONG, DEFAULTS);
    }

    private List<String> story() {
        return leases.history("a", Long.MAX_VALUE, 100).stream()
                .map(LogRecord::type)
                .toList();
    }

    @Test
    void shouldGrantAFreeLeaseAndProveItByItsOffset() {
        Grant grant = acquire("me");
        assertThat(grant.token()).isEqualTo(grant.receipt().offset());
        assertThat(grant.receipt().ack()).isEqualTo(Ack.DURABLE);
        assertThat(grant.expiresAt())
                .isAfter(java.time.Clock.systemUTC().instant().plusSeconds(290));
        assertThat(leases.get("a").orElseThrow())
                .extracting(Lease::holder, Lease::token, Lease::progress, Lease::queue)
                .containsExactly("me", grant.token(), null, List.of());
        assertThat(leases.get("b")).isEmpty();
    }

    @Test
    void shouldRefuseWhatSomebodyHas() {
        acquire("me");
        HeldException held = catchThrowableOfType(HeldException.class, () -> acquire("me"));
        assertThat(held)
                .extracting(HeldException::name, HeldException::holder, HeldException::position)
                .containsExactly("a", "me", 1);
    }

    @Test
    void shouldServeInTheOrderOfTheQueue() {
        Grant first = acquire("one");
        LeasePlace two = queue("two");
        LeasePlace three = queue("three");
        assertThat(two.position()).isEqualTo(1);
        assertThat(three.position()).isEqualTo(2);
        assertThat(leases.get("a").orElseThrow().queue())
                .extracting(Lease.Waiting::holder, Lease.Waiting::position)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("two", 1), org.assertj.core.groups.Tuple.tuple("three", 2));
        leases.release("a", first.token());
        Grant second = two.await(LONG).orElseThrow();
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(three.await(Duration.ZERO)).isEmpty();
        leases.release("a", second.token());
        Grant third = three.await(LONG).orElseThrow();
        leases.release("a", third.token());
        assertThat(leases.get("a").orElseThrow().holder()).isNull();
        assertThat(story())
                .containsExactly(
                        "released", "granted", "released", "granted", "released", "queued", "queued", "granted");
    }

    @Test
    void shouldEndWhatIsOverByRecordAndPassItOn() {
        Grant first = leases.acquire("a", "one", BRIEF, Duration.ZERO);
        Grant second = leases.acquire("a", "two", LONG, LONG);
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(story()).containsExactly("granted", "expired", "queued", "granted");
        assertThatThrownBy(() -> leases.renew("a", first.token(), LONG))
                .isInstanceOfSatisfying(
                        StaleTokenException.class,
                        stale -> assertThat(stale.current()).isEqualTo(second.token()));
    }

    @Test
    void shouldKeepARenewedLease() throws Exception {
        Grant grant = leases.acquire("a", "me", BRIEF, Duration.ZERO);
        Leases.Renewal renewal = leases.renew("a", grant.token(), LONG, "{\"done\": 3}", DEFAULTS);
        TimeUnit.MILLISECONDS.sleep(BRIEF.plus(SHORT).toMillis());
        assertThat(leases.get("a").orElseThrow())
                .extracting(Lease::holder, Lease::progress)
                .containsExactly("me", "{\"done\":3}");
        assertThat(renewal.expiresAt()).isAfter(grant.expiresAt());
        leases.renew("a", grant.token(), LONG);
        assertThat(leases.get("a").orElseThrow().progress()).isEqualTo("{\"done\":3}");
    }

    @Test
    void shouldSayWhoHasItWhenTheWaitIsOver() {
        acquire("one");
        queue("two");
        assertThatThrownBy(() -> leases.acquire("a", "three", LONG, SHORT))
                .isInstanceOfSatisfying(HeldException.class, held -> {
                    assertThat(held.holder()).isEqualTo("one");
                    assertThat(held.position()).isEqualTo(2);
                });
        assertThat(leases.get("a").orElseThrow().queue())
                .extracting(Lease.Waiting::holder)
                .containsExactly("two");
    }

    @Test
    void shouldDropAPlaceWhoseWaitIsOverThoughNobodyLooks() {
        acquire("one");
        LeasePlace place = leases.request("a", "two", LONG, SHORT, DEFAULTS);
        assertThatThrownBy(() -> place.await(LONG)).isInstanceOf(HeldException.class);
        assertThat(story()).startsWith("withdrawn", "queued", "granted");
    }

    @Test
    void shouldPassOnAGrantThatNobodyCollects() {
        Grant first = acquire("one");
        queue("two"); // and never looks again
        LeasePlace three = queue("three");
        leases.release("a", first.token());
        Grant third = three.await(Duration.ofSeconds(30)).orElseThrow();
        assertThat(third.holder()).isEqualTo("three");
        assertThat(story()).startsWith("granted", "uncollected", "granted", "released");
    }

    @Test
    void shouldFenceEveryKindOfWrite() {
        Grant grant = acquire("me");
        WriteOptions fenced = DEFAULTS.withFence(grant.fence());
        cairn.tasks().create(NewTask.of("t"), fenced);
        LogRecord record = cairn.tasks().history("t", Long.MAX_VALUE, 1).get(0);
        assertThat(record.fences()).containsExactly(grant.fence());
        leases.release("a", grant.token());
        long end = cairn.watermarks().endOffset();
        assertThatThrownBy(() -> cairn.tasks().transition("t", "running", fenced))
                .isInstanceOfSatisfying(
                        StaleTokenException.class,
                        stale -> assertThat(stale.current()).isNull());
        assertThatThrownBy(() -> cairn.log().append(dev.cairn.log.NewRecord.of("x", "k", "{}"), fenced))
                .isInstanceOf(StaleTokenException.class);
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
    }

    /** The order of the checks is the same for a token in the path as for one in a fence. */
    @Test
    void shouldSayThatATokenIsStaleBeforeAnythingAboutTheVersion() {
        Grant stale = acquire("me");
        leases.release("a", stale.token());
        Grant current = acquire("you");
        WriteOptions wrong = DEFAULTS.withExpect(Expect.version(77));

        assertThatThrownBy(() -> leases.release("a", stale.token(), LeaseRelease.RELEASE, wrong))
                .isInstanceOf(StaleTokenException.class);
        assertThatThrownBy(() -> leases.renew("a", stale.token(), LONG, null, wrong))
                .isInstanceOf(StaleTokenException.class);
        assertThatThrownBy(() -> leases.release("a", current.token(), LeaseRelease.RELEASE, wrong))
                .isInstanceOf(ConflictException.class);
        WriteOptions right = DEFAULTS.withExpect(Expect.version(3));
        assertThat(leases.release("a", current.token(), LeaseRelease.RELEASE, right)
                        .version())
                .isEqualTo(4);
    }

    /** What can be read has a revision, and can be held to it. */
    @Test
    void shouldHoldAFreeLeaseToItsRevision() {
        Grant grant = acquire("me");
        leases.release("a", grant.token());
        Lease free = leases.get("a").orElseThrow();
        assertThatThrownBy(() -> leases.acquire(
                        "a", "you", LONG, Duration.ZERO, DEFAULTS.withExpect(Expect.revision(free.revision() - 1))))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> leases.acquire("a", "you", LONG, Duration.ZERO, DEFAULTS.withExpect(Expect.none())))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        conflict -> assertThat(conflict.revision()).isEqualTo(free.revision()));
        Grant again =
                leases.acquire("a", "you", LONG, Duration.ZERO, DEFAULTS.withExpect(Expect.revision(free.revision())));
        assertThat(again.token()).isGreaterThan(grant.token());
        assertThat(leases.acquire("new", "you", LONG, Duration.ZERO, DEFAULTS.withExpect(Expect.none()))
                        .receipt()
                        .version())
                .isOne();
    }

    @Test
    void shouldTakeTheLongestWait() {
        acquire("me");
        LeasePlace place = queue("you");
        CompletableFuture<Optional<Grant>> waiting =
                CompletableFuture.supplyAsync(() -> place.await(Duration.ofSeconds(Long.MAX_VALUE)));
        leases.release("a", Fence.ANY_TOKEN);
        assertThat(waiting.join()).isPresent();
        long revision = leases.get("a").orElseThrow().revision();
        assertThat(leases.awaitChange("a", revision - 1, Duration.ofSeconds(Long.MAX_VALUE)))
                .isTrue();
    }

    @Test
    void shouldGuardTheTaskOfItsName() {
        cairn.tasks().create(NewTask.of("t"));
        Grant grant = leases.acquire("task:t", "me", LONG, Duration.ZERO);
        assertThatThrownBy(() -> cairn.tasks().transition("t", "running"))
                .isInstanceOfSatisfying(HeldException.class, held -> {
                    assertThat(held.name()).isEqualTo("task:t");
                    assertThat(held.holder()).isEqualTo("me");
                });
        cairn.tasks().transition("t", "running", DEFAULTS.withFence(grant.fence()));
        cairn.tasks().transition("t", "blocked", DEFAULTS.withFence(Fence.revoking("task:t")));
        assertThatThrownBy(() -> leases.release("task:t", grant.token())).isInstanceOf(StaleTokenException.class);
        cairn.tasks().transition("t", "running");
    }

    @Test
    void shouldRefuseToRevokeWhatTheWriteIsNotAbout() {
        acquire("me");
        cairn.tasks().create(NewTask.of("t"));
        assertThatThrownBy(() -> cairn.tasks().transition("t", "running", DEFAULTS.withFence(Fence.revoking("a"))))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldKeepLeaseAndQueueOverAnOpening() {
        Grant first = acquire("one");
        WriteOptions again = DEFAULTS.withOperation("two-asks");
        leases.request("a", "two", LONG, LONG, again);
        cairn.close();
        open();
        assertThat(leases.get("a").orElseThrow())
                .extracting(Lease::holder, Lease::token)
                .containsExactly("one", first.token());
        LeasePlace place = leases.request("a", "two", LONG, LONG, again);
        assertThat(place.position()).isEqualTo(1);
        leases.release("a", first.token());
        assertThat(place.await(LONG).orElseThrow().holder()).isEqualTo("two");
    }

    @Test
    void shouldFindAGrantThatCameWhileTheWaiterWasAway() {
        Grant first = acquire("one");
        WriteOptions again = DEFAULTS.withOperation("two-asks");
        leases.request("a", "two", LONG, LONG, again);
        leases.release("a", first.token());
        cairn.close();
        open();
        Grant found = leases.acquire("a", "two", LONG, LONG, again);
        assertThat(found.token()).isGreaterThan(first.token());
        assertThat(leases.acquire("a", "two", LONG, LONG, again).token()).isEqualTo(found.token());
    }

    @Test
    void shouldGiveALeaseItsFullTimeAfterAnOpening() {
        leases.acquire("a", "one", Duration.ofMillis(400), Duration.ZERO);
        cairn.close();
        open();
        Grant second = leases.acquire("a", "two", LONG, LONG);
        assertThat(second.holder()).isEqualTo("two");
    }

    /** What the clock of the machine does is nothing to a lease: not a year forwards, and not one back. */
    @Test
    void shouldNotEndEarlyWhateverTheClockDoes() throws Exception {
        cairn.close();
        MovedClock clock = new MovedClock();
        cairn = Cairn.open(directory, CairnOptions.builder().clock(clock).build());
        leases = cairn.leases();
        Grant grant = leases.acquire("a", "me", Duration.ofSeconds(30), Duration.ZERO);
        for (long days : new long[] {365, -730, 365}) {
            clock.moved = clock.moved.plusDays(days);
            TimeUnit.MILLISECONDS.sleep(60);
            cairn.tasks().create(NewTask.of("t" + days + clock.moved.toDays())); // the log's time goes on
            Lease now = leases.get("a").orElseThrow();
            assertThat(now.token()).isEqualTo(grant.token());
            assertThat(now.expiresAt())
                    .isBetween(clock.instant(), clock.instant().plusSeconds(30));
        }
    }

    private static final class MovedClock extends Clock {
        private volatile Duration moved = Duration.ZERO;

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(moved);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void shouldGiveThePlaceToWhoAskedLast() {
        Grant first = acquire("one");
        WriteOptions again = DEFAULTS.withOperation("two-asks");
        LeasePlace lost = leases.request("a", "two", LONG, LONG, again);
        LeasePlace place = leases.request("a", "two", LONG, LONG, again);
        lost.withdraw();
        assertThatThrownBy(lost::conclude)
                .isInstanceOfSatisfying(
                        HeldException.class, held -> assertThat(held.position()).isEqualTo(1));
        assertThat(place.position()).isEqualTo(1);
        assertThat(place.isDecided(Duration.ZERO)).isFalse();
        leases.release("a", first.token());
        assertThat(place.isDecided(LONG)).isTrue();
        assertThat(place.conclude().holder()).isEqualTo("two");
        assertThat(place.await(Duration.ZERO)).isPresent();
    }

    /** The receipt of a grant that was waited for is that of the grant, also when it came in another epoch than its place. */
    @Test
    void shouldGiveTheReceiptOfTheGrant() {
        Grant first = acquire("one");
        WriteOptions again = DEFAULTS.withOperation("two-asks");
        leases.request("a", "two", LONG, LONG, again);
        cairn.close();
        open();
        leases.release("a", first.token());
        Grant grant = leases.acquire("a", "two", LONG, LONG, again);
        LogRecord record = leases.history("a", Long.MAX_VALUE, 1).get(0);
        assertThat(grant.token()).isEqualTo(record.offset());
        assertThat(grant.receipt())
                .extracting(Receipt::epoch, Receipt::offset, Receipt::version, Receipt::revision, Receipt::ack)
                .containsExactly(2, record.offset(), record.version(), record.offset(), Ack.DURABLE);
        assertThat(record.epoch()).isEqualTo(2);
    }

    @Test
    void shouldTellTheTrueDeadlineWhereItRefuses() throws Exception {
        cairn.tasks().create(NewTask.of("t"));
        leases.acquire("task:t", "me", Duration.ofSeconds(20), Duration.ZERO);
        TimeUnit.MILLISECONDS.sleep(1_500);
        cairn.close();
        open();
        Instant opened = Clock.systemUTC().instant();
        assertThatThrownBy(() -> cairn.tasks().transition("t", "running"))
                .isInstanceOfSatisfying(
                        HeldException.class,
                        held -> assertThat(held.expiresAt()).isAfter(opened.plusMillis(18_900)));
    }

    /** The end of a lease and the next grant are one document, each with the whole queue and the largest progress. */
    @Test
    void shouldPassOnTheLargestQueueWhereDocumentsAreSmallest() {
        cairn.close();
        cairn = Cairn.open(
                directory,
                TestDirectories.smallSegments()
                        .imageInterval(2)
                        .projection(false)
                        .build());
        leases = cairn.leases();
        Grant grant = acquire("one");
        String longest = "h".repeat(508);
        int waiting = 0;
        try {
            while (true) {
                queue(longest + (1_000 + waiting));
                waiting++;
            }
        } catch (OverloadedException e) {
            assertThat(waiting).isEqualTo(LeaseBody.QUEUE_BYTES_MAX / (26 + 512));
        }
        String progress = "\"" + "p".repeat(LeasesClient.PROGRESS_BYTES_MAX - 2) + "\"";
        for (int i = 0; i < 2; i++) { // one of them ends with an image, the other begins with one
            leases.renew("a", grant.token(), LONG, progress, DEFAULTS);
            leases.release("a", grant.token());
            Lease now = leases.get("a").orElseThrow();
            assertThat(now.holder()).isEqualTo(longest + (1_000 + i));
            assertThat(now.queue()).hasSize(waiting - 1 - i);
            grant = new Grant(
                    "a", longest, java.util.Objects.requireNonNull(now.token()), grant.expiresAt(), grant.receipt());
        }
    }

    @Test
    void shouldListByHolder() {
        leases.acquire("b", "one", LONG, Duration.ZERO);
        leases.acquire("a", "two", LONG, Duration.ZERO);
        long last = leases.acquire("c", "one", LONG, Duration.ZERO).token();
        assertThat(leases.list(new LeaseQuery("one", 10, null, last, LONG)).leases())
                .extracting(Lease::name)
                .containsExactly("b", "c");
        assertThat(leases.counts().held()).isEqualTo(3);
        assertRefused("limit", () -> LeaseQuery.page(0, null));
        assertRefused("limit", () -> LeaseQuery.page(1_001, null));
        assertRefused("holder", () -> new LeaseQuery("", 1, null, -1, LONG));
    }

    @Test
    void shouldWaitForAChange() {
        Grant grant = acquire("one");
        assertThat(leases.awaitChange("a", grant.token(), SHORT)).isFalse();
        leases.release("a", grant.token());
        assertThat(leases.awaitChange("a", grant.token(), SHORT)).isTrue();
    }

    @Test
    void shouldWakeWhoWaitsWhenItCloses() throws Exception {
        acquire("one");
        LeasePlace place = queue("two");
        CompletableFuture<Optional<Grant>> waiting = CompletableFuture.supplyAsync(() -> place.await(LONG));
        cairn.close();
        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(NotReadyException.class);
    }

    @Test
    void shouldTakeALeaseAwayFromWhoeverHoldsIt() {
        Grant grant = acquire("one");
        leases.release("a", Fence.ANY_TOKEN, LeaseRelease.RELEASE, DEFAULTS);
        assertThat(story()).startsWith("revoked");
        assertThatThrownBy(() -> leases.release("a", grant.token())).isInstanceOf(StaleTokenException.class);
    }

    @Test
    void shouldShowALeaseAsItWas() {
        Grant first = acquire("one");
        leases.release("a", first.token());
        acquire("two");
        assertThat(leases.getAsOf("a", first.token()).orElseThrow().holder()).isEqualTo("one");
        assertThat(leases.getAsOf("a", first.token() + 1).orElseThrow().holder())
                .isNull();
    }

    @Test
    void shouldListWhatIsHeld() {
        leases.acquire("b", "one", LONG, Duration.ZERO);
        leases.acquire("a", "two", LONG, Duration.ZERO);
        Grant gone = leases.acquire("c", "three", LONG, Duration.ZERO);
        leases.release("c", gone.token());
        cairn.sync();
        cairn.projectionRoot(cairn.watermarks().durableOffset(), LONG);
        Leases.LeasePage page = leases.list(LeaseQuery.page(1, null));
        assertThat(page.leases()).extracting(Lease::name).containsExactly("b");
        assertThat(leases.list(LeaseQuery.page(10, page.next())).leases())
                .extracting(Lease::name)
                .containsExactly("a");
    }

    @Test
    void shouldRefuseWhatIsNotWellFormed() {
        long end = cairn.watermarks().endOffset();
        assertRefused("name", () -> leases.acquire("", "me", LONG, Duration.ZERO));
        assertRefused("/holder", () -> leases.acquire("a", "\u0001", LONG, Duration.ZERO));
        assertRefused("/ttlMs", () -> leases.acquire("a", "me", Duration.ofMillis(99), Duration.ZERO));
        assertRefused("/ttlMs", () -> leases.acquire("a", "me", Duration.ofDays(31), Duration.ZERO));
        assertRefused("/waitMs", () -> leases.acquire("a", "me", LONG, Duration.ofMillis(-1)));
        assertRefused("token", () -> leases.renew("a", -3, LONG));
        assertRefused("/progress", () -> leases.renew("a", 3, LONG, "{", DEFAULTS));
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
    }

    private static void assertRefused(String where, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).isEqualTo(where));
    }
}
