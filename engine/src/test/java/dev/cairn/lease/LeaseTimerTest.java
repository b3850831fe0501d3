package dev.cairn.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.LeaseLedger.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What time does to leases, with a clock that a test moves; it begins where a count of nanoseconds soon turns over. */
@Timeout(60)
class LeaseTimerTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long GRACE_MILLIS = 500;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 3 * SECOND);
    private final LeaseKind kind = new LeaseKind();
    private final LeaseTimer timer = new LeaseTimer(kind, nanos::get);
    private final HandHost host = new HandHost(kind);

    LeaseTimerTest() {
        kind.observer(timer);
        timer.begin(host);
    }

    private long commit(LeaseCommand command) {
        return host.commit(kind, command, WriteOptions.defaults()).offset();
    }

    private long acquire(String lease, long ttlMillis) {
        return commit(new LeaseCommand.Acquire(lease, "me", ttlMillis, 0));
    }

    private long queue(String lease, long ttlMillis, long waitMillis) {
        return commit(new LeaseCommand.Acquire(lease, "waiter", ttlMillis, waitMillis));
    }

    /** Lets time pass, and the timer look. */
    private long pass(long millis) {
        return timer.look(nanos.addAndGet(millis * MILLI));
    }

    private Entity entity(String lease) {
        Entity entity = new Entity();
        host.entity(kind, null, lease, entity);
        return entity;
    }

    private long token(String lease) {
        return LeaseBody.token(entity(lease));
    }

    private String lastType() {
        return kind.typeName(host.harness.lastEvent());
    }

    @Test
    void shouldEndALeaseWhenItsTimeIsOverAndNotBefore() {
        long token = acquire("a", 5_000);
        assertThat(pass(4_999)).isEqualTo(nanos.get() + MILLI);
        assertThat(token("a")).isEqualTo(token);
        pass(1);
        assertThat(token("a")).isEqualTo(-1);
        assertThat(lastType()).isEqualTo("expired");
        assertThat(timer.counts()).isEqualTo(new Leases.Counts(0, 0, 1, 1));
    }

    @Test
    void shouldStartAnewWithEachRenewal() {
        long token = acquire("a", 5_000);
        pass(4_000);
        commit(new LeaseCommand.Renew("a", token, 3_000, null));
        pass(2_999);
        assertThat(token("a")).isEqualTo(token);
        LeaseTimer.Remaining left = timer.remaining("a");
        assertThat(left.token()).isEqualTo(token);
        assertThat(left.nanos()).isEqualTo(MILLI);
        assertThat(left.term()).isGreaterThan(token);
        pass(1);
        assertThat(token("a")).isEqualTo(-1);
    }

    /** What the time of day does, forwards or backwards, is nothing to a lease. */
    @Test
    void shouldNotListenToTheTimeOfDay() {
        long token = acquire("a", 5_000);
        for (long days : new long[] {400, -800, 36_500}) {
            host.now = host.now.plus(Duration.ofDays(days));
            pass(1_000);
            assertThat(token("a")).as("%d days later", days).isEqualTo(token);
        }
        pass(2_000);
        assertThat(token("a")).isEqualTo(-1);
    }

    @Test
    void shouldGiveEverythingItsFullTimeWhenItBegins() {
        long token = acquire("a", 5_000);
        long place = queue("a", MINUTE_MILLIS, 8_000);
        nanos.addAndGet(4_000 * MILLI);
        timer.begin(host); // as after an opening
        pass(4_999);
        assertThat(token("a")).isEqualTo(token);
        pass(1);
        assertThat(token("a")).isGreaterThan(token);
        assertThat(timer.collect("a", place)).isTrue();
    }

    @Test
    void shouldPassOnAGrantThatNobodyCollectsInTime() {
        long first = acquire("a", MINUTE_MILLIS);
        long two = queue("a", MINUTE_MILLIS, 2 * MINUTE_MILLIS);
        long three = queue("a", MINUTE_MILLIS, 2 * MINUTE_MILLIS);
        commit(new LeaseCommand.Release("a", first, End.RELEASED));
        long second = token("a");
        pass(4_999);
        assertThat(token("a")).isEqualTo(second);
        pass(1);
        assertThat(token("a")).isGreaterThan(second);
        assertThat(timer.collect("a", two)).isFalse();
        assertThat(timer.collect("a", three)).isTrue();
        pass(MINUTE_MILLIS - 1);
        assertThat(token("a")).as("a collected grant lasts").isGreaterThan(second);
        pass(1);
        assertThat(token("a")).isEqualTo(-1);
    }

    @Test
    void shouldNotWaitLongerForTheCollectionThanTheLeaseLasts() {
        long first = acquire("a", MINUTE_MILLIS);
        queue("a", 300, MINUTE_MILLIS);
        commit(new LeaseCommand.Release("a", first, End.RELEASED));
        pass(299);
        assertThat(token("a")).isNotEqualTo(-1);
        pass(1);
        assertThat(token("a")).isEqualTo(-1);
    }

    /** Collecting and passing on meet: one of them has it. */
    @Test
    void shouldEitherCollectOrPassOn() {
        long first = acquire("a", MINUTE_MILLIS);
        long place = queue("a", MINUTE_MILLIS, MINUTE_MILLIS);
        commit(new LeaseCommand.Release("a", first, End.RELEASED));
        List<Boolean> collected = new ArrayList<>();
        host.before = command -> collected.add(timer.collect("a", place));
        pass(5_000);
        assertThat(collected).as("collected while it passed on").containsExactly(false);
        assertThat(token("a")).isEqualTo(-1);

        host.before = command -> {};
        long again = acquire("b", MINUTE_MILLIS);
        long other = queue("b", MINUTE_MILLIS, MINUTE_MILLIS);
        commit(new LeaseCommand.Release("b", again, End.RELEASED));
        nanos.addAndGet(5_000 * MILLI);
        assertThat(timer.collect("b", other))
                .as("collected before it passed on")
                .isTrue();
        timer.look(nanos.get());
        assertThat(token("b")).isGreaterThan(again);
        assertThat(timer.collect("b", other)).as("collected once more").isTrue();
    }

    /** Of a renewal and an expiry that meet, the one that the log has first counts. */
    @Test
    void shouldKeepALeaseThatIsRenewedWhileItIsFoundToBeOver() {
        long token = acquire("a", 1_000);
        host.before = command -> {
            host.before = next -> {};
            commit(new LeaseCommand.Renew("a", token, 1_000, null));
        };
        pass(1_000);
        assertThat(token("a")).isEqualTo(token);
        pass(999);
        assertThat(token("a")).isEqualTo(token);
        pass(1);
        assertThat(token("a")).isEqualTo(-1);
    }

    @Test
    void shouldDropAPlaceWhoseWaitIsOver() {
        acquire("a", MINUTE_MILLIS);
        long place = queue("a", MINUTE_MILLIS, 1_000);
        LeaseWaiter waiter = timer.waiter(place);
        pass(1_000 + GRACE_MILLIS - 1);
        assertThat(timer.waiter(place)).isSameAs(waiter);
        pass(1);
        assertThat(timer.waiter(place)).isNull();
        assertThat(lastType()).isEqualTo("withdrawn");
        assertThat(LeaseBody.places(entity("a"))).isZero();
    }

    @Test
    void shouldLetAPlaceLastForWhoeverComesBackToIt() throws Exception {
        acquire("a", MINUTE_MILLIS);
        LeaseWaiter waiter = timer.waiter(queue("a", MINUTE_MILLIS, 1_000));
        int first = timer.arrive(waiter);
        pass(1_000);
        int second = timer.arrive(waiter);
        assertThat(waiter.isLast(first)).isFalse();
        assertThat(waiter.isLast(second)).isTrue();
        pass(1_000 + GRACE_MILLIS - 1);
        assertThat(waiter.await(0)).isEqualTo(LeaseWaiter.Outcome.WAITING);
        pass(1);
        assertThat(waiter.await(0)).isEqualTo(LeaseWaiter.Outcome.GONE);
    }

    /** As after a repair that gave the record of the place up. */
    @Test
    void shouldForgetAPlaceThatTheLogDoesNotKnow() throws Exception {
        acquire("a", MINUTE_MILLIS);
        LeaseWaiter waiter = timer.waiter(queue("a", MINUTE_MILLIS, 1_000));
        AtomicInteger tried = new AtomicInteger();
        host.before = command -> {
            tried.incrementAndGet();
            throw new NotFoundException("lease", "a");
        };
        pass(1_000 + GRACE_MILLIS);
        assertThat(waiter.await(0)).isEqualTo(LeaseWaiter.Outcome.GONE);
        pass(1_000);
        assertThat(tried).hasValue(1);
    }

    @Test
    void shouldTryAgainWhatCouldNotBeCommittedAndHoldUpNothingElse() {
        long a = acquire("a", 1_000);
        acquire("b", 1_000);
        host.before = command -> {
            if (command.key().equals("a")) {
                throw new IllegalStateException("a is in the way");
            }
        };
        pass(1_000);
        assertThat(token("a")).isEqualTo(a);
        assertThat(token("b")).isEqualTo(-1);
        host.before = command -> {};
        pass(100);
        assertThat(token("a")).isEqualTo(-1);
    }

    @Test
    void shouldLetLeasesLastLongerWhileTheEngineTakesNoWrites() throws Exception {
        LeaseTimer running = new LeaseTimer(kind, System::nanoTime);
        kind.observer(running);
        CountDownLatch refusals = new CountDownLatch(3);
        host.before = command -> {
            if (command instanceof LeaseCommand.Expire && refusals.getCount() > 0) {
                refusals.countDown();
                throw new NotReadyException("not now");
            }
        };
        running.start(host);
        acquire("a", 100);
        assertThat(refusals.await(20, TimeUnit.SECONDS)).isTrue();
        awaitEnd("a");
        running.close();
    }

    private void awaitEnd(String lease) throws InterruptedException {
        while (token(lease) != -1) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    @Test
    void shouldWakeForALeaseThatEndsBeforeAllOthers() throws Exception {
        LeaseTimer running = new LeaseTimer(kind, System::nanoTime);
        kind.observer(running);
        running.start(host);
        acquire("long", MINUTE_MILLIS);
        TimeUnit.MILLISECONDS.sleep(30);
        long begun = System.nanoTime();
        acquire("a", 100);
        awaitEnd("a");
        // Not early, and long before the minute it was asleep for; how long before is the machine's affair.
        assertThat(System.nanoTime() - begun).isBetween(100 * MILLI, MINUTE_MILLIS * MILLI / 2);
        running.close();
    }

    @Test
    void shouldCloseOnlyWhenItsLastCommitIsOver() throws Exception {
        LeaseTimer running = new LeaseTimer(kind, System::nanoTime);
        kind.observer(running);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Command> commands = new ArrayList<>();
        running.start(host);
        acquire("a", 100);
        acquire("b", 100);
        long place = queue("c", acquire("c", MINUTE_MILLIS) >= 0 ? 100 : 0, MINUTE_MILLIS);
        LeaseWaiter waiter = running.waiter(place);
        host.before = command -> {
            commands.add(command);
            inside.countDown();
            await(goOn);
        };
        assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
        Thread closing = new Thread(running::close);
        closing.start();
        closing.join(50);
        assertThat(closing.isAlive()).isTrue();
        assertThat(waiter.await(0)).isEqualTo(LeaseWaiter.Outcome.WAITING);
        goOn.countDown();
        closing.join();
        assertThat(commands).as("no other command after the close").hasSize(1);
        assertThat(waiter.await(0)).isEqualTo(LeaseWaiter.Outcome.CLOSED);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Thousands of leases, each for another time, some renewed: each ends when it is over, none before. */
    @Test
    void shouldEndThousandsEachInItsTime() {
        Random random = new Random(7);
        int leases = 5_000;
        TreeMap<Long, Integer> over = new TreeMap<>();
        for (int i = 0; i < leases; i++) {
            long ttl = 100 + random.nextInt(10_000);
            long token = acquire("lease-" + i, ttl);
            if (i % 3 == 0) {
                ttl = 100 + random.nextInt(10_000);
                commit(new LeaseCommand.Renew("lease-" + i, token, ttl, null));
            }
            over.merge(ttl, 1, Integer::sum);
        }
        long passed = 0;
        int ended = 0;
        for (long at = 500; at <= 10_500; at += 500) {
            pass(at - passed);
            passed = at;
            ended = over.headMap(at, true).values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            assertThat(timer.counts().expiries()).as("after %d ms", at).isEqualTo(ended);
            assertThat(timer.counts().held()).isEqualTo(leases - ended);
        }
        assertThat(ended).isEqualTo(leases);
    }

    /** A grant in the log that was made before this process served: whoever comes back finds it, for its full time. */
    @Test
    void shouldTakeWhatWasGrantedBeforeTheOpeningForCollected() {
        LeaseKind other = new LeaseKind();
        LeaseTimer replaying = new LeaseTimer(other, nanos::get);
        other.observer(replaying);
        long first = acquire("a", MINUTE_MILLIS);
        long place = queue("a", MINUTE_MILLIS, MINUTE_MILLIS);
        commit(new LeaseCommand.Release("a", first, End.RELEASED));
        for (int i = 0; i < host.harness.events(); i++) {
            Event event = host.harness.event(i);
            other.installed(event, entity("a"));
        }
        assertThat(replaying.waiter(place)).isNull();
        assertThat(replaying.waiting()).isZero();
        replaying.begin(host);
        assertThat(replaying.collect("a", place)).isTrue();
        replaying.look(nanos.addAndGet(10 * SECOND));
        assertThat(token("a")).isGreaterThan(first);
    }
}
