package dev.cairn.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.LeaseLedger.End;
import dev.cairn.internal.kind.Recovered;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which record of a lease may follow which. */
class LeaseRecordRulesTest {
    private static final long OFFSET = 50;

    private final LeaseRecordRules rules = new LeaseRecordRules();
    private final ByteSlab trace = new ByteSlab();
    private long offset = OFFSET;

    private @Nullable String follow(String what, long token) {
        Event event = new Event();
        event.clear();
        event.offset = offset++;
        switch (what) {
            case "granted" -> {
                event.type = LeasePayload.GRANTED;
                LeasePayload.granted(event.payload, -1, 1_000, "me", null);
            }
            case "queued" -> {
                event.type = LeasePayload.QUEUED;
                LeasePayload.queued(event.payload, token, new LeaseCommand.Acquire("a", "b", 1_000, 1_000));
            }
            case "renewed" -> {
                event.type = LeasePayload.RENEWED;
                LeasePayload.renewed(event.payload, new LeaseCommand.Renew("a", token, 1_000, null));
            }
            case "withdrawn" -> {
                event.type = LeasePayload.WITHDRAWN;
                LeasePayload.withdrawn(event.payload, token, 3);
            }
            case "recovered" -> event.type = Recovered.TYPE;
            default -> {
                event.type = LeasePayload.ENDED;
                LeasePayload.ended(event.payload, token, End.valueOf(what.toUpperCase(java.util.Locale.ROOT)));
            }
        }
        return rules.follow(trace, event);
    }

    /** After {@code granted} at offset 50. */
    @ParameterizedTest
    @CsvSource({
        "queued, 50, ''",
        "renewed, 50, ''",
        "released, 50, ''",
        "expired, 50, ''",
        "withdrawn, 50, ''",
        "recovered, 0, ''",
        "granted, 0, 'expected a lease that nobody holds to be granted, was held by token 50'",
        "queued, 49, 'expected the current token 50, was 49'",
        "renewed, 49, 'expected the current token 50, was 49'",
        "revoked, 51, 'expected the current token 50, was 51'",
        "withdrawn, -1, 'expected the current token 50, was -1'",
    })
    void shouldSayWhatMayFollowAGrant(String what, long token, String problem) {
        assertThat(follow("granted", 0)).isNull();
        assertThat(follow(what, token)).isEqualTo(problem.isEmpty() ? null : problem);
    }

    @Test
    void shouldExpectAGrantFirst() {
        assertThat(follow("renewed", 3)).isEqualTo("expected the current token -1, was 3");
        trace.clear();
        assertThat(follow("granted", 0)).isNull();
        assertThat(follow("completed", OFFSET + 1)).isNull();
        assertThat(follow("released", OFFSET + 1)).isEqualTo("expected the current token -1, was " + (OFFSET + 1));
        assertThat(follow("granted", 0)).isNull();
    }

    @Test
    void shouldTakeAnythingAfterALossUntilItKnowsAgain() {
        follow("granted", 0);
        rules.forget(trace);
        assertThat(follow("renewed", 7)).isNull();
        assertThat(follow("queued", 9)).isNull();
        assertThat(follow("expired", 9)).isNull();
        assertThat(follow("expired", 9))
                .as("it is known again that nobody has it")
                .isNotNull();
        rules.forget(trace);
        assertThat(follow("granted", 0)).isNull();
        assertThat(follow("granted", 0)).isNotNull();
        follow("recovered", 0);
        rules.gap();
        assertThat(follow("granted", 0)).isNull();
    }
}
