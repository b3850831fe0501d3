package dev.cairn.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.Fence;
import dev.cairn.HeldException;
import dev.cairn.NotReadyException;
import dev.cairn.OverloadedException;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who waits for a lease that somebody has: in which order they get it, and who loses their place. */
class LeaseQueueTest extends OpenedLeases {
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
    void shouldWakeWhoWaitsWhenItCloses() throws Exception {
        acquire("one");
        LeasePlace place = queue("two");
        CompletableFuture<Optional<Grant>> waiting = CompletableFuture.supplyAsync(() -> place.await(LONG));
        cairn.close();
        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(NotReadyException.class);
    }
}
