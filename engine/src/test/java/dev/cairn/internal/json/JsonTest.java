package dev.cairn.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.InvalidRequestException;
import dev.cairn.TooLargeException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "0",
                "-0.0",
                "1E+400",
                "123456789012345678901234567890.0",
                "\"\"",
                "\" \\\" { , \\\\\"",
                "\"\\u0000\\ud83d\\ude00\"",
                "\"ü€😀\u007f\"",
                "{\"a\":{\"a\":[{\"a\":null}]},\"\":1}",
            })
    void shouldGiveBackCompactJsonUntouched(String json) {
        byte[] utf8 = utf8(json);
        assertThat(Json.value(utf8, "")).isSameAs(utf8);
        assertThat(Json.value(json, "")).isEqualTo(utf8);
    }

    @Test
    void shouldDropWhiteSpaceBetweenTokensAndNoOther() {
        assertThat(text(Json.value(" \t{ \"a b\" :\r\n [ 1 , \"x \\\" y\" , { } ] , \"\\\\\" : null } \n", "")))
                .isEqualTo("{\"a b\":[1,\"x \\\" y\",{}],\"\\\\\":null}");
        assertThat(text(Json.value(" 1.50 ", ""))).isEqualTo("1.50");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\" 1}",
                "[1 2]",
                "nul",
                "True",
                "NaN",
                "01",
                "1.",
                ".5",
                "+1",
                "0x1",
                "1 2",
                "{} {}",
                "{}]",
                "]",
                "\"a",
                "\"a\nb\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\u0000\"",
                "\"\u0000a\"\"\u0000",
                "\u0000{}",
                "{}\u0000",
                "\ufeff{}",
                "{}\u00a0",
                "// no\n1",
                "[1] /* no */",
                "\"\\ud800\"",
                "\"\\ud800\\u0041\"",
                "\"\\ude00\\ud83d\"",
                "\"\ud800\"",
                "\"\udc00\ud800\"",
            })
    void shouldRefuseWhatIsNotJson(String json) {
        assertThatThrownBy(() -> Json.value(json, "/payload"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("expected ")
                .hasMessageContaining("was ")
                .hasMessageNotContaining("com.fasterxml")
                .hasMessageNotContaining("StreamRead");
    }

    /** Overlong forms, halves of surrogate pairs, values beyond U+10FFFF, stray and missing continuation bytes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "c0af",
                "c1bf",
                "c3",
                "c328",
                "e0809f",
                "e09fbf",
                "eda080",
                "edbfbf",
                "e282",
                "e228a1",
                "f08f8080",
                "f0908080ff",
                "f4908080",
                "f5808080",
                "f09f98",
                "f0289f98",
                "fe",
                "ff"
            })
    void shouldRefuseMalformedUtf8(String hex) {
        byte[] middle = HexFormat.of().parseHex(hex);
        byte[] json = new byte[middle.length + 2];
        Arrays.fill(json, (byte) '"');
        System.arraycopy(middle, 0, json, 1, middle.length);
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> Json.value(json, "/payload"));
        assertThat(refusal).hasMessageStartingWith("expected UTF-8, was malformed at byte");
        assertThat(refusal.where()).isEqualTo("/payload");
    }

    @Test
    void shouldAcceptEveryCharacterThatUnicodeHas() {
        StringBuilder text = new StringBuilder("\"");
        for (int c = 0x20; c <= Character.MAX_CODE_POINT; c += c < 0x3000 ? 1 : 97) {
            if (c != '"' && c != '\\' && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)) {
                text.appendCodePoint(c);
            }
        }
        String json = text.append('"').toString();
        assertThat(Json.value(json, "")).isEqualTo(utf8(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":{\"b\":[1,tru]}}         | /metadata/a/b/1",
                "{\"a\":1,\"a\":2}               | /metadata/a",
                "{\"a\":1,\"\\u0061\":2}         | /metadata/a",
                "{\"x\":{\"a/b\":[{\"~\":01}]}}  | /metadata/x/a~1b/0/~0",
                "[]                              | /metadata",
                "{} 1                            | /metadata",
                "{\"a\":                         | /metadata/a",
            })
    void shouldPointAtWhatIsWrong(String json, String pointer) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> Json.object(json, "/metadata"));
        assertThat(refusal.where()).isEqualTo(pointer);
    }

    @ParameterizedTest
    @CsvSource({
        "[],an array",
        "1,a number",
        "-1.5,a number",
        "\"x\",a string",
        "null,null",
        "true,a boolean",
        "false,a boolean"
    })
    void shouldNameWhatIsNoObject(String json, String word) {
        assertThatThrownBy(() -> Json.object(json, "/metadata")).hasMessage("expected a JSON object, was " + word);
    }

    @Test
    void shouldNotRepeatWhatTheSenderMadeLong() {
        String name = "n".repeat(100_000);
        for (String json : List.of(
                "{\"" + name + "\":1,\"" + name + "\":2}",
                "{\"" + name + "\":}",
                name,
                "[" + "1".repeat(100_000) + "x]",
                "{\"a\":\"\\q" + name + "\"}")) {
            InvalidRequestException refusal =
                    catchThrowableOfType(InvalidRequestException.class, () -> Json.value(json, "/payload"));
            assertThat(refusal.getMessage()).hasSizeLessThan(500);
            assertThat(refusal.where()).startsWith("/payload").hasSizeLessThan(500);
        }
    }

    @Test
    void shouldBoundTheDepth() {
        String deepest = "[".repeat(Json.DEPTH_MAX) + "]".repeat(Json.DEPTH_MAX);
        assertThat(Json.value(deepest, "")).hasSize(deepest.length());
        assertThatThrownBy(() -> Json.value("[" + deepest + "]", "/payload"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("128");
        assertThatThrownBy(() -> Json.value("[".repeat(1_000_000), "")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldBoundTheSize() {
        assertThat(Json.value("\"" + "x".repeat(Json.BYTES_MAX - 2) + "\"", "")).hasSize(Json.BYTES_MAX);
        assertThatThrownBy(() -> Json.value("\"" + "x".repeat(Json.BYTES_MAX - 1) + "\"", ""))
                .isInstanceOf(TooLargeException.class);
    }

    @Test
    void shouldAcceptNumbersAndNamesOfAnyLength() {
        String number = "1".repeat(100_000) + "." + "0".repeat(100_000);
        assertThat(Json.value(number, "")).isEqualTo(utf8(number));
        String object = "{\"" + "n".repeat(200_000) + "\":1}";
        assertThat(Json.object(object, "")).isEqualTo(utf8(object));
    }

    @Test
    void shouldReadATree() {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("b", List.of(1, "two", true));
        expected.put("a", Map.of());
        expected.put("n", new BigInteger("123456789012345678901234567890"));
        expected.put("z", null);
        assertThat(Json.tree("{\"b\":[1,\"two\",true],\"a\":{},\"n\":123456789012345678901234567890,\"z\":null}", ""))
                .isEqualTo(expected);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
