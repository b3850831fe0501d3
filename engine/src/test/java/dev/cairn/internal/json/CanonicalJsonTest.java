package dev.cairn.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{} | {}",
                "[] | []",
                "null | null",
                "\"a\" | \"a\"",
                "-0 | -0",
                "1.0 | 1.0",
                "1e400 | 1e400",
                "{\"b\":1,\"a\":2} | {\"a\":2,\"b\":1}",
                "{\"b\":{\"d\":1,\"c\":[3,2,{\"z\":0,\"y\":0}]},\"a\":2} | {\"a\":2,\"b\":{\"c\":[3,2,{\"y\":0,\"z\":0}],\"d\":1}}",
                "{\"a\":1,\"a b\":2,\"a\\u0062\":3} | {\"a\":1,\"a b\":2,\"ab\":3}",
                "\"\\u0041\\/\\u00e9\" | \"A/é\"",
                "\"\\ud83d\\ude00\" | \"😀\"",
                "\"\\u000a\\u0001\\u001F\\u0022\\u005c\" | \"\\n\\u0001\\u001f\\\"\\\\\"",
            })
    void shouldWriteOneSpelling(String json, String canonical) {
        assertThat(canonical(json)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/a | {\"b\":2}",
                "/b | {\"a\":{\"x\":[1,{\"t\":5},3],\"/~\":0}}",
                "/a/x/1 | {\"a\":{\"/~\":0,\"x\":[1,3]},\"b\":2}",
                "/a/x/0 | {\"a\":{\"/~\":0,\"x\":[{\"t\":5},3]},\"b\":2}",
                "/a/x/1/t | {\"a\":{\"/~\":0,\"x\":[1,{},3]},\"b\":2}",
                "/a/~1~0 | {\"a\":{\"x\":[1,{\"t\":5},3]},\"b\":2}",
                "/a/x/- | {\"a\":{\"/~\":0,\"x\":[1,{\"t\":5},3]},\"b\":2}",
                "/a/x/01 | {\"a\":{\"/~\":0,\"x\":[1,{\"t\":5},3]},\"b\":2}",
                "/none/of/these | {\"a\":{\"/~\":0,\"x\":[1,{\"t\":5},3]},\"b\":2}",
                "/b/deeper | {\"a\":{\"/~\":0,\"x\":[1,{\"t\":5},3]},\"b\":2}",
            })
    void shouldLeaveOutWhatAPointerPointsAt(String pointer, String canonical) {
        String json = "{\"b\":2,\"a\":{\"x\":[1,{\"t\":5},3],\"/~\":0}}";
        assertThat(canonical(json, pointer)).isEqualTo(sorted(canonical));
    }

    @Test
    void shouldLeaveOutAllThatPointersPointAt() {
        assertThat(canonical("{\"a\":1,\"b\":2,\"c\":[1,2]}", "/a", "/b", "/c/0", "/c/1", "/a"))
                .isEqualTo("{\"c\":[]}");
        assertThat(canonical("{\"\":1,\"a\":2}", "/")).isEqualTo("{\"a\":2}");
        assertThat(canonical("{\"\\u0061\":1,\"b\":2}", "/a")).isEqualTo("{\"b\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "/a~", "/~2", "/~"})
    void shouldRefuseWhatIsNoPointer(String pointer) {
        assertThatThrownBy(() -> JsonPointers.of(List.of("/fine", pointer), "/ignore"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.where()).isEqualTo("/ignore/1"));
    }

    @Test
    void shouldLimitPointers() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < JsonPointers.COUNT_MAX; i++) {
            many.add("/" + i);
        }
        assertThat(JsonPointers.of(many, "/ignore").list()).hasSize(JsonPointers.COUNT_MAX);
        many.add("/more");
        assertThatThrownBy(() -> JsonPointers.of(many, "/ignore")).isInstanceOf(InvalidRequestException.class);
        String longest = "/" + "x".repeat(JsonPointers.BYTES_MAX - 1);
        assertThat(JsonPointers.of(List.of(longest), "/ignore").list()).hasSize(1);
        assertThatThrownBy(() -> JsonPointers.of(List.of(longest + "x"), "/ignore"))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> JsonPointers.of(List.of("/\ud800"), "/ignore"))
                .isInstanceOf(InvalidRequestException.class);
    }

    /** Random values, spelled at random: the canonical form is the one that a tree of sorted maps gives. */
    @Test
    void shouldAgreeWithATree() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder json = new StringBuilder();
            random(random, 5, json);
            assertThat(canonical(json.toString())).as("seed %d, %s", seed, json).isEqualTo(sorted(json.toString()));
        }
    }

    @Test
    void shouldTakeTheDeepestAndTheWidest() {
        String deep = "[".repeat(Json.DEPTH_MAX) + "]".repeat(Json.DEPTH_MAX);
        assertThat(canonical(deep)).isEqualTo(deep);
        StringBuilder wide = new StringBuilder("{\"zz\":0");
        for (int i = 0; i < 50_000; i++) {
            wide.append(",\"").append(i * 7919 % 50_000).append("\":").append(i);
        }
        String json = wide + "}";
        assertThat(canonical(json)).isEqualTo(sorted(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":1}",
                "{\"b\":1,\"a\":2,\"b\":3}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"\\/\":1,\"b\":0,\"/\":2}",
                "[{\"x\":{\"a\":1,\"b\":2,\"a\":3}}]",
                "{\"left\":1,\"b\":2,\"left\":3}",
                "{\"left\":{\"a\":1,\"a\":2}}",
                "{\"left\":1,\"\\u006ceft\":3}",
                "{\"out\":{\"left\":1,\"left\":1}}",
            })
    void shouldTellOfAMemberThatIsThereTwice(String json) {
        JsonPointers ignored = JsonPointers.of(List.of("/left", "/out/left"), "/ignore");

        assertThatThrownBy(() -> Json.value(json, "")).isInstanceOf(InvalidRequestException.class);
        assertThat(CanonicalJson.append(Json.valueOfAnyNames(json, ""), ignored, new ByteSlab()))
                .isFalse();
    }

    /** What is twice for the tokenizer is so for the canonical form, and nothing else. */
    @Test
    void shouldFindTheSameMembersTwiceAsTheTokenizer() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int twice = 0;
        for (int i = 0; i < 5_000; i++) {
            StringBuilder json = new StringBuilder("{");
            int count = 1 + random.nextInt(30);
            for (int member = 0; member < count; member++) {
                json.append(member > 0 ? "," : "");
                text(random, "n" + random.nextInt(300), json);
                json.append(":{");
                text(random, "m" + random.nextInt(300), json);
                json.append(":[0]}");
            }
            String text = json.append('}').toString();
            boolean once = CanonicalJson.append(
                    Json.valueOfAnyNames(text, ""), JsonPointers.of(List.of("/n1", "/n2/m1"), ""), new ByteSlab());
            twice += once ? 0 : 1;
            if (once) {
                Json.value(text, "");
            } else {
                assertThatThrownBy(() -> Json.value(text, ""))
                        .as("seed %d, %s", seed, text)
                        .isInstanceOf(InvalidRequestException.class);
            }
        }
        assertThat(twice).isBetween(500, 4_500);
    }

    /** Leaving out what a pointer points at is the same as never having written it. */
    @Test
    void shouldAgreeWithAValueThatWasWrittenWithoutThem() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder with = new StringBuilder("{\"k\":[");
            StringBuilder without = new StringBuilder("{\"k\":[");
            List<String> pointers = new ArrayList<>();
            int count = random.nextInt(5);
            boolean any = false;
            for (int element = 0; element < count; element++) {
                with.append(element > 0 ? "," : "").append("{\"z\":");
                StringBuilder value = new StringBuilder();
                random(random, 3, value);
                with.append(value).append(",\"a\":1}");
                boolean whole = random.nextInt(3) == 0;
                boolean part = random.nextInt(3) == 0;
                if (whole) {
                    pointers.add("/k/" + element);
                } else {
                    without.append(any ? "," : "").append(part ? "{\"a\":1}" : "{\"z\":" + value + ",\"a\":1}");
                    any = true;
                }
                if (part) {
                    pointers.add("/k/" + element + "/z");
                }
            }
            with.append("],\"b\":2,\"a\":3}");
            boolean b = random.nextBoolean();
            if (b) {
                pointers.add("/b");
            }
            without.append(b ? "],\"a\":3}" : "],\"b\":2,\"a\":3}");
            assertThat(canonical(with.toString(), pointers.toArray(String[]::new)))
                    .as("seed %d, %s without %s", seed, with, pointers)
                    .isEqualTo(canonical(without.toString()));
        }
    }

    private static void random(Random random, int depth, StringBuilder json) {
        switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> json.append(random.nextBoolean() ? "null" : "true");
            case 1 ->
                json.append(List.of("0", "-0", "1", "1.0", "1e400", "-1E-7", "123456789012345678901234567890")
                        .get(random.nextInt(7)));
            case 2, 3 -> text(random, "t" + random.nextInt(100), json);
            case 4 -> {
                json.append('[');
                for (int i = random.nextInt(4); i > 0; i--) {
                    random(random, depth - 1, json);
                    json.append(i > 1 ? "," : "");
                }
                json.append(']');
            }
            default -> {
                json.append('{');
                int first = random.nextInt(50);
                int step = random.nextBoolean() ? 7 : 43;
                int count = random.nextInt(6);
                for (int i = 0; i < count; i++) {
                    json.append(i > 0 ? "," : "");
                    text(random, "n" + (first + i * step) % 50, json);
                    json.append(':');
                    random(random, depth - 1, json);
                }
                json.append('}');
            }
        }
    }

    private static void text(Random random, String text, StringBuilder json) {
        json.append('"');
        for (char c : (text + (random.nextInt(4) == 0 ? "é" : "")).toCharArray()) {
            json.append(random.nextInt(5) == 0 ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        json.append('"');
    }

    private static String canonical(String json, String... ignored) {
        ByteSlab out = new ByteSlab();
        CanonicalJson.append(Json.value(json, ""), JsonPointers.of(List.of(ignored), "/ignore"), out);
        return out.utf8();
    }

    private static String sorted(String json) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            return tree(parser);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String tree(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_ARRAY) {
            List<String> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(tree(parser));
            }
            return "[" + String.join(",", elements) + "]";
        }
        if (token == JsonToken.START_OBJECT) {
            TreeMap<String, String> members = new TreeMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = quoted(parser.currentName());
                parser.nextToken();
                members.put(name, name + ":" + tree(parser));
            }
            return "{" + String.join(",", members.values()) + "}";
        }
        return token == JsonToken.VALUE_STRING ? quoted(parser.getText()) : parser.getText();
    }

    private static String quoted(@Nullable String text) {
        ByteSlab out = new ByteSlab();
        new JsonWriter(out).string(text);
        return out.utf8();
    }
}
