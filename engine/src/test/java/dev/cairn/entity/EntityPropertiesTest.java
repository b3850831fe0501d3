package dev.cairn.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.InvalidRequestException;
import dev.cairn.Progress;
import dev.cairn.inspect.Verification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which entities are found by their properties, and in which order. */
class EntityPropertiesTest extends OpenedEntities {
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
