package dev.cairn.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.StaleTokenException;
import dev.cairn.WriteOptions;
import dev.cairn.task.NewTask;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a lease keeps out: writes under a token that is stale, and writes to what it guards under none. */
class LeaseFencesTest extends OpenedLeases {
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
}
