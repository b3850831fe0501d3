package dev.cairn.internal.projection;

import static dev.cairn.internal.projection.ProjectionFixture.all;
import static dev.cairn.internal.projection.ProjectionFixture.as;
import static dev.cairn.internal.projection.ProjectionFixture.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.decision.DecisionModule;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import dev.cairn.internal.kind.TaskLinks;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That lists of decisions are walked in the order of the log, from the indexes that are there for them. */
class DecisionPlanTest {
    private static final Condition AGENT = new Condition.In("agent", List.of("ann"));
    private static final Condition TASK = new Condition.In("task", List.of("t"));
    private static final Condition AFTER = new Condition.Above("made_offset", 5, false);
    private static final Condition LATER = new Condition.Above("made_at", 5, false);

    @TempDir
    Path directory;

    @Test
    void shouldFindAPageInAnIndexWhateverTheFilter() throws InterruptedException {
        Kind decision = new DecisionModule(1 << 20, TaskLinks.NONE).kinds().get(0);
        NoteLog notes = new NoteLog();
        notes.installation = UUID.randomUUID();
        try (SqliteProjection projection = SqliteProjection.open(directory, List.of(decision), notes, notes.log)) {
            projection.start();
            assertThat(projection.awaitPosition(-1, ProjectionFixture.WAIT)).isTrue();
            ProjectionReader reader = projection.reader();

            for (boolean newestFirst : new boolean[] {false, true}) {
                assertThat(reader.plan(decision, ordered(all(), newestFirst)))
                        .containsExactly("SCAN decision USING INDEX decision_1");
                assertThat(reader.plan(decision, ordered(where(AFTER), newestFirst)))
                        .containsExactly("SEARCH decision USING INDEX decision_1 (made_offset>?)");
                assertThat(reader.plan(decision, ordered(where(AGENT), newestFirst)))
                        .containsExactly("SEARCH decision USING INDEX decision_2 (agent=?)");
                assertThat(reader.plan(decision, ordered(where(AGENT, AFTER), newestFirst)))
                        .containsExactly("SEARCH decision USING INDEX decision_2 (agent=? AND made_offset>?)");
                assertThat(reader.plan(decision, ordered(where(TASK, AFTER), newestFirst)))
                        .containsExactly("SEARCH decision USING INDEX decision_3 (task=? AND made_offset>?)");
                assertThat(reader.plan(decision, ordered(where(LATER), newestFirst)))
                        .contains("SEARCH decision USING INDEX decision_4 (made_at>?)");
            }
        }
    }

    private static RowQuery ordered(RowQuery query, boolean newestFirst) {
        return as(query, "made_offset", newestFirst, 10, null);
    }
}
