package dev.cairn.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.OperationMismatchException;
import dev.cairn.Receipt;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Entities as an embedding program meets them. */
class EntitiesTest extends OpenedEntities {
    @Test
    void shouldTakeEveryWriteInBothForms() throws Exception {
        entities.put(ANN, "{\"age\":1}");
        done(entities.putAsync(BOB, "{\"age\":2}", DEFAULTS));
        entities.patch(ANN, "{\"age\":3}");
        done(entities.patchAsync(BOB, "{\"name\":\"Bob\"}", DEFAULTS));
        entities.link(ANN, "knows", BOB);
        Receipt linked = done(entities.linkAsync(BOB, "knows", ANN, "{\"w\":1}", DEFAULTS));
        assertThat(linked.durableOffset()).isGreaterThanOrEqualTo(linked.offset());
        assertThat(entities.get(ANN).orElseThrow().properties()).isEqualTo("{\"age\":3}");
        assertThat(entities.get(BOB).orElseThrow().properties()).isEqualTo("{\"age\":2,\"name\":\"Bob\"}");
        assertThat(entities.getLink(ANN, "knows", BOB).orElseThrow().properties())
                .isEqualTo("{}");
        assertThat(entities.getLink(BOB, "knows", ANN).orElseThrow())
                .extracting(EntityLink::properties, EntityLink::revision)
                .containsExactly("{\"w\":1}", linked.revision());
        entities.unlink(ANN, "knows", BOB);
        done(entities.unlinkAsync(BOB, "knows", ANN, DEFAULTS));
        assertThat(entities.getLink(ANN, "knows", BOB)).isEmpty();
        entities.delete(ANN);
        done(entities.deleteAsync(BOB, DEFAULTS));
        assertThat(entities.get(ANN)).isEmpty();
        assertThat(entities.get(BOB)).isEmpty();
    }

    private static Receipt done(CompletableFuture<Receipt> write) throws Exception {
        return write.get(30, TimeUnit.SECONDS);
    }

    @Test
    void shouldShowEntitiesAndLinksAsTheyWere() {
        Receipt ann = entities.put(ANN, "{\"v\":1}");
        entities.put(BOB, "{}");
        Receipt linked = entities.link(ANN, "knows", BOB);
        Receipt patched = entities.patch(ANN, "{\"v\":2}");
        Receipt deleted = entities.delete(BOB);
        Receipt again = entities.put(BOB, "{}");
        cairn.sync();
        assertThat(entities.getAsOf(ANN, ann.offset()).orElseThrow().properties())
                .isEqualTo("{\"v\":1}");
        assertThat(entities.getAsOf(ANN, patched.offset()).orElseThrow().properties())
                .isEqualTo("{\"v\":2}");
        assertThat(entities.getAsOf(ANN, ann.offset() - 1)).isEmpty();
        assertThat(entities.getAsOf(BOB, deleted.offset())).isEmpty();
        assertThat(entities.getAsOf(ANN, Instant.now())).isPresent();
        assertThat(entities.getLinkAsOf(ANN, "knows", BOB, linked.offset() - 1)).isEmpty();
        assertThat(entities.getLinkAsOf(ANN, "knows", BOB, patched.offset())).isPresent();
        assertThat(entities.getLinkAsOf(ANN, "knows", BOB, deleted.offset())).isEmpty();
        assertThat(entities.getLinkAsOf(ANN, "knows", BOB, again.offset())).isEmpty();
        assertThat(entities.getLinkAsOf(ANN, "knows", BOB, Instant.now())).isEmpty();
        assertThat(entities.history(ANN)).extracting(LogRecord::type).containsExactly("patched", "created");
        assertThat(entities.history(BOB, Long.MAX_VALUE, 2))
                .extracting(LogRecord::type)
                .containsExactly("created", "deleted");
        assertThatThrownBy(() -> entities.history(CAR)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> entities.history(ANN, 5, 0)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldKeepEverythingOverACloseAndAKill() {
        entities.put(ANN, "{\"big\":\"" + "x".repeat(50_000) + "\",\"n\":5}");
        entities.put(BOB, "{}");
        entities.put(CAR, "{\"n\":5.0}");
        entities.link(ANN, "knows", BOB);
        entities.link(ANN, "owns", CAR);
        entities.delete(BOB);
        Receipt last = entities.put(BOB, "{}", DEFAULTS.withAck(Ack.DURABLE));
        var root = cairn.stateRoot();
        Path killed = TestDirectories.copyAsIfKilled(directory, dir.resolve("killed"));
        for (Path next : List.of(directory, killed)) {
            cairn.close();
            open(next);
            assertThat(cairn.stateRoot().kinds()).isEqualTo(root.kinds());
            assertThat(entities.get(ANN).orElseThrow().properties()).hasSizeGreaterThan(50_000);
            assertThat(entities.getLink(ANN, "owns", CAR)).isPresent();
            assertThat(entities.getLink(ANN, "knows", BOB)).isEmpty();
            LinkQuery query = LinkQuery.from(ANN).including(last.offset(), WAIT);
            assertThat(entities.links(query).links())
                    .extracting(LinkedEntity::entity)
                    .containsExactly(CAR);
            EntityQuery five = EntityQuery.of("person").where("n", "5").including(last.offset(), WAIT);
            assertThat(entities.find(five).entities())
                    .extracting(TypedEntity::ref)
                    .containsExactly(ANN);
        }
    }

    @Test
    void shouldAnswerARepeatedOperationWithTheFirstResult() {
        WriteOptions operation = DEFAULTS.withOperation("op");
        Receipt first = entities.put(ANN, "{\"a\":1}", operation);
        entities.put(ANN, "{\"a\":2}");
        Receipt again = entities.put(ANN, "{\"a\":1}", operation);
        assertThat(again.replayed()).isTrue();
        assertThat(again.offset()).isEqualTo(first.offset());
        assertThat(entities.get(ANN).orElseThrow().properties()).isEqualTo("{\"a\":2}");
        assertThatThrownBy(() -> entities.put(ANN, "{\"a\":3}", operation))
                .isInstanceOf(OperationMismatchException.class);
        assertThatThrownBy(() -> entities.patch(ANN, "{\"a\":1}", operation))
                .isInstanceOf(OperationMismatchException.class);
        WriteOptions linking = DEFAULTS.withOperation("link");
        entities.put(BOB, "{}");
        entities.link(ANN, "knows", BOB, "{}", linking);
        entities.unlink(ANN, "knows", BOB);
        assertThat(entities.link(ANN, "knows", BOB, "{}", linking).replayed()).isTrue();
        assertThat(entities.getLink(ANN, "knows", BOB)).isEmpty();
    }

    @Test
    void shouldHoldExpectations() {
        entities.put(ANN, "{}", DEFAULTS.withExpect(Expect.none()));
        assertThatThrownBy(() -> entities.put(ANN, "{}", DEFAULTS.withExpect(Expect.none())))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        refusal -> assertThat(refusal.actual()).isEqualTo(1));
        entities.patch(ANN, "{}", DEFAULTS.withExpect(Expect.version(1)));
        assertThatThrownBy(() -> entities.delete(ANN, DEFAULTS.withExpect(Expect.version(1))))
                .isInstanceOf(ConflictException.class);
        entities.put(BOB, "{}");
        entities.link(ANN, "knows", BOB, "{}", DEFAULTS.withExpect(Expect.none()));
        assertThatThrownBy(() -> entities.link(ANN, "knows", BOB, "{}", DEFAULTS.withExpect(Expect.none())))
                .isInstanceOf(ConflictException.class);
        entities.unlink(ANN, "knows", BOB, DEFAULTS.withExpect(Expect.version(1)));
    }

    @Test
    void shouldWaitForAChange() throws Exception {
        Receipt created = entities.put(ANN, "{}");
        assertThat(entities.awaitChange(ANN, created.revision(), Duration.ofMillis(10)))
                .isFalse();
        CompletableFuture<Boolean> changed =
                CompletableFuture.supplyAsync(() -> entities.awaitChange(ANN, created.revision(), WAIT));
        entities.patch(ANN, "{}");
        assertThat(changed.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldCreateAndLinkInOneBatch() {
        Batch batch = cairn.batch();
        batch.add(EntityWrites.put(ANN, "{}"));
        batch.add(EntityWrites.put(BOB, "{}"));
        batch.add(EntityWrites.link(ANN, "knows", BOB, "{}"));
        batch.add(EntityWrites.patch(ANN, "{\"a\":1}"));
        batch.add(EntityWrites.check(ANN), DEFAULTS.withExpect(Expect.version(2)));
        assertThat(batch.commitAtomic(Ack.DURABLE)).hasSize(5);
        assertThat(entities.getLink(ANN, "knows", BOB)).isPresent();

        Batch refused = cairn.batch();
        refused.add(EntityWrites.unlink(ANN, "knows", BOB));
        refused.add(EntityWrites.delete(BOB));
        refused.add(EntityWrites.link(ANN, "knows", BOB, "{}"));
        assertThatThrownBy(() -> refused.commitAtomic(Ack.DURABLE))
                .isInstanceOfSatisfying(
                        BatchRefusedException.class,
                        refusal -> assertThat(refusal.index()).isEqualTo(2));
        assertThat(entities.getLink(ANN, "knows", BOB)).isPresent();
        assertThat(entities.get(BOB)).isPresent();
    }

    @Test
    void shouldTakeTheLongestNamesThatThereAre() {
        EntityRef one = EntityRef.of("t".repeat(512), "i".repeat(512));
        EntityRef other = EntityRef.of("u".repeat(512), "j".repeat(512));
        String relation = "r".repeat(512);
        entities.put(one, "{\"" + "n".repeat(512) + "\":\"" + "v".repeat(1_024) + "\"}");
        entities.put(other, "{}");
        Receipt linked = entities.link(one, relation, other);
        cairn.close();
        open(directory);
        assertThat(entities.getLink(one, relation, other)).isPresent();
        assertThat(entities.links(LinkQuery.from(one).hops(2).including(linked.offset(), WAIT))
                        .links())
                .extracting(LinkedEntity::entity)
                .containsExactly(other);
        assertThat(entities.find(EntityQuery.of(one.type()).where("n".repeat(512), "v".repeat(1_024)))
                        .entities())
                .hasSize(1);
    }
}
