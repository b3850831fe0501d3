package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageMappingTest {
    private static final MessageMapping DEFAULTS = new MessageMapping("session", null, null, "at");

    @Test
    void shouldKeepWhatIsNotMappedWithTheMessage() throws Exception {
        ImportRow.OfMessage row = map(
                DEFAULTS,
                "{\"seq\": 1.50, \"role\":\"user\",\"session\":\"s\",\"content\": [ 1 ],\"x\":null,"
                        + "\"at\":\"2026-01-31T13:00:00+01:00\"}");

        assertThat(row.session()).isEqualTo("s");
        assertThat(row.message().json()).isEqualTo("{\"role\":\"user\",\"content\":[1],\"seq\":1.50,\"x\":null}");
        assertThat(row.occurredAt()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"session\":7,\"source\":\"agent\",\"body\":{\"a\":1}} | {\"role\":\"agent\",\"content\":{\"a\":1}}",
                "{\"session\":7,\"role\":\"r\",\"source\":\"s\",\"content\":null,\"body\":2} | {\"role\":\"r\",\"content\":null,\"source\":\"s\",\"body\":2}"
            })
    void shouldTakeRoleAndContentFromTheirUsualFields(String line, String message) throws Exception {
        ImportRow.OfMessage row = map(DEFAULTS, line);

        assertThat(row.session()).isEqualTo("7");
        assertThat(row.message().json()).isEqualTo(message);
    }

    @Test
    void shouldFollowPointers() throws Exception {
        MessageMapping mapping = new MessageMapping("/run/id", "/from/who", "/data/text", null);

        ImportRow.OfMessage row =
                map(mapping, "{\"run\":{\"id\":\"s\"},\"from\":{\"who\":\"ada\"},\"data\":{\"text\":\"é\"}}");

        assertThat(row.session()).isEqualTo("s");
        assertThat(row.message().json())
                .isEqualTo("{\"role\":\"ada\",\"content\":\"é\",\"run\":{\"id\":\"s\"},"
                        + "\"from\":{\"who\":\"ada\"},\"data\":{\"text\":\"é\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"role\":\"r\",\"content\":1}",
                "{\"session\":\"s\",\"content\":1}",
                "{\"session\":\"s\",\"role\":\"r\"}",
                "{\"session\":\"s\",\"role\":null,\"content\":1}",
                "{\"session\":\"s\",\"role\":{},\"content\":1}",
                "{\"session\":\"s\",\"role\":\"\",\"content\":1}",
                "{\"session\":\"s\",\"role\":\"r\",\"content\":1,\"content\":2}",
                "{\"session\":\"s\",\"role\":\"r\",\"content\":1,\"offset\":2}",
                "{\"session\":\"s\",\"role\":\"r\",\"content\":1,\"at\":\"noon\"}",
                "{\"session\":\"s\",\"role\":\"r\",\"content\":1,\"task\":2}"
            })
    void shouldSayWhatIsWrongWithARow(String line) {
        assertThatThrownBy(() -> map(DEFAULTS, line))
                .isInstanceOf(BadRowException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void shouldTellMappingsApart() {
        assertThat(new MessageMapping("session", "role", null, "at").signature())
                .isNotEqualTo(DEFAULTS.signature());
        assertThat(new MessageMapping("session", null, null, null).signature()).isNotEqualTo(DEFAULTS.signature());
    }

    private static ImportRow.OfMessage map(MessageMapping mapping, String line) throws BadRowException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return (ImportRow.OfMessage) mapping.map(bytes, bytes.length);
    }
}
