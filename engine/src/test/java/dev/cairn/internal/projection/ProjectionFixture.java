package dev.cairn.internal.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RowQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Opens projections of a {@link NoteLog} and compares them with it.
 *
 * <p>Threading: one test.
 */
final class ProjectionFixture {
    static final Duration WAIT = Duration.ofSeconds(30);

    private ProjectionFixture() {}

    /** Opens and follows to the durable end. */
    static SqliteProjection caughtUp(Path directory, NoteLog notes) throws InterruptedException {
        SqliteProjection projection = open(directory, notes);
        assertThat(projection.awaitPosition(notes.durableOffset(), WAIT)).isTrue();
        return projection;
    }

    static SqliteProjection open(Path directory, NoteLog notes) {
        return open(directory, notes, notes.kind);
    }

    static SqliteProjection open(Path directory, NoteLog notes, Kind kind) {
        SqliteProjection projection = SqliteProjection.open(directory, List.of(kind), notes, notes.log);
        projection.start();
        return projection;
    }

    /** Every row is the entity of the log, to the byte. */
    static void assertEqual(SqliteProjection projection, NoteLog notes) {
        Map<String, String> rows = new TreeMap<>();
        long offset = projection.forEachEntity(notes.kind, (key, entity) -> rows.put(key, describe(entity)));
        Map<String, String> expected = new TreeMap<>();
        notes.existing().forEach((key, entity) -> expected.put(key, describe(entity)));
        assertThat(rows).isEqualTo(expected);
        assertThat(offset).isEqualTo(notes.durableOffset());
    }

    static String describe(Entity entity) {
        return entity.version() + "@" + entity.revision() + "/" + entity.head() + "/" + entity.lastImage() + ":"
                + java.util.HexFormat.of()
                        .formatHex(
                                entity.value().toByteArray(),
                                Entity.HEADER_BYTES,
                                entity.value().length());
    }

    static RowQuery all() {
        return new RowQuery(List.of(), "key", false, 1_000, null, -1, WAIT);
    }

    static RowQuery where(RowQuery.Condition... conditions) {
        return new RowQuery(List.of(conditions), "key", false, 1_000, null, -1, WAIT);
    }

    static RowQuery as(RowQuery query, String order, boolean descending, int limit, String after) {
        return new RowQuery(query.conditions(), order, descending, limit, after, query.minOffset(), query.waitMax());
    }
}
