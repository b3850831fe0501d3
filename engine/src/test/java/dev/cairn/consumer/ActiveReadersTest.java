package dev.cairn.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.HeldException;
import dev.cairn.NotFoundException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ActiveReadersTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SESSION = Duration.ofSeconds(10);

    // Close to where the monotonic clock comes round: only differences may count.
    private long nanos = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
    private final ActiveReaders readers = new ActiveReaders(Clock.fixed(NOW, ZoneOffset.UTC), () -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void shouldLetOneReadAtATime() {
        ActiveReaders.Hold hold = readers.enter("g", null, SESSION);

        assertThatThrownBy(() -> readers.enter("g", null, SESSION)).isInstanceOf(HeldException.class);
        assertThatThrownBy(() -> readers.enter("g", "ann", SESSION)).isInstanceOf(HeldException.class);
        readers.enter("other", null, SESSION);
        readers.leave(hold, true);

        assertThat(readers.reader("g")).isNull();
        readers.enter("g", null, SESSION);
        pass(Duration.ofDays(1));
        assertThatThrownBy(() -> readers.enter("g", null, SESSION)).isInstanceOf(HeldException.class);
    }

    @Test
    void shouldSayHowLongInMicroseconds() {
        readers.leave(readers.enter("g", "ann", SESSION), true);
        pass(Duration.ofNanos(1));

        HeldException held = catchThrowableOfType(HeldException.class, () -> readers.enter("g", "bob", SESSION));

        assertThat(held.expiresAt()).isEqualTo(NOW.plusSeconds(10).minusNanos(1_000));
        assertThat(held).hasMessageContaining("2026-01-01T00:00:09.999999Z");
    }

    @Test
    void shouldKeepAGroupForAName() {
        ActiveReaders.Hold hold = readers.enter("g", "ann", SESSION);
        assertThatThrownBy(() -> readers.enter("g", "ann", SESSION)).isInstanceOf(HeldException.class);
        readers.leave(hold, true);
        pass(Duration.ofSeconds(4));

        HeldException held = catchThrowableOfType(HeldException.class, () -> readers.enter("g", "bob", SESSION));
        assertThat(held.holder()).isEqualTo("ann");
        assertThat(held.expiresAt()).isEqualTo(NOW.plusSeconds(6));
        assertThat(held.position()).isZero();
        assertThat(readers.reader("g")).isEqualTo(new ConsumerGroup.ActiveReader("ann", false, NOW.plusSeconds(6)));
        ActiveReaders.Hold again = readers.enter("g", "ann", SESSION);
        assertThat(readers.reader("g")).isEqualTo(new ConsumerGroup.ActiveReader("ann", true, NOW.plusSeconds(10)));
        readers.leave(again, true);
        pass(SESSION);

        assertThat(readers.reader("g")).isNull();
        readers.enter("g", "bob", SESSION);
    }

    @Test
    void shouldForgetAtOnceWhatDidNotBegin() {
        readers.leave(readers.enter("g", "ann", SESSION), false);
        readers.enter("g", "bob", SESSION);
    }

    @Test
    void shouldEndAHoldOnAGroupThatIsDeleted() {
        ActiveReaders.Hold old = readers.enter("g", "ann", SESSION);
        readers.check(old);
        readers.forget("g");
        ActiveReaders.Hold anew = readers.enter("g", "bob", SESSION);

        assertThatThrownBy(() -> readers.check(old)).isInstanceOf(NotFoundException.class);
        readers.leave(old, true);
        readers.check(anew);
        assertThatThrownBy(() -> readers.enter("g", "ann", SESSION)).isInstanceOf(HeldException.class);
    }

    @Test
    void shouldRememberWhereNothingIs() {
        ActiveReaders.Hold hold = readers.enter("g", null, SESSION);
        assertThat(readers.begin(hold, 7, 100)).isEqualTo(100);
        readers.empty(hold, 7, 500);
        readers.leave(hold, true);
        ActiveReaders.Hold next = readers.enter("g", null, SESSION);

        assertThat(readers.begin(next, 7, 100)).isEqualTo(500);
        assertThat(readers.begin(next, 8, 100)).isEqualTo(100);
    }

    @Test
    void shouldBoundWhatItRemembers() {
        ActiveReaders.Hold reading = readers.enter("reading", null, SESSION);
        for (int i = 0; i < ActiveReaders.GROUPS_MAX + 100; i++) {
            readers.leave(readers.enter("g" + i, "ann", SESSION), true);
        }
        assertThat(readers.size()).isEqualTo(ActiveReaders.GROUPS_MAX);
        readers.check(reading);
        assertThat(readers.reader("g0")).isNull();
        assertThat(readers.reader("g200")).isNotNull();
    }
}
