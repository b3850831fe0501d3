package dev.cairn.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which links lead from an entity and to it, over one hop and two, a page at a time; and what ends them. */
class EntityLinksTest extends OpenedEntities {
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
        return entities.links(query).links().stream()
                .map(EntityLinksTest::shown)
                .toList();
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
}
