package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.Progress;
import dev.cairn.entity.EntityRef;
import dev.cairn.inspect.Verification.Finding;
import dev.cairn.inspect.Verification.Severity;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of properties are looked at too, though nothing is made from them. */
class EntityVerificationTest {
    @TempDir
    Path directory;

    @BeforeEach
    void fill() {
        try (Cairn cairn = Cairn.open(directory, VerifiedDirectory.options().build())) {
            cairn.entities().put(EntityRef.of("person", "ann"), "{\"age\":41,\"name\":\"Ann\",\"w\":1.5,\"more\":[1]}");
            cairn.entities().put(EntityRef.of("person", "bob"), "{\"age\":41.0}");
            cairn.entities().link(EntityRef.of("person", "ann"), "knows", EntityRef.of("person", "bob"));
            cairn.entities().patch(EntityRef.of("person", "bob"), "{\"age\":42}");
        }
    }

    @Test
    void shouldFindNothingInASoundDirectory() {
        assertThat(verify()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE entity_property SET value = 40 WHERE key = 'person/ann' AND name = 'age' "
                        + "| row person/ann of entity: column entity_property[age].value: expected 41, was 40",
                "UPDATE entity_property SET value = 41.0 WHERE key = 'person/ann' AND name = 'age' "
                        + "| row person/ann of entity: column entity_property[age].value: expected 41, was 41.0",
                "UPDATE entity_property SET type = 'text' WHERE key = 'person/ann' AND name = 'w' "
                        + "| row person/ann of entity: column entity_property[w].type: expected number, was text",
                "UPDATE entity_property SET value = 'x' WHERE key = 'person/ann' AND name = 'more' "
                        + "| row person/ann of entity: column entity_property[more].value: expected null, was x",
                "DELETE FROM entity_property WHERE key = 'person/bob' "
                        + "| row person/bob of entity: column entity_property[age]: expected a row, was none",
                "INSERT INTO entity_property VALUES ('person/bob', 'z', 'person', 'text', 'v') "
                        + "| row person/bob of entity: column entity_property[z]: expected no row, was one",
                "INSERT INTO entity_property VALUES ('person/cid', 'z', 'person', 'text', 'v') "
                        + "| row person/cid of entity_property: expected none without a row of entity, was one",
                "UPDATE entity_link SET to_born = 2 "
                        + "| row person/ann/knows/person/bob of entity-link: column to_born: expected 1, was 2",
            })
    void shouldNameARowThatDoesNotFollow(String damage, String what) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("projection.db"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(damage.strip())).isEqualTo(1);
        }

        assertThat(verify()).hasSize(1).first().satisfies(found -> {
            assertThat(found.what()).isEqualTo(what);
            assertThat(found.severity()).isEqualTo(Severity.DERIVED);
            assertThat(found.file()).isEqualTo(Path.of("projection.db"));
        });
    }

    private List<Finding> verify() {
        return Verification.of(directory, true, Progress.NONE).findings();
    }
}
