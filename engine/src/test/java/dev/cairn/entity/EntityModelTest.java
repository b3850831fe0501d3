package dev.cairn.entity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.NotFoundException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.entity.LinkQuery.Direction;
import dev.cairn.harness.Trials;
import dev.cairn.inspect.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Writes by chance, and questions whose answers a plain model in memory knows too. */
class EntityModelTest {
    private static final WriteOptions ACCEPTED = WriteOptions.defaults().withAck(Ack.ACCEPTED);
    private static final int TRIALS_IN_BUILD = 6;
    private static final int ROUNDS = 6;
    private static final int WRITES_IN_ROUND = 60;
    private static final int QUESTIONS_IN_ROUND = 40;
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final String[] TYPES = {"a", "a/b", "b%2F"};
    private static final String[] RELATIONS = {"r", "s", "r/s"};
    private static final String[] NAMES = {"p", "q", "r.min"};

    private final PlainEntities model = new PlainEntities();
    private @Nullable Cairn opened;
    private Random random = new Random();

    @Test
    void shouldAnswerWhatThePlainModelAnswers() throws Exception {
        Path temporary = TestDirectories.inMemory("cairn-entities");
        try {
            Trials.of("entities", TRIALS_IN_BUILD).run(chance -> {
                Path directory = Files.createTempDirectory(temporary, "run");
                new EntityModelTest().run(directory, chance);
                TestDirectories.delete(directory);
            });
        } finally {
            TestDirectories.delete(temporary);
        }
    }

    private void run(Path directory, Random chance) throws Exception {
        random = chance;
        for (int round = 0; round < ROUNDS; round++) {
            Cairn cairn = cairn(directory);
            for (int i = 0; i < WRITES_IN_ROUND; i++) {
                write(cairn.entities());
            }
            cairn.sync();
            long offset = cairn.watermarks().durableOffset();
            ask(cairn.entities(), offset);
            if (round % 2 == 1) {
                String before = properties(cairn, offset);
                cairn.rebuildProjection(Progress.NONE);
                assertThat(properties(cairn, offset)).isEqualTo(before);
                ask(cairn.entities(), offset);
            }
            if (random.nextInt(3) == 0) {
                close();
            }
        }
        close();
        assertThat(Verification.of(directory, true, Progress.NONE).findings()).isEmpty();
    }

    private Cairn cairn(Path directory) {
        Cairn open = opened;
        if (open == null) {
            open = Cairn.open(directory, TestDirectories.smallSegments().build());
            opened = open;
        }
        return open;
    }

    private void close() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }

    /** Every row of a property, as the database has it. */
    private static String properties(Cairn cairn, long offset) throws Exception {
        cairn.projectionRoot(offset, WAIT);
        StringBuilder rows = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + cairn.directory().resolve("projection.db"));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT key, name, owner_type, type, typeof(value), value FROM entity_property ORDER BY key, name")) {
            while (result.next()) {
                for (int i = 1; i <= 6; i++) {
                    rows.append(result.getString(i)).append('|');
                }
                rows.append('\n');
            }
        }
        return rows.toString();
    }

    private void write(Entities entities) {
        EntityRef ref = ref();
        EntityRef other = ref();
        String relation = one(RELATIONS);
        try {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> put(entities, ref);
                case 3 -> patch(entities, ref);
                case 4 -> {
                    entities.delete(ref, ACCEPTED);
                    model.delete(ref);
                }
                case 5 -> {
                    entities.unlink(ref, relation, other, ACCEPTED);
                    model.unlink(ref, relation, other);
                }
                default -> {
                    entities.link(ref, relation, other, "{}", ACCEPTED);
                    model.link(ref, relation, other);
                }
            }
        } catch (NotFoundException refused) {
            assertThat(model.exists(ref) && model.exists(other) && model.linked(ref, relation, other))
                    .as("refusal of what could be done: %s", refused.getMessage())
                    .isFalse();
        }
    }

    private void put(Entities entities, EntityRef ref) {
        StringBuilder json = new StringBuilder("{");
        model.put(ref);
        for (String name : NAMES) {
            if (random.nextInt(4) > 0) {
                String value = one(PlainEntities.VALUES);
                model.set(ref, name, value);
                json.append(json.length() > 1 ? "," : "")
                        .append('"')
                        .append(name)
                        .append("\":")
                        .append(value);
            }
        }
        entities.put(ref, json.append('}').toString(), ACCEPTED);
    }

    private void patch(Entities entities, EntityRef ref) {
        String name = one(NAMES);
        String value = random.nextInt(3) == 0 ? "null" : one(PlainEntities.SIMPLE_VALUES);
        entities.patch(ref, "{\"" + name + "\":" + value + "}", ACCEPTED);
        model.set(ref, name, value.equals("null") ? null : value);
    }

    private EntityRef ref() {
        return EntityRef.of(one(TYPES), "e" + random.nextInt(6));
    }

    private String one(String[] of) {
        return of[random.nextInt(of.length)];
    }

    private void ask(Entities entities, long offset) {
        for (int i = 0; i < QUESTIONS_IN_ROUND; i++) {
            if (random.nextBoolean()) {
                askForProperties(entities, offset);
            } else {
                askForLinks(entities, offset);
            }
        }
    }

    private void askForProperties(Entities entities, long offset) {
        EntityQuery query = EntityQuery.of(one(TYPES)).including(offset, WAIT);
        for (int i = random.nextInt(3); i >= 0; i--) {
            query = query.and(model.filter(random, one(NAMES)));
        }
        query = query.orderedBy(
                EntityQuery.Order.values()[random.nextInt(EntityQuery.Order.values().length)], random.nextBoolean());
        List<EntityRef> found = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            EntityPage page = entities.find(query.page(1 + random.nextInt(4), cursor));
            page.entities().forEach(entity -> found.add(entity.ref()));
            cursor = page.next();
        } while (cursor != null);
        assertThat(found).as("found by %s", query).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(found.stream().map(EntityRef::toString).toList()))
                .as("found by %s", query)
                .isEqualTo(model.find(query));
        for (EntityRef ref : found) {
            assertThat(entities.get(ref)).isPresent();
        }
    }

    private void askForLinks(Entities entities, long offset) {
        EntityRef start = ref();
        if (!model.exists(start)) {
            return;
        }
        LinkQuery query = LinkQuery.from(start)
                .hops(1 + random.nextInt(2))
                .direction(Direction.values()[random.nextInt(3)])
                .including(offset, WAIT);
        if (random.nextBoolean()) {
            query = query.relations(one(RELATIONS), one(RELATIONS));
        }
        if (query.hops() == 2 && random.nextInt(3) == 0) {
            query = query.secondRelations(one(RELATIONS));
        }
        List<String> found = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            LinkPage page = entities.links(query.page(1 + random.nextInt(5), cursor));
            page.links().forEach(link -> found.add(PlainEntities.path(link)));
            cursor = page.next();
        } while (cursor != null);
        assertThat(found).as("links of %s", query).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(found)).as("links of %s", query).isEqualTo(model.links(query));
    }
}
