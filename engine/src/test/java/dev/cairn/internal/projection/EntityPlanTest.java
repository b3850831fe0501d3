package dev.cairn.internal.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.entity.Entities;
import dev.cairn.entity.EntityModule;
import dev.cairn.entity.EntityQuery;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.LinkQuery;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RowQuery;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That SQLite answers the questions about entities that their client really asks from the indexes that are there for them. */
class EntityPlanTest {
    private static final EntityRef ANN = EntityRef.of("person", "ann");
    private static final EntityRef BOB = EntityRef.of("person", "bob");
    private static final String BY_KEY = "SEARCH entity USING INDEX sqlite_autoindex_entity_1 (key=?)";
    private static final String OTHER = "SEARCH other EXISTS USING INDEX sqlite_autoindex_entity_1 (key=?)";

    @TempDir
    Path directory;

    private final MemoryHost host = new MemoryHost();
    private final EntityModule module = new EntityModule(1 << 20);
    private final Entities entities = module.client(host);
    private final Kind entity = module.kinds().get(0);
    private final Kind link = module.kinds().get(1);
    private SqliteProjection projection;

    @BeforeEach
    void open() throws InterruptedException {
        projection = SqliteProjection.open(directory, module.kinds(), host, host.log);
        projection.start();
        host.projection(projection);
        entities.put(ANN, "{\"age\":1}");
        entities.put(BOB, "{\"age\":2}");
        entities.link(ANN, "knows", BOB);
        host.log.force();
        assertThat(projection.awaitPosition(host.durableOffset(), ProjectionFixture.WAIT))
                .isTrue();
        host.asked.clear();
    }

    @AfterEach
    void close() {
        projection.close();
    }

    @Test
    void shouldListATypeInEachOrderFromItsIndex() {
        EntityQuery people = EntityQuery.of("person");
        assertThat(plan(people)).containsExactly("SEARCH entity USING INDEX entity_1 (type=?)");
        assertThat(plan(people.orderedBy(EntityQuery.Order.CREATED_AT, true)))
                .containsExactly("SEARCH entity USING INDEX entity_2 (type=?)");
        assertThat(plan(people.orderedBy(EntityQuery.Order.UPDATED_AT, false)))
                .containsExactly("SEARCH entity USING INDEX entity_3 (type=?)");
        String cursor = entities.find(people.page(1, null)).next();
        assertThat(plan(people.page(1, cursor)))
                .containsExactly("SEARCH entity USING INDEX entity_1 (type=? AND key>?)");
    }

    @Test
    void shouldFindFewByTheIndexOfTheProperties() {
        EntityQuery people = EntityQuery.of("person");
        String values = "SEARCH entity_property USING COVERING INDEX entity_property_1 "
                + "(owner_type=? AND name=? AND type=? AND value";
        for (EntityQuery query : List.of(
                people.where("age", "1"),
                people.where("name", "ann"),
                people.where("at", "2026-01-01T00:00:00Z"),
                people.between("age", "1", null),
                people.between("age", "1.5", "7"),
                people.within("at", Instant.EPOCH, null))) {
            assertThat(plan(query))
                    .as(query.toString())
                    .anyMatch(step -> step.startsWith(values))
                    .contains(BY_KEY)
                    .noneMatch(step -> step.contains("SCAN"));
        }
    }

    @Test
    void shouldLookTheOtherFiltersUpEntityByEntity() {
        assertThat(plan(EntityQuery.of("person").where("age", "1").where("name", "ann")))
                .contains(BY_KEY)
                .contains("SEARCH entity_property EXISTS USING PRIMARY KEY (key=? AND name=?)")
                .noneMatch(step -> step.contains("SCAN"));
    }

    /** With no row counted as few, the properties only filter. */
    @Test
    void shouldWalkTheOrderThroughManyMatches() {
        entities.find(EntityQuery.of("person").where("age", "1").orderedBy(EntityQuery.Order.UPDATED_AT, true));
        try (ProjectionReader reader = new ProjectionReader(
                new ProjectionFile(directory), new ProjectionSchema(module.kinds()), why -> {}, 0)) {
            assertThat(reader.plan(entity, last()))
                    .contains("SEARCH entity USING INDEX entity_3 (type=?)")
                    .contains("SEARCH entity_property EXISTS USING PRIMARY KEY (key=? AND name=?)")
                    .noneMatch(step -> step.contains("TEMP B-TREE") || step.contains("SCAN"));
        }
    }

    @Test
    void shouldFollowLinksFromTheIndexOfEitherEnd() {
        LinkQuery ann = LinkQuery.from(ANN);
        assertThat(plan(ann)).containsExactly(steps("SEARCH entity_link USING INDEX entity_link_1 (from_key=?)"));
        assertThat(plan(ann.relations("knows")))
                .containsExactly(steps("SEARCH entity_link USING INDEX entity_link_1 (from_key=? AND relation=?)"));
        assertThat(plan(ann.direction(LinkQuery.Direction.IN)))
                .containsExactly(steps("SEARCH entity_link USING INDEX entity_link_2 (to_key=?)"));
        assertThat(plan(ann.relations("knows", "likes")))
                .contains("MERGE (UNION ALL)")
                .noneMatch(step -> step.contains("TEMP B-TREE") || step.contains("SCAN"));
        assertThat(plan(ann.hops(2)))
                .containsExactly(steps("SEARCH entity_link USING INDEX entity_link_1 (from_key=?)"));
        EntityRef cid = EntityRef.of("person", "cid");
        entities.put(cid, "{}");
        entities.link(ANN, "likes", cid);
        host.log.force();
        LinkQuery both = ann.including(host.durableOffset(), ProjectionFixture.WAIT);
        String cursor = entities.links(both.page(1, null)).next();
        assertThat(cursor).isNotNull();
        assertThat(plan(both.page(1, cursor)))
                .containsExactly(
                        steps("SEARCH entity_link USING INDEX entity_link_1 (from_key=? AND (relation,key)>(?,?))"));
    }

    private static String[] steps(String links) {
        return new String[] {links, OTHER, OTHER};
    }

    private List<String> plan(EntityQuery query) {
        entities.find(query);
        return projection.reader().plan(entity, last());
    }

    private List<String> plan(LinkQuery query) {
        entities.links(query);
        return projection.reader().plan(link, last());
    }

    private RowQuery last() {
        return host.asked.get(host.asked.size() - 1);
    }
}
