package dev.cairn.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.ByteSlab;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {
    @Test
    void shouldPutCommasWhereTheyBelong() {
        ByteSlab out = ByteSlab.ofUtf8("data: ");
        new JsonWriter(out)
                .beginObject()
                .name("a")
                .beginArray()
                .number(1)
                .string("x")
                .beginObject()
                .endObject()
                .beginArray()
                .endArray()
                .endArray()
                .name("b")
                .bool(true)
                .name("c")
                .string(null)
                .name("d")
                .raw("{\"e\":[]}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .name("f")
                .raw(ByteSlab.ofUtf8("xx[1]"), 2, 3)
                .endObject();
        assertThat(out.utf8())
                .isEqualTo("data: {\"a\":[1,\"x\",{},[]],\"b\":true,\"c\":null,\"d\":{\"e\":[]},\"f\":[1]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\"\\/", "\u0000\u0001\b\t\n\f\r\u001f", "ü€😀", "ü\n", "{", "[", ":"})
    void shouldEscapeTextsSoThatTheyReadBack(String text) {
        ByteSlab out = new ByteSlab(0);
        ByteSlab utf8 = ByteSlab.ofUtf8(text);
        new JsonWriter(out)
                .beginArray()
                .string(text)
                .string(utf8, 0, utf8.length())
                .string("last")
                .endArray();
        assertThat(Json.tree(out.utf8(), "")).isEqualTo(java.util.List.of(text, text, "last"));
    }

    @ParameterizedTest
    @ValueSource(chars = {'"', '\\', '\u0000', '\u001f', ' ', '!', '#', '[', ']', '\u007f', '\u0080', '\u00a2', 'x'})
    void shouldEscapeWhereverInATextItIsDue(char odd) {
        for (int length = 1; length <= 80; length++) {
            for (int at = 0; at < length; at++) {
                String text = "y".repeat(at) + odd + "z".repeat(length - at - 1);
                ByteSlab out = new ByteSlab(0);
                new JsonWriter(out).string(text);
                String inside = out.utf8().substring(1, out.utf8().length() - 1);
                assertThat(inside.equals(text)).isEqualTo(odd != '"' && odd != '\\' && odd >= ' ');
                assertThat(Json.tree("[" + out.utf8() + "]", "")).isEqualTo(java.util.List.of(text));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                9,
                10,
                99,
                100,
                -100,
                1_234_567_890_123L,
                999_999_999_999_999_999L,
                1_000_000_000_000_000_000L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1
            })
    void shouldWriteNumbers(long number) {
        ByteSlab out = new ByteSlab(0);
        new JsonWriter(out).number(number);
        assertThat(out.utf8()).isEqualTo(Long.toString(number));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 2026-01-01T00:00:00.000000Z",
        "2026-12-31T23:59:59.999999Z, 2026-12-31T23:59:59.999999Z",
        "1969-12-31T23:59:59.000001Z, 1969-12-31T23:59:59.000001Z",
        "0001-02-03T04:05:06.7Z, 0001-02-03T04:05:06.700000Z",
        "9999-12-31T23:59:59Z, 9999-12-31T23:59:59.000000Z",
        "+10000-01-01T00:00:00Z, +10000-01-01T00:00:00.000000Z",
    })
    void shouldWriteTimesInUtcWithMicroseconds(Instant time, String expected) {
        long micros = time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
        assertThat(JsonWriter.timeText(micros)).isEqualTo(expected);
        ByteSlab out = new ByteSlab(0);
        new JsonWriter(out).beginArray().time(micros).time(micros).endArray();
        assertThat(out.utf8()).isEqualTo("[\"" + expected + "\",\"" + expected + "\"]");
    }
}
