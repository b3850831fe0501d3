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
import dev.cairn.StaleTokenException;
import dev.cairn.task.NewTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Leases as an embedding program meets them. */
class LeasesTest extends OpenedLeases {
    /** Long enough for a write on a busy machine, short enough to wait for. */
    private static final Duration BRIEF = Duration.ofSeconds(1);

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
