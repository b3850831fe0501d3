package dev.cairn.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.cairn.HeldException;
import dev.cairn.OperationMismatchException;
import dev.cairn.OperationOutcome;
import dev.cairn.Receipt;
import dev.cairn.StaleTokenException;
import dev.cairn.WriteOptions;
import dev.cairn.task.NewTask;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a request for a lease means that is repeated under its operation id. */
class LeaseRepeatsTest extends OpenedLeases {
    private static final WriteOptions KEYED = WriteOptions.defaults().withOperation("wish");

    private Grant ask(Duration waitMax) {
        return leases.acquire("a", "second", LONG, waitMax, KEYED);
    }

    @Test
    void shouldDecideAnewWhatEndedWithoutAGrant() {
        Grant first = leases.acquire("a", "first", LONG, Duration.ZERO);
        HeldException held = catchThrowableOfType(HeldException.class, () -> ask(SHORT));
        assertThat(held.position()).isEqualTo(1);
        assertThat(cairn.operation("wish")).isInstanceOf(OperationOutcome.Unknown.class);

        HeldException again = catchThrowableOfType(HeldException.class, () -> ask(SHORT));
        assertThat(again.position()).isEqualTo(1);

        leases.release("a", first.token());
        Grant granted = ask(SHORT);
        assertThat(granted.receipt().replayed()).isFalse();
        assertThat(granted.token()).isGreaterThan(first.token());
        assertThat(cairn.operation("wish")).isInstanceOfSatisfying(OperationOutcome.Committed.class, outcome -> {
            assertThat(outcome.receipt().offset()).isEqualTo(granted.token());
        });
        assertThat(ask(SHORT).token()).isEqualTo(granted.token());
    }

    @Test
    void shouldDecideAnewAfterAnOpening() {
        Grant first = leases.acquire("a", "first", LONG, Duration.ZERO);
        assertThatThrownBy(() -> ask(SHORT)).isInstanceOf(HeldException.class);
        leases.release("a", first.token());
        cairn.close();
        open();

        assertThat(cairn.operation("wish")).isInstanceOf(OperationOutcome.Unknown.class);
        Grant granted = ask(SHORT);
        cairn.close();
        open();
        assertThat(ask(SHORT).token()).isEqualTo(granted.token());
    }

    @Test
    void shouldQueueAnewWhoDidNotCollectItsGrant() {
        Duration brief = Duration.ofMillis(300);
        Grant first = leases.acquire("a", "first", LONG, Duration.ZERO);
        LeasePlace place = leases.request("a", "second", brief, LONG, KEYED);
        leases.release("a", first.token());
        assertThat(leases.awaitChange("a", leases.get("a").orElseThrow().revision(), LONG))
                .isTrue();
        assertThatThrownBy(() -> place.await(LONG)).isInstanceOf(HeldException.class);
        assertThat(leases.history("a", Long.MAX_VALUE, 1).get(0).type()).isEqualTo("uncollected");

        Grant granted = leases.acquire("a", "second", brief, LONG, KEYED);

        assertThat(granted.receipt().replayed()).isFalse();
        assertThat(leases.get("a").orElseThrow().token()).isEqualTo(granted.token());
    }

    @Test
    void shouldNotGrantAgainWhatWasHad() {
        Grant first = leases.acquire("a", "first", LONG, Duration.ZERO);
        LeasePlace place = leases.request("a", "second", LONG, LONG, KEYED);
        leases.release("a", first.token());
        Grant granted = place.await(LONG).orElseThrow();
        leases.release("a", granted.token());
        Grant third = leases.acquire("a", "third", LONG, Duration.ZERO);

        StaleTokenException stale = catchThrowableOfType(StaleTokenException.class, () -> ask(SHORT));

        assertThat(stale.token()).isEqualTo(granted.token());
        assertThat(stale.current()).isEqualTo(third.token());
        assertThat(cairn.operation("wish")).isInstanceOf(OperationOutcome.Committed.class);
    }

    @Test
    void shouldKeepThePlaceWhileItLasts() {
        leases.acquire("a", "first", LONG, Duration.ZERO);
        LeasePlace place = leases.request("a", "second", LONG, LONG, KEYED);
        assertThat(cairn.operation("wish")).isInstanceOf(OperationOutcome.Committed.class);

        LeasePlace again = leases.request("a", "second", LONG, LONG, KEYED);

        assertThat(again.position()).isEqualTo(place.position()).isEqualTo(1);
        assertThat(leases.get("a").orElseThrow().queue()).hasSize(1);
    }

    @Test
    void shouldRefuseAnotherWishUnderTheIdWhileThePlaceLasts() {
        leases.acquire("a", "first", LONG, Duration.ZERO);
        leases.request("a", "second", LONG, LONG, KEYED);

        assertThatThrownBy(() -> leases.acquire("a", "third", LONG, SHORT, KEYED))
                .isInstanceOf(OperationMismatchException.class);
    }

    @Test
    void shouldLeaveAnIdThatCameToNothingToAnything() {
        leases.acquire("a", "first", LONG, Duration.ZERO);
        assertThatThrownBy(() -> ask(SHORT)).isInstanceOf(HeldException.class);
        cairn.close();
        open();

        Receipt created = cairn.tasks().create(NewTask.of("t"), KEYED);

        assertThat(created.replayed()).isFalse();
        assertThat(cairn.tasks().create(NewTask.of("t"), KEYED).replayed()).isTrue();
        assertThatThrownBy(() -> ask(SHORT)).isInstanceOf(OperationMismatchException.class);
    }

    @Test
    void shouldFreeTheIdOfAPlaceThatNobodyLookedAfter() {
        leases.acquire("a", "first", LONG, Duration.ZERO);
        leases.request("a", "second", LONG, SHORT, KEYED);
        cairn.close();
        open();

        await().atMost(Duration.ofSeconds(20)).until(() -> cairn.operation("wish") instanceof OperationOutcome.Unknown);
        assertThat(leases.history("a", Long.MAX_VALUE, 1).get(0).operation()).isEqualTo("wish");
    }

    @Test
    void shouldTellARepeatTheTimeThatWasTold() throws Exception {
        Grant granted = leases.acquire("a", "first", LONG, Duration.ZERO, KEYED);
        WriteOptions renewing = WriteOptions.defaults().withOperation("renewal");
        Leases.Renewal renewal = leases.renew("a", granted.token(), LONG, null, renewing);
        assertThat(renewal.expiresAt()).isAfter(granted.expiresAt());
        Thread.sleep(5);

        assertThat(leases.acquire("a", "first", LONG, Duration.ZERO, KEYED).expiresAt())
                .isEqualTo(granted.expiresAt());
        assertThat(leases.renew("a", granted.token(), LONG, null, renewing).expiresAt())
                .isEqualTo(renewal.expiresAt());

        leases.renew("a", granted.token(), LONG.multipliedBy(2));
        leases.release("a", granted.token());
        leases.acquire("a", "second", LONG, Duration.ZERO);
        cairn.close();
        open();
        assertThat(leases.renew("a", granted.token(), LONG, null, renewing).expiresAt())
                .isEqualTo(renewal.expiresAt());
    }
}
