package dev.cairn.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.OperationMismatchException;
import dev.cairn.Progress;
import dev.cairn.Receipt;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.inspect.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entities as an embedding program meets them. */
class EntitiesTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final EntityRef ANN = EntityRef.of("person", "ann");
    private static final EntityRef BOB = EntityRef.of("person", "bob");
    private static final EntityRef CAR = EntityRef.of("car", "c/1 ü");

    @TempDir
    private Path dir;

    private Path directory;
    private Cairn cairn;
    private Entities entities;

    @BeforeEach
    void open() {
        open(dir.resolve("data"));
    }

    private void open(Path from) {
        directory = from;
        cairn = Cairn.open(from, TestDirectories.smallSegments().build());
        entities = cairn.entities();
    }

    @AfterEach
    void close() {
        cairn.close();
    }

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
    void shouldExpectNoLinkWhereAnEndWasDeleted() {
        entities.put(ANN, "{}");
        entities.put(BOB, "{}");
        entities.link(ANN, "knows", BOB);
        entities.delete(BOB);
        entities.put(BOB, "{}");
        assertThatThrownBy(() -> entities.link(ANN, "knows", BOB, "{}", DEFAULTS.withExpect(Expect.exists())))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        refusal -> assertThat(refusal.revision()).isEqualTo(-1));
        entities.link(ANN, "knows", BOB, "{}", DEFAULTS.withExpect(Expect.none()));
        assertThat(entities.getLink(ANN, "knows", BOB)).isPresent();
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

    /** Values that are equal, smaller and larger, whatever type they have. */
    @Test
    void shouldCompareNumbersByValue() {
        String[] values = {
            "5", "5.0", "50e-1", "4.999", "9007199254740993", "9007199254740992.0", "1e30", "-0.0", "\"5\""
        };
        long offset = 0;
        for (int i = 0; i < values.length; i++) {
            offset = entities.put(EntityRef.of("n", "v" + i), "{\"n\":" + values[i] + "}")
                    .offset();
        }
        assertThat(ids(offset, EntityQuery.of("n").where("n", "5"))).containsExactly("v0", "v1", "v2", "v8");
        assertThat(ids(offset, EntityQuery.of("n").where("n", "5.00"))).containsExactly("v0", "v1", "v2");
        assertThat(ids(offset, EntityQuery.of("n").where("n", "9007199254740993")))
                .containsExactly("v4");
        assertThat(ids(offset, EntityQuery.of("n").where("n", "9007199254740992")))
                .containsExactly("v5");
        assertThat(ids(offset, EntityQuery.of("n").where("n", "0"))).containsExactly("v7");
        assertThat(ids(offset, EntityQuery.of("n").between("n", "4.9995", "5"))).containsExactly("v0", "v1", "v2");
        assertThat(ids(offset, EntityQuery.of("n").between("n", "9007199254740993", null)))
                .containsExactly("v4", "v6");
        assertThat(ids(offset, EntityQuery.of("n").between("n", null, "4.999"))).containsExactly("v3", "v7");
        assertThat(ids(offset, EntityQuery.of("n").between("n", null, null))).hasSize(8);
    }

    @Test
    void shouldCompareTimesTextsBooleansAndNulls() {
        String[] values = {
            "\"2026-01-01T00:00:00Z\"",
            "\"2026-01-01T01:00:00.000000+01:00\"",
            "\"2026-01-01T00:00:01Z\"",
            "true",
            "\"true\"",
            "false",
            "null",
            "\"null\"",
            "0",
            "1",
            "[1]",
            "\"" + "x".repeat(1_025) + "\""
        };
        long offset = 0;
        for (int i = 0; i < values.length; i++) {
            offset = entities.put(EntityRef.of("v", "v" + (char) ('a' + i)), "{\"p\":" + values[i] + "}")
                    .offset();
        }
        EntityQuery all = EntityQuery.of("v");
        assertThat(ids(offset, all.where("p", "2025-12-31T23:00:00-01:00"))).containsExactly("va", "vb");
        assertThat(ids(offset, all.where("p", "true"))).containsExactly("vd", "ve");
        assertThat(ids(offset, all.where("p", "false"))).containsExactly("vf");
        assertThat(ids(offset, all.where("p", "null"))).containsExactly("vg", "vh");
        assertThat(ids(offset, all.where("p", "1"))).containsExactly("vj");
        assertThat(ids(offset, all.where("p", "[1]"))).isEmpty();
        assertThat(ids(offset, all.where("p", ""))).isEmpty();
        Instant midnight = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(ids(offset, all.within("p", midnight, null))).containsExactly("vc");
        assertThat(ids(offset, all.within("p", null, midnight.plusSeconds(1)))).containsExactly("va", "vb");
        assertThat(ids(offset, all.within("p", null, null))).containsExactly("va", "vb", "vc");
        assertThat(ids(offset, all.where("p", "true").where("q", "1"))).isEmpty();
        assertThatThrownBy(() -> all.where("p", "x".repeat(1_025)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).isEqualTo("property.p"));
        assertThatThrownBy(() -> all.between("p", "five", null)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> all.where("", "x")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> all.page(1_001, null)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> EntityQuery.of("count")).isInstanceOf(InvalidRequestException.class);
    }

    private List<String> ids(long minOffset, EntityQuery query) {
        return entities.find(query.including(minOffset, WAIT)).entities().stream()
                .map(entity -> entity.ref().id())
                .toList();
    }

    @Test
    void shouldPageThroughEntitiesInEveryOrder() {
        long offset = 0;
        for (int i = 0; i < 25; i++) {
            offset = entities.put(EntityRef.of("p", "e" + (i * 7) % 25), "{\"odd\":" + (i % 2 == 1) + "}")
                    .offset();
        }
        for (EntityQuery.Order order : EntityQuery.Order.values()) {
            for (boolean descending : new boolean[] {false, true}) {
                EntityQuery query = EntityQuery.of("p")
                        .where("odd", "true")
                        .orderedBy(order, descending)
                        .including(offset, WAIT);
                List<TypedEntity> whole = entities.find(query).entities();
                assertThat(whole).hasSize(12);
                List<TypedEntity> paged = new ArrayList<>();
                @Nullable String cursor = null;
                do {
                    EntityPage page = entities.find(query.page(5, cursor));
                    assertThat(page.entities()).hasSizeLessThanOrEqualTo(5);
                    paged.addAll(page.entities());
                    cursor = page.next();
                } while (cursor != null);
                assertThat(paged).isEqualTo(whole);
            }
        }
        EntityPage page = entities.find(EntityQuery.of("p").page(5, null));
        assertThatThrownBy(() -> entities.find(EntityQuery.of("q").page(5, page.next())))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldFollowLinksBothWaysOverTwoHops() {
        EntityRef cid = EntityRef.of("person", "cid");
        for (EntityRef each : List.of(ANN, BOB, cid, CAR)) {
            entities.put(each, "{}");
        }
        entities.link(ANN, "knows", BOB, "{\"since\":1}", DEFAULTS);
        entities.link(BOB, "knows", cid);
        entities.link(BOB, "knows", ANN);
        entities.link(BOB, "owns", CAR);
        entities.link(ANN, "likes", ANN);
        long offset = entities.link(cid, "knows", ANN).offset();
        LinkQuery ann = LinkQuery.from(ANN).including(offset, WAIT);
        assertThat(shown(ann)).containsExactly("knows>bob", "likes>ann");
        assertThat(shown(ann.direction(LinkQuery.Direction.IN))).containsExactly("knows<bob", "knows<cid", "likes<ann");
        assertThat(shown(ann.direction(LinkQuery.Direction.BOTH)))
                .containsExactly("knows>bob", "likes>ann", "knows<bob", "knows<cid");
        assertThat(shown(ann.hops(2)))
                .containsExactly("knows>bob", "knows>bob knows>cid", "knows>bob owns>c/1 ü", "likes>ann");
        assertThat(shown(ann.hops(2).relations("knows"))).containsExactly("knows>bob", "knows>bob knows>cid");
        assertThat(shown(ann.hops(2).relations("knows").secondRelations("owns")))
                .containsExactly("knows>bob", "knows>bob owns>c/1 ü");
        assertThat(shown(ann.relations("likes", "knows"))).containsExactly("knows>bob", "likes>ann");
        assertThat(shown(ann.relations("nothing"))).isEmpty();
        assertThat(shown(ann.hops(2).direction(LinkQuery.Direction.IN)))
                .containsExactly("knows<bob", "knows<cid", "knows<cid knows<bob", "likes<ann");
        assertThat(entities.links(ann.hops(2)).links().get(1).via())
                .extracting(LinkedEntity::entity, LinkedEntity::properties)
                .containsExactly(BOB, "{\"since\":1}");
        assertThat(entities.links(ann.hops(2)).projectionOffset()).isGreaterThanOrEqualTo(offset);

        entities.delete(BOB);
        long again = entities.put(BOB, "{}").offset();
        assertThat(shown(ann.hops(2).including(again, WAIT))).containsExactly("likes>ann");
        assertThatThrownBy(() -> entities.links(LinkQuery.from(EntityRef.of("person", "nobody"))))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> ann.hops(3)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ann.secondRelations("a")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> entities.links(ann.page(10, "AAAA"))).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> entities.links(ann.page(10, "no base64!")))
                .isInstanceOf(InvalidRequestException.class);
    }

    private List<String> shown(LinkQuery query) {
        return entities.links(query).links().stream().map(EntitiesTest::shown).toList();
    }

    private static String shown(LinkedEntity reached) {
        LinkedEntity via = reached.via();
        return (via == null ? "" : shown(via) + " ")
                + reached.relation()
                + (reached.inbound() ? "<" : ">")
                + reached.entity().id();
    }

    @Test
    void shouldPageThroughLinks() {
        entities.put(ANN, "{}");
        for (int i = 0; i < 7; i++) {
            EntityRef middle = EntityRef.of("m", "m" + i);
            entities.put(middle, "{}");
            entities.link(ANN, "r" + i % 2, middle);
            for (int j = 0; j < i; j++) {
                EntityRef far = EntityRef.of("f", "f" + j);
                if (entities.get(far).isEmpty()) {
                    entities.put(far, "{}");
                }
                entities.link(i % 3 == 0 ? far : middle, "s", i % 3 == 0 ? middle : far);
            }
        }
        long offset = cairn.watermarks().endOffset() - 1;
        for (LinkQuery.Direction direction : LinkQuery.Direction.values()) {
            LinkQuery query = LinkQuery.from(ANN).hops(2).direction(direction).including(offset, WAIT);
            List<LinkedEntity> whole = entities.links(query).links();
            for (int limit = 1; limit <= whole.size() + 1; limit++) {
                List<LinkedEntity> paged = new ArrayList<>();
                @Nullable String cursor = null;
                do {
                    LinkPage page = entities.links(query.page(limit, cursor));
                    paged.addAll(page.links());
                    cursor = page.next();
                    assertThat(cursor == null || page.links().size() == limit).isTrue();
                } while (cursor != null);
                assertThat(paged).as("pages of %d, %s", limit, direction).isEqualTo(whole);
            }
        }
        String cursor = entities.links(LinkQuery.from(ANN).page(2, null)).next();
        assertThatThrownBy(() -> entities.links(LinkQuery.from(ANN).hops(2).page(2, cursor)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("another query");
    }

    /** A page ends where its work would become too much, and the next one goes on there. */
    @Test
    void shouldEndAPageThatFindsLittle() {
        entities.put(ANN, "{}");
        Batch batch = cairn.batch();
        int ends = LinkWalk.STEPS_MAX + 100;
        for (int i = 0; i < ends; i++) {
            EntityRef end = EntityRef.of("e", "e" + i);
            batch.add(EntityWrites.put(end, "{}"));
            batch.add(EntityWrites.link(ANN, "r", end, "{}"));
            batch.add(EntityWrites.link(end, "back", ANN, "{}"));
        }
        long offset = batch.commit(Ack.DURABLE).get(3 * ends - 1).receipt().offset();
        LinkQuery query = LinkQuery.from(ANN).hops(2).including(offset, WAIT).page(1_000, null);
        int found = 0;
        int pages = 0;
        @Nullable String cursor = null;
        do {
            LinkPage page = entities.links(query.page(1_000, cursor));
            found += page.links().size();
            cursor = page.next();
            pages++;
        } while (cursor != null);
        assertThat(found).isEqualTo(ends);
        assertThat(pages).isBetween(3, 6);
    }

    @Test
    void shouldEndAPageThatGrowsLarge() {
        entities.put(ANN, "{}");
        entities.put(BOB, "{}");
        String large = "{\"text\":\"" + "x".repeat(250_000) + "\"}";
        entities.link(ANN, "r", BOB, large, DEFAULTS);
        for (int i = 0; i < 50; i++) {
            EntityRef end = EntityRef.of("e", "e" + i);
            entities.put(end, "{}", DEFAULTS.withAck(Ack.ACCEPTED));
            entities.link(BOB, "s", end, "{}", DEFAULTS.withAck(Ack.ACCEPTED));
            entities.link(end, "t", ANN, large, DEFAULTS.withAck(Ack.ACCEPTED));
        }
        cairn.sync();
        long offset = cairn.watermarks().durableOffset();
        LinkQuery two = LinkQuery.from(ANN).hops(2).including(offset, WAIT);
        LinkQuery in = LinkQuery.from(ANN).direction(LinkQuery.Direction.IN).including(offset, WAIT);
        for (LinkQuery query : List.of(two, in)) {
            List<String> found = new ArrayList<>();
            int pages = 0;
            @Nullable String cursor = null;
            do {
                LinkPage page = entities.links(query.page(1_000, cursor));
                page.links().forEach(link -> found.add(shown(link)));
                cursor = page.next();
                pages++;
            } while (cursor != null);
            assertThat(found).doesNotHaveDuplicates().hasSize(query == two ? 51 : 50);
            assertThat(pages).isEqualTo(2);
        }
    }

    /** After an opening the first record of an entity may be one with its full value: the rows before it are not read then. */
    @Test
    void shouldReplaceThePropertiesOfAnEntityWhoseRowWasNotRead() {
        for (int i = 1; i <= 15; i++) {
            entities.put(ANN, "{\"gone\":" + i + ",\"kept\":" + i + "}");
        }
        cairn.close();
        open(directory);
        long offset = entities.put(ANN, "{\"kept\":16,\"new\":1}").offset();
        assertThat(ids(offset, EntityQuery.of("person").where("gone", "15"))).isEmpty();
        assertThat(ids(offset, EntityQuery.of("person").where("kept", "16").where("new", "1")))
                .containsExactly("ann");
        cairn.close();
        assertThat(Verification.of(directory, true, Progress.NONE).findings()).isEmpty();
        open(directory);
    }

    @Test
    void shouldEndLinksByTheThousandWithOneRecord() {
        entities.put(ANN, "{}");
        Batch batch = cairn.batch();
        for (int i = 0; i < 3_000; i++) {
            EntityRef end = EntityRef.of("e", "e" + i);
            batch.add(EntityWrites.put(end, "{}"));
            batch.add(EntityWrites.link(ANN, "r", end, "{}"));
        }
        batch.commit(Ack.DURABLE);
        long before = cairn.watermarks().endOffset();
        entities.delete(ANN);
        assertThat(cairn.watermarks().endOffset()).isEqualTo(before + 1);
        long offset = entities.put(ANN, "{}").offset();
        assertThat(entities.links(LinkQuery.from(ANN).including(offset, WAIT)).links())
                .isEmpty();
        assertThat(entities.getLink(ANN, "r", EntityRef.of("e", "e7"))).isEmpty();
    }

    @Test
    void shouldRebuildTheProjectionToTheSameRows() {
        for (int i = 0; i < 20; i++) {
            entities.put(EntityRef.of("e", "e" + i), "{\"i\":" + i + ",\"half\":" + i / 2.0 + "}");
            entities.link(EntityRef.of("e", "e" + i), "r", EntityRef.of("e", "e" + i / 2));
        }
        cairn.sync();
        long offset = cairn.watermarks().durableOffset();
        var root = cairn.projectionRoot(offset, WAIT);
        assertThat(root.kinds()).containsKeys("entity", "entity-link");
        assertThat(root.kinds().get("entity"))
                .isEqualTo(cairn.stateRoot().kinds().get("entity"));
        assertThat(root.kinds().get("entity-link"))
                .isEqualTo(cairn.stateRoot().kinds().get("entity-link"));
        List<String> before = ids(offset, EntityQuery.of("e").between("half", "2", "4.5"));
        cairn.rebuildProjection(Progress.NONE);
        assertThat(cairn.projectionRoot(offset, WAIT)).isEqualTo(root);
        assertThat(ids(offset, EntityQuery.of("e").between("half", "2", "4.5")))
                .isEqualTo(before)
                .hasSize(6);
    }
}
