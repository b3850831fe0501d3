package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityMappingTest {
    private static final EntityMapping.Fields TASKS =
            new EntityMapping.Fields(null, "id", "state", "when", "who", "queue", "rank", List.of("a", "/deep/b"));

    @Test
    void shouldMapEveryField() throws Exception {
        ImportRow.OfTask row = task("{\"x\":[1,{\"id\":2}],\"id\":\"t-1\",\"state\":\"running\","
                + "\"when\":\"2026-01-31T13:00:00+01:00\",\"who\":\"ada\",\"queue\":\"q\",\"rank\":-3,"
                + "\"a\":{ \"k\" : 1.10 },\"deep\":{\"c\":0,\"b\":[true, null]}}");

        assertThat(row.id()).isEqualTo("t-1");
        assertThat(row.patch().status()).isEqualTo("running");
        assertThat(row.patch().owner()).isEqualTo("ada");
        assertThat(row.patch().clearOwner()).isFalse();
        assertThat(row.patch().queue()).isEqualTo("q");
        assertThat(row.patch().priority()).isEqualTo(-3);
        assertThat(row.patch().metadata()).isEqualTo("{\"a\":{ \"k\" : 1.10 },\"b\":[true, null]}");
        assertThat(row.occurredAt()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
    }

    @Test
    void shouldLeaveAloneWhatIsMissingOrNull() throws Exception {
        ImportRow.OfTask row = task("{\"id\":7,\"state\":null,\"a\":null,\"deep\":{\"b\":null},\"when\":null}");

        assertThat(row.id()).isEqualTo("7");
        assertThat(row.patch()).isEqualTo(dev.cairn.task.TaskPatch.empty());
        assertThat(row.occurredAt()).isNull();
    }

    @Test
    void shouldKeepTextBeyondAscii() throws Exception {
        ImportRow.OfTask row = task("{\"id\":\"Zoë \\u00e9 😀\",\"a\":\"Zoë \\u00e9 😀\"}");

        assertThat(row.id()).isEqualTo("Zoë é 😀");
        assertThat(row.patch().metadata()).isEqualTo("{\"a\":\"Zoë \\u00e9 😀\"}");
    }

    @Test
    void shouldFindNothingBelowWhatIsNoObject() throws Exception {
        assertThat(task("{\"id\":1,\"deep\":[1]}").patch().metadata()).isNull();
    }

    @Test
    void shouldMapARecordWithTheWholeRowAsItsPayload() throws Exception {
        EntityMapping.Fields fields =
                new EntityMapping.Fields("events", "/run/id", null, "at", null, null, null, List.of());
        byte[] line =
                "{\"run\": {\"id\": 12}, \"at\":\"2026-01-31T12:00:00Z\"}trailing".getBytes(StandardCharsets.UTF_8);

        ImportRow.OfRecord row = (ImportRow.OfRecord) new EntityMapping(fields).map(line, line.length - 8);

        assertThat(row.record().topic()).isEqualTo("events");
        assertThat(row.record().key()).isEqualTo("12");
        assertThat(row.record().payload()).isEqualTo("{\"run\": {\"id\": 12}, \"at\":\"2026-01-31T12:00:00Z\"}");
        assertThat(row.occurredAt()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{",
                "{\"id\":1",
                "{\"id\":1}{",
                "{\"id\":1} x",
                "{\"state\":\"s\"}",
                "{\"id\":{}}",
                "{\"id\":true}",
                "{\"id\":1,\"rank\":1.5}",
                "{\"id\":1,\"rank\":99999999999}",
                "{\"id\":1,\"when\":\"2026-01-31T12:00:00\"}",
                "{\"id\":1,\"who\":[\"ada\"]}",
                "{\"id\":\"a\u0001b\"}"
            })
    void shouldSayWhatIsWrongWithARow(String line) {
        assertThatThrownBy(() -> task(line)).isInstanceOf(BadRowException.class).hasMessageContaining("expected");
    }

    @Test
    void shouldRefuseBytesThatAreNotUtf8() {
        byte[] line = "{\"id\":\"a?\"}".getBytes(StandardCharsets.ISO_8859_1);
        line[8] = (byte) 0xFF;

        assertThatThrownBy(() -> new EntityMapping(TASKS).map(line, line.length))
                .isInstanceOf(BadRowException.class);
    }

    @ParameterizedTest
    @CsvSource({"name, name", "/a/b, b", "/a~1b, a/b", "/x/m~0n, m~n"})
    void shouldNameAFieldByItsLastPart(String field, String name) {
        assertThat(RowFields.lastName(field)).isEqualTo(name);
    }

    @Test
    void shouldTellMappingsApart() {
        EntityMapping.Fields other =
                new EntityMapping.Fields(null, "id", "state", "when", "who", "queue", "rank", List.of("a"));

        assertThat(other.signature()).isNotEqualTo(TASKS.signature());
    }

    private static ImportRow.OfTask task(String line) throws BadRowException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return (ImportRow.OfTask) new EntityMapping(TASKS).map(bytes, bytes.length);
    }
}
