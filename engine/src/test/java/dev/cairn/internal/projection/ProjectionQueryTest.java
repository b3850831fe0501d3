package dev.cairn.internal.projection;

import static dev.cairn.internal.projection.ProjectionFixture.all;
import static dev.cairn.internal.projection.ProjectionFixture.as;
import static dev.cairn.internal.projection.ProjectionFixture.caughtUp;
import static dev.cairn.internal.projection.ProjectionFixture.describe;
import static dev.cairn.internal.projection.ProjectionFixture.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectionQueryTest {
    @TempDir
    Path directory;

    private final NoteLog notes = new NoteLog();

    /** A note as the test sees it, without the code under test. */
    private record Note(
            String key, long updatedAt, long rank, String status, String owner, String json, Entity entity) {
        static Note of(String key, Entity entity) {
            SlabCursor body = entity.body();
            return new Note(
                    key,
                    body.takeLong(),
                    body.takeLong(),
                    body.takeText(),
                    body.takeText(),
                    body.takeUtf8(body.remaining()),
                    entity);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void shouldAnswerAsAScanOfAListWould(long seed) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        notes.random(random, 3_000, 400).force();
        List<Note> list = new ArrayList<>();
        notes.existing().forEach((key, entity) -> list.add(Note.of(key, entity)));
        try (SqliteProjection projection = caughtUp(directory, notes);
                ProjectionReader reader = new ProjectionReader(
                        new ProjectionFile(directory), new ProjectionSchema(List.of(notes.kind)), why -> {}, 40)) {
            for (int i = 0; i < 150; i++) {
                // Counting up to 40 rows, the reader finds few matches in some queries and many in others.
                check(i % 3 == 0 ? projection.reader() : reader, list, random);
            }
        }
    }

    private void check(ProjectionReader projection, List<Note> list, SplittableRandom random) {
        List<Condition> conditions = new ArrayList<>();
        Predicate<Note> matches = note -> true;
        if (random.nextBoolean()) {
            List<Object> statuses = pick(random, "open", "busy", "done", "späť", "never");
            conditions.add(new Condition.In("status", statuses));
            matches = matches.and(note -> statuses.contains(note.status));
        }
        if (random.nextInt(3) == 0) {
            List<Object> owners = pick(random, "agent-0", "agent-1", "agent-2");
            conditions.add(new Condition.In("owner", owners));
            matches = matches.and(note -> owners.contains(note.owner));
        }
        if (random.nextInt(3) == 0) {
            long bound = 1_000_000 + random.nextInt(4_000);
            boolean inclusive = random.nextBoolean();
            conditions.add(new Condition.Above("updated_at", bound, inclusive));
            matches = matches.and(note -> note.updatedAt > bound || (inclusive && note.updatedAt == bound));
        }
        if (random.nextInt(3) == 0) {
            long bound = 1_000_000 + random.nextInt(4_000);
            conditions.add(new Condition.Below("updated_at", bound));
            matches = matches.and(note -> note.updatedAt < bound);
        }
        if (random.nextInt(4) == 0) {
            String n = Integer.toString(random.nextInt(3));
            conditions.add(new Condition.JsonMember("json", "n", n));
            matches = matches.and(note -> note.json.contains("\"n\":" + n));
        }
        if (random.nextInt(4) == 0) {
            String s = "x" + random.nextInt(3);
            conditions.add(new Condition.JsonMember("json", "s", s));
            matches = matches.and(note -> note.json.contains("\"s\":\"" + s + "\""));
        }
        String order = List.of("key", "updated_at", "rank", "status").get(random.nextInt(4));
        boolean descending = random.nextBoolean();
        RowQuery query = as(
                new RowQuery(conditions, "key", false, 1, null, -1, ProjectionFixture.WAIT),
                order,
                descending,
                1 + random.nextInt(random.nextBoolean() ? 10 : 500),
                null);
        List<String> expected = list.stream()
                .filter(matches)
                .sorted(descending ? comparator(order).reversed() : comparator(order))
                .map(note -> note.key + " " + describe(note.entity))
                .toList();
        assertThat(pages(projection, query)).as(query.toString()).isEqualTo(expected);
        checkCounts(projection, query, list.stream().filter(matches).toList());
    }

    private static List<Object> pick(SplittableRandom random, String... values) {
        List<Object> picked = new ArrayList<>();
        for (int i = random.nextInt(values.length) + 1; i > 0; i--) {
            picked.add(values[random.nextInt(values.length)]);
        }
        return picked;
    }

    private static Comparator<Note> comparator(String order) {
        Comparator<Note> byKey = Comparator.comparing(Note::key);
        return switch (order) {
            case "updated_at" -> Comparator.comparingLong(Note::updatedAt).thenComparing(byKey);
            case "rank" -> Comparator.comparingLong(Note::rank).thenComparing(byKey);
            case "status" -> Comparator.comparing(Note::status).thenComparing(byKey);
            default -> byKey;
        };
    }

    private List<String> pages(ProjectionReader projection, RowQuery query) {
        List<String> rows = new ArrayList<>();
        String after = null;
        do {
            RowQuery.Page page =
                    projection.query(notes.kind, as(query, query.order(), query.descending(), query.limit(), after));
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(query.limit());
            page.rows().forEach(row -> rows.add(row.key() + " " + describe(row.entity())));
            after = page.next();
        } while (after != null);
        return rows;
    }

    private void checkCounts(ProjectionReader projection, RowQuery query, List<Note> matching) {
        Map<String, Long> byOwner = new TreeMap<>();
        matching.forEach(note -> byOwner.merge(note.owner, 1L, Long::sum));
        assertThat(projection.count(notes.kind, query, "owner").counts()).isEqualTo(byOwner);
    }

    @Test
    void shouldEndExactlyWhenTheLimitIsTheNumberOfRows() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").create("b", "open", "", 1, "{}").force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            RowQuery.Page page = projection.query(notes.kind, as(all(), "rank", false, 2, null));
            assertThat(page.rows()).hasSize(2);
            assertThat(page.next()).isNull();
        }
    }

    @Test
    void shouldEndAPageOfLargeRowsBeforeItsLimit() throws InterruptedException {
        String json = "{\"text\":\"" + "x".repeat(1 << 20) + "\"}";
        for (int i = 10; i < 50; i++) {
            notes.create("n" + i, "open", "", 1, json);
        }
        notes.force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            RowQuery.Page page = projection.query(notes.kind, all());
            assertThat(page.rows()).hasSize(16);
            assertThat(pages(projection.reader(), all())).hasSize(40);
        }
    }

    @Test
    void shouldWaitForNoLongerThanThereIsTime() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").force();
        RowQuery patient = new RowQuery(List.of(), "key", false, 1, null, 0, Duration.ofSeconds(Long.MAX_VALUE));
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertThat(projection.query(notes.kind, patient).rows()).hasSize(1);
        }
    }

    @Test
    void shouldGoOnBehindARowThatWasDeletedMeanwhile() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}")
                .create("b", "open", "", 1, "{}")
                .create("c", "open", "", 1, "{}")
                .force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            String next = projection
                    .query(notes.kind, as(all(), "rank", false, 2, null))
                    .next();
            notes.delete("b").force();
            assertThat(projection.awaitPosition(3, ProjectionFixture.WAIT)).isTrue();
            RowQuery.Page page = projection.query(notes.kind, as(all(), "rank", false, 2, next));
            assertThat(page.rows()).extracting(RowQuery.Row::key).containsExactly("c");
        }
    }

    /** Names and values are data, whatever they look like. */
    @Test
    void shouldFindMembersWithAnyName() throws InterruptedException {
        Map<String, String> names = Map.ofEntries(
                Map.entry("plain", "plain"),
                Map.entry("org:group", "org:group"),
                Map.entry("a.b", "a.b"),
                Map.entry("a[0]", "a[0]"),
                Map.entry("with space", "with space"),
                Map.entry("it's", "it's"),
                Map.entry("$", "$"),
                Map.entry("#-1", "#-1"),
                Map.entry("ключ", "ключ"),
                Map.entry("quo\"te", "quo\\\"te"),
                Map.entry("back\\slash", "back\\\\slash"),
                Map.entry("tab\t", "tab\\t"),
                Map.entry("", ""),
                Map.entry("x\") = '' OR 1=1 --", "x\\\") = '' OR 1=1 --"));
        int i = 0;
        for (String escaped : names.values()) {
            notes.create("k" + i++, "open", "", 1, "{\"" + escaped + "\":\"" + escaped + "\",\"other\":1}");
        }
        notes.force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            for (String name : names.keySet()) {
                Condition member = new Condition.JsonMember("json", name, name);
                List<RowQuery.Row> rows =
                        projection.query(notes.kind, where(member)).rows();
                assertThat(rows).as("rows with member <" + name + ">").hasSize(1);
            }
        }
    }

    @Test
    void shouldCompareMembersAsTextOrAsJson() throws InterruptedException {
        notes.create("number", "open", "", 1, "{\"v\":5}")
                .create("text", "open", "", 1, "{\"v\":\"5\"}")
                .create("true", "open", "", 1, "{\"v\":true}")
                .create("null", "open", "", 1, "{\"v\":null}")
                .create("none", "open", "", 1, "{}")
                .create("escaped", "open", "", 1, "{\"v\":\"\\u00e9\"}")
                .create("fraction", "open", "", 1, "{\"v\":5.5}")
                .force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertThat(keysWithV(projection, "5")).containsExactly("number", "text");
            assertThat(keysWithV(projection, "true")).containsExactly("true");
            assertThat(keysWithV(projection, "null")).containsExactly("null");
            assertThat(keysWithV(projection, "é")).containsExactly("escaped");
            assertThat(keysWithV(projection, "5.5")).containsExactly("fraction");
            assertThat(keysWithV(projection, "' OR '1'='1")).isEmpty();
        }
    }

    private List<String> keysWithV(SqliteProjection projection, String value) {
        RowQuery query = where(new Condition.JsonMember("json", "v", value));
        return projection.query(notes.kind, query).rows().stream()
                .map(RowQuery.Row::key)
                .toList();
    }

    @Test
    void shouldFindNothingForNoValues() throws InterruptedException {
        notes.create("a", "open", "", 1, "{}").force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            assertThat(projection
                            .query(notes.kind, where(new Condition.In("status", List.of())))
                            .rows())
                    .isEmpty();
        }
    }

    @Test
    void shouldRefuseColumnsThatItDoesNotHave() throws InterruptedException {
        notes.force();
        try (SqliteProjection projection = SqliteProjection.open(directory, List.of(notes.kind), notes, notes.log)) {
            projection.start();
            assertThatThrownBy(() -> projection.query(notes.kind, where(new Condition.In("x\" OR 1 --", List.of("1")))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> projection.query(notes.kind, as(all(), "owner", false, 1, null)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("without nulls");
        }
    }

    @Test
    void shouldRefuseCursorsThatItDidNotGiveForTheQuery() throws InterruptedException {
        notes.random(new SplittableRandom(2), 300, 50).force();
        try (SqliteProjection projection = caughtUp(directory, notes)) {
            RowQuery query = as(where(new Condition.In("status", List.of("open"))), "updated_at", true, 2, null);
            String cursor = projection.query(notes.kind, query).next();
            assertThat(cursor).isNotNull();

            refuse(projection, as(query, "updated_at", false, 2, cursor));
            refuse(projection, as(query, "rank", true, 2, cursor));
            refuse(projection, as(where(new Condition.In("status", List.of("busy"))), "updated_at", true, 2, cursor));
            refuse(projection, as(all(), "updated_at", true, 2, cursor));
            for (String bad : List.of("", "x", "!!!", "AAAA", cursor + "AA", cursor.substring(1), "A".repeat(10_000))) {
                refuse(projection, as(query, "updated_at", true, 2, bad));
            }
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            for (int i = 0; i < bytes.length; i++) {
                byte[] changed = bytes.clone();
                changed[i] ^= 0x10;
                refuse(
                        projection,
                        as(query, "updated_at", true, 2, Base64.getUrlEncoder().encodeToString(changed)));
            }
        }
    }

    private void refuse(SqliteProjection projection, RowQuery query) {
        assertThatThrownBy(() -> projection.query(notes.kind, query))
                .as("cursor " + query.after())
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.where()).isEqualTo("cursor"));
    }
}
