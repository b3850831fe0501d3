package dev.cairn.internal.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.consumer.ConsumerModule;
import dev.cairn.decision.DecisionModule;
import dev.cairn.entity.EntityModule;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.TaskLinks;
import dev.cairn.lease.LeaseModule;
import dev.cairn.run.RunModule;
import dev.cairn.session.SessionModule;
import dev.cairn.task.TaskModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That the page about the projection shows the tables as they are. */
class ProjectionPageTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "projection.md");
    private static final Pattern STATEMENT = Pattern.compile("^CREATE [^;]+;", Pattern.MULTILINE);

    @Test
    void shouldShowTheStatementsThatMakeTheTables() throws IOException {
        List<String> shown = new ArrayList<>();
        Matcher matcher = STATEMENT.matcher(Files.readString(PAGE));
        while (matcher.find()) {
            shown.add(normal(matcher.group()));
        }
        List<String> made = new ArrayList<>();
        LeaseModule lease = new LeaseModule();
        List<Kind> kinds = new ArrayList<>(new TaskModule(1 << 20, lease.ledger()).kinds());
        kinds.addAll(lease.kinds());
        kinds.addAll(new DecisionModule(1 << 20, TaskLinks.NONE).kinds());
        kinds.addAll(new EntityModule(1 << 20).kinds());
        kinds.addAll(new SessionModule(1 << 20, TaskLinks.NONE).kinds());
        kinds.addAll(new RunModule(1 << 20, TaskLinks.NONE).kinds());
        kinds.addAll(new ConsumerModule().kinds());
        for (TableSql table : new ProjectionSchema(kinds).tables()) {
            made.add(normal(table.createTable() + ";"));
            table.createIndexes().forEach(index -> made.add(normal(index + ";")));
            for (ChildSql child : table.children()) {
                made.add(normal(child.createTable() + ";"));
                child.createIndexes().forEach(index -> made.add(normal(index + ";")));
            }
        }
        made.add(normal(PositionRow.CREATE + ";"));
        assertThat(shown).isEqualTo(made);
    }

    private static String normal(String sql) {
        return sql.replaceAll("\\s+", " ").replace("( ", "(");
    }
}
