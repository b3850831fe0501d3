package dev.cairn.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.CairnException;
import dev.cairn.Fence;
import dev.cairn.HeldException;
import dev.cairn.OverloadedException;
import dev.cairn.StaleTokenException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.LeaseLedger.End;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LeaseKindTest {
    private static final long MINUTE = 60_000;
    /** Longer than any queue that is served here. */
    private static final int WAITERS = 5;

    private final LeaseKind kind = new LeaseKind();
    private final OwnerKind owners = new OwnerKind(kind);
    private final KindHarness harness = new KindHarness(List.of(kind, owners)).checking(kind);

    private static BoundCommand lease(LeaseCommand command) {
        return new BoundCommand(KindIds.LEASE, command);
    }

    private static BoundCommand acquire(String holder, long waitMillis) {
        return lease(new LeaseCommand.Acquire("a", holder, MINUTE, waitMillis));
    }

    private static BoundCommand renew(long token) {
        return lease(new LeaseCommand.Renew("a", token, MINUTE, null));
    }

    private static BoundCommand release(long token, End end) {
        return lease(new LeaseCommand.Release("a", token, end));
    }

    private Entity entity() {
        return harness.entity(kind, null, "a");
    }

    private List<String> waiting() {
        return LeaseBody.queue(entity()).stream().map(LeaseBody.Place::holder).toList();
    }

    /** Brings the lease into a state: of the grants in it, the first has token 0. */
    private void reach(String state) {
        if (state.equals("free")) {
            return;
        }
        harness.accept(acquire("ann", 0));
        switch (state) {
            case "queued" -> harness.accept(acquire("bob", MINUTE));
            case "over" -> harness.accept(release(0, End.RELEASED));
            case "renewed" -> harness.accept(renew(0));
            default -> assertThat(state).isEqualTo("held");
        }
    }

    private static BoundCommand command(String command) {
        return switch (command) {
            case "acquire" -> acquire("eve", 0);
            case "wait" -> acquire("eve", 1);
            case "renew" -> renew(0);
            case "renew other" -> renew(1);
            case "release" -> release(0, End.RELEASED);
            case "fail" -> release(0, End.FAILED);
            case "poison" -> release(0, End.POISONED);
            case "release other" -> release(1, End.RELEASED);
            case "revoke" -> release(Fence.ANY_TOKEN, End.REVOKED);
            case "expire" -> lease(new LeaseCommand.Expire("a", 0, 0, true, null));
            case "expire other" -> lease(new LeaseCommand.Expire("a", 1, 1, true, null));
            case "withdraw" -> lease(new LeaseCommand.Withdraw("a", 1, null));
            case "withdraw other" -> lease(new LeaseCommand.Withdraw("a", 0, null));
            default -> throw new IllegalArgumentException(command);
        };
    }

    /** Each wish in each state: the events it makes, or the code of its refusal. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "free, acquire, granted",
        "free, wait, granted",
        "free, renew, stale_token",
        "free, release, stale_token",
        "free, revoke, stale_token",
        "free, expire, stale_token",
        "free, withdraw, not_found",
        "held, acquire, held",
        "held, wait, queued",
        "held, renew, renewed",
        "held, renew other, stale_token",
        "held, release, released",
        "held, fail, failed",
        "held, poison, poisoned",
        "held, release other, stale_token",
        "held, revoke, revoked",
        "held, expire, expired",
        "held, expire other, stale_token",
        "held, withdraw, not_found",
        "renewed, expire, stale_token",
        "renewed, release, released",
        "queued, acquire, held",
        "queued, wait, queued",
        "queued, renew, renewed",
        "queued, release, released granted",
        "queued, fail, failed granted",
        "queued, poison, poisoned granted",
        "queued, revoke, revoked granted",
        "queued, expire, expired granted",
        "queued, withdraw, withdrawn",
        "queued, withdraw other, not_found",
        "over, acquire, granted",
        "over, wait, granted",
        "over, renew, stale_token",
        "over, release, stale_token",
        "over, revoke, stale_token",
        "over, expire, stale_token",
        "over, withdraw, not_found"
    })
    void shouldDecide(String state, String command, String expected) {
        reach(state);
        int before = harness.events();
        var refusal = harness.apply(command(command));
        List<String> events = new ArrayList<>();
        for (int i = before; i < harness.events(); i++) {
            events.add(kind.typeName(harness.event(i)));
        }
        assertThat(
                        refusal == null
                                ? String.join(" ", events)
                                : refusal.toException().code())
                .isEqualTo(expected);
    }

    @Test
    void shouldServeTheQueueInOrderWhateverEndsALease() {
        harness.accept(acquire("ann", 0));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < WAITERS; i++) {
            names.add("w" + i);
            harness.accept(acquire("w" + i, 1 + i));
        }
        End[] ends = {End.RELEASED, End.FAILED, End.POISONED, End.REVOKED};
        long token = 0;
        for (int i = 0; i < WAITERS; i++) {
            assertThat(waiting()).isEqualTo(names.subList(i, WAITERS));
            harness.accept(
                    i == 4
                            ? lease(new LeaseCommand.Expire("a", token, token, true, null))
                            : release(ends[i] == End.REVOKED ? Fence.ANY_TOKEN : token, ends[i]));
            assertThat(LeaseBody.holder(entity())).isEqualTo(names.get(i));
            assertThat(LeaseBody.token(entity())).isGreaterThan(token);
            token = LeaseBody.token(entity());
        }
        harness.accept(release(token, End.RELEASED));
        assertThat(entity().exists()).isFalse();
        assertThat(entity().bodyLength()).isZero();
    }

    @Test
    void shouldCloseTheGapOfWhoeverLeavesTheQueue() {
        reach("queued");
        harness.accept(acquire("cid", MINUTE)).accept(acquire("dan", MINUTE));
        harness.accept(lease(new LeaseCommand.Withdraw("a", 2, null)));
        assertThat(waiting()).containsExactly("bob", "dan");
        assertThat(harness.refuse(acquire("eve", 0))).isInstanceOfSatisfying(HeldException.class, held -> {
            assertThat(held.holder()).isEqualTo("ann");
            assertThat(held.position()).isEqualTo(3);
        });
    }

    @Test
    void shouldKeepProgressAndQueueWhenItIsRenewed() {
        reach("queued");
        byte[] progress = "{\"step\":1}".getBytes(StandardCharsets.UTF_8);
        harness.accept(lease(new LeaseCommand.Renew("a", 0, 5_000, progress)));
        harness.accept(lease(new LeaseCommand.Renew("a", 0, 6_000, null)));
        assertThat(LeaseBody.progress(entity())).isEqualTo("{\"step\":1}");
        assertThat(LeaseBody.ttlMillis(entity())).isEqualTo(6_000);
        assertThat(LeaseBody.term(entity())).isEqualTo(3);
        assertThat(waiting()).containsExactly("bob");
        harness.accept(release(0, End.RELEASED));
        assertThat(LeaseBody.progress(entity())).as("of the next holder").isNull();
    }

    @Test
    void shouldNameTheHolderAsTheOneWhoActs() {
        harness.accept(acquire("ann", 0));
        assertThat(harness.lastActor()).isEqualTo("ann");
        harness.accept(acquire("bob", MINUTE));
        assertThat(harness.lastActor()).isEqualTo("bob");
        harness.accept(renew(0));
        assertThat(harness.lastActor()).isEqualTo("ann");
        harness.actor("boss").accept(release(Fence.ANY_TOKEN, End.REVOKED));
        assertThat(harness.lastActor()).isEqualTo("boss");
        harness.actor(null).accept(release(Fence.ANY_TOKEN, End.REVOKED));
        assertThat(harness.lastActor()).isNull();
    }

    @Test
    void shouldBoundTheQueueByNumberAndByBytes() {
        harness.accept(acquire("ann", 0));
        for (int i = 0; i < LeaseBody.PLACES_MAX; i++) {
            harness.accept(acquire("w", MINUTE));
        }
        assertThat(harness.refuse(acquire("w", MINUTE))).isInstanceOf(OverloadedException.class);
        String longest = "h".repeat(512);
        harness.accept(lease(new LeaseCommand.Acquire("b", "ann", MINUTE, 0)));
        int places = 0;
        while (harness.apply(lease(new LeaseCommand.Acquire("b", longest, MINUTE, MINUTE))) == null) {
            places++;
        }
        assertThat(places).isEqualTo(LeaseBody.QUEUE_BYTES_MAX / (26 + 512));
    }

    // Fences

    private String written(Fence... fences) {
        var refusal = harness.fences(fences).apply(owners.write("a"));
        harness.fences();
        return refusal == null ? "written" : refusal.toException().code();
    }

    @Test
    void shouldHoldFencesAgainstTheCurrentGrants() {
        assertThat(written()).isEqualTo("written");
        assertThat(written(new Fence("owner:a", 0))).as("nobody holds it").isEqualTo("stale_token");
        harness.accept(lease(new LeaseCommand.Acquire("owner:a", "ann", MINUTE, 0)));
        long own = harness.events() - 1L;
        harness.accept(lease(new LeaseCommand.Acquire("other", "ann", MINUTE, 0)));
        long other = harness.events() - 1L;

        assertThat(written()).isEqualTo("held");
        assertThat(written(new Fence("owner:a", own))).isEqualTo("written");
        assertThat(written(new Fence("owner:a", own - 1))).isEqualTo("stale_token");
        assertThat(written(new Fence("other", other)))
                .as("a good token of another lease")
                .isEqualTo("held");
        assertThat(written(new Fence("owner:a", other))).isEqualTo("stale_token");
        assertThat(written(new Fence("other", other), new Fence("owner:a", own)))
                .isEqualTo("written");
        assertThat(written(new Fence("owner:a", own), new Fence("other", own))).isEqualTo("stale_token");
        assertThat(written(Fence.revoking("owner:a"))).isEqualTo("written");
        assertThat(written(Fence.revoking("other"))).isEqualTo("invalid_request");
        harness.accept(lease(new LeaseCommand.Release("owner:a", own, End.RELEASED)));
        assertThat(written(new Fence("owner:a", own))).isEqualTo("stale_token");
        assertThat(written()).isEqualTo("written");
    }

    @Test
    void shouldSayWhichTokenIsCurrent() {
        harness.accept(acquire("ann", 0)).accept(acquire("bob", MINUTE)).accept(release(0, End.RELEASED));
        assertThat(harness.fences(new Fence("a", 0)).refuse(owners.write("x")))
                .isInstanceOfSatisfying(StaleTokenException.class, stale -> {
                    assertThat(stale.lease()).isEqualTo("a");
                    assertThat(stale.token()).isZero();
                    assertThat(stale.current()).isEqualTo(3);
                });
    }

    @Test
    void shouldLetAnybodyStateAnExpectation() {
        harness.accept(lease(new LeaseCommand.Acquire("owner:a", "ann", MINUTE, 0)));
        assertThat(harness.checked(new BoundCommand(OwnerKind.ID, new CheckCommand(null, "a"))))
                .isNull();
        harness.fences(new Fence("owner:a", 7));
        assertThat(harness.checked(new BoundCommand(OwnerKind.ID, new CheckCommand(null, "a"))))
                .isNotNull();
    }

    // For other kinds

    @ParameterizedTest
    @EnumSource(End.class)
    void shouldTellTheOriginOfALeaseHowItEnded(End end) {
        harness.accept(owners.claim("a", "ann"));
        long token = harness.events() - 1L;
        assertThat(LeaseBody.token(harness.entity(kind, null, "owner:a"))).isEqualTo(token);
        harness.accept(lease(new LeaseCommand.Acquire("owner:a", "bob", MINUTE, MINUTE)));
        harness.fences(new Fence("owner:a", token));
        harness.accept(
                switch (end) {
                    case EXPIRED, UNCOLLECTED ->
                        lease(new LeaseCommand.Expire("owner:a", token, token, end == End.EXPIRED, null));
                    case COMPLETED -> owners.finish("a");
                    default -> lease(new LeaseCommand.Release("owner:a", token, end));
                });
        harness.fences();

        assertThat(owners.told)
                .containsExactlyElementsOf(end == End.COMPLETED ? List.of() : List.of("owner:a from shelf " + end));
        Entity next = harness.entity(kind, null, "owner:a");
        assertThat(LeaseBody.holder(next)).isEqualTo("bob");
        assertThat(LeaseBody.origin(next)).as("of a lease of its own").isEmpty();
        harness.accept(lease(new LeaseCommand.Release("owner:a", LeaseBody.token(next), End.FAILED)));
        assertThat(owners.told).hasSize(end == End.COMPLETED ? 0 : 1);
    }

    @Test
    void shouldTellWhoAsksWhatIsHeldNow() {
        List<String> changes = new ArrayList<>();
        kind.holdings((lease, held) -> changes.add(lease + " " + held));
        reach("queued");
        harness.accept(release(0, End.RELEASED));
        harness.accept(release(Fence.ANY_TOKEN, End.REVOKED));
        assertThat(changes).startsWith("a true").endsWith("a false");
        assertThat(changes.stream().filter("a true"::equals).count())
                .isEqualTo(changes.stream().filter("a false"::equals).count());
    }

    // Loss

    /** A record that names another grant than the one known tells that records are missing: then nobody is known to hold it. */
    @Test
    void shouldTakeNoTokenForCurrentThatMayBeStale() {
        reach("held");
        for (byte type : new byte[] {LeasePayload.RENEWED, LeasePayload.QUEUED, LeasePayload.WITHDRAWN}) {
            Event later = next(type);
            switch (type) {
                case LeasePayload.RENEWED ->
                    LeasePayload.renewed(later.payload, new LeaseCommand.Renew("a", 5, MINUTE, null));
                case LeasePayload.QUEUED ->
                    LeasePayload.queued(later.payload, 5, new LeaseCommand.Acquire("a", "bob", MINUTE, MINUTE));
                default -> LeasePayload.withdrawn(later.payload, 5, 6);
            }
            for (Entity before : List.of(entity(), new Entity())) {
                Entity after = new Entity();
                Evolution.step(kind, before, later, after);
                assertThat(LeaseBody.isHeld(after))
                        .as("after %s", kind.typeName(later))
                        .isFalse();
                assertThat(after.incomplete()).isTrue();
                assertThat(LeaseBody.places(after)).isEqualTo(type == LeasePayload.QUEUED ? 1 : 0);
            }
        }
    }

    /** Where the queue was lost a lease seems to be free; an end, or a grant out of a queue, shows that it was not. */
    @Test
    void shouldNotTakeForABeginningWhatGoesOnBehindALoss() {
        Entity free = new Entity();
        free.version(3);
        free.head(8);
        free.tombstone(true);
        free.incomplete(true);
        for (long place : new long[] {-1, 5}) {
            Event granted = next(LeasePayload.GRANTED);
            LeasePayload.granted(granted.payload, place, MINUTE, "bob", null);
            Entity after = new Entity();
            Evolution.step(kind, free, granted, after);
            assertThat(LeaseBody.isHeld(after)).isTrue();
            assertThat(after.incomplete()).as("place %d", place).isEqualTo(place >= 0);
        }
        Event ended = next(LeasePayload.ENDED);
        LeasePayload.ended(ended.payload, 5, End.RELEASED);
        Entity after = new Entity();
        Evolution.step(kind, free, ended, after);
        assertThat(after.tombstone()).isTrue();
        assertThat(after.incomplete()).isTrue();
    }

    /** An event behind one at offset 8, of version 3. */
    private static Event next(byte type) {
        Event event = new Event();
        event.clear();
        event.kind = KindIds.LEASE;
        event.type = type;
        event.offset = 9;
        event.previous = 8;
        event.version = 4;
        return event;
    }

    // Bytes

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "lease-events.csv",
            delimiter = '|',
            quoteCharacter = '\0',
            emptyValue = "",
            nullValues = {})
    void shouldReadEveryEventEverWritten(
            int type, String payload, String name, String json, @Nullable String before, @Nullable String after) {
        String bodyBefore = before == null ? "" : before;
        String bodyAfter = after == null ? "" : after;
        new GoldenEvent(type, payload, name, json, bodyBefore, bodyAfter).check(kind);
    }

    /** The bytes of each event as they were released: a change here is a new version, never an edit. */
    @Test
    void shouldKeepTheBytesOfEachEvent() {
        harness.accept(acquire("ann", 0));
        assertThat(lastPayload()).isEqualTo("01ffffffffffffffff60ea0000000000000300616e6e0000");
        harness.accept(acquire("ü", 5_000));
        assertThat(lastPayload()).isEqualTo("01000000000000000060ea00000000000088130000000000000200c3bc");
        byte[] progress = "[2]".getBytes(StandardCharsets.UTF_8);
        harness.accept(lease(new LeaseCommand.Renew("a", 0, 9_000, progress)));
        assertThat(lastPayload()).isEqualTo("01000000000000000028230000000000005b325d");
        harness.accept(lease(new LeaseCommand.Withdraw("a", 1, null)));
        assertThat(lastPayload()).isEqualTo("0100000000000000000100000000000000");
        harness.accept(release(0, End.POISONED));
        assertThat(lastPayload()).isEqualTo("01000000000000000002");
    }

    private String lastPayload() {
        return HexFormat.of().formatHex(harness.lastEvent().payload.toByteArray());
    }

    @Test
    void shouldBeRefusedWithATypedException() {
        reach("held");
        CairnException held = harness.refuse(acquire("eve", 0));
        assertThat(held).hasMessageContaining("expected a to be free, was held by ann");
    }
}
