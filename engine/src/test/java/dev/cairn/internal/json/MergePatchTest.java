package dev.cairn.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.ByteSlab;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {
    /** The cases of RFC 7396, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":\"b\"}            | {\"a\":\"c\"}                        | {\"a\":\"c\"}",
                "{\"a\":\"b\"}            | {\"b\":\"c\"}                        | {\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"}            | {\"a\":null}                         | {}",
                "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null}                        | {\"b\":\"c\"}",
                "{\"a\":[\"b\"]}          | {\"a\":\"c\"}                        | {\"a\":\"c\"}",
                "{\"a\":\"c\"}            | {\"a\":[\"b\"]}                      | {\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}}    | {\"a\":{\"b\":\"d\",\"c\":null}}     | {\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]}  | {\"a\":[1]}                          | {\"a\":[1]}",
                "[\"a\",\"b\"]            | [\"c\",\"d\"]                        | [\"c\",\"d\"]",
                "{\"a\":\"b\"}            | [\"c\"]                              | [\"c\"]",
                "{\"a\":\"foo\"}          | null                                 | null",
                "{\"a\":\"foo\"}          | \"bar\"                              | \"bar\"",
                "{\"e\":null}             | {\"a\":1}                            | {\"e\":null,\"a\":1}",
                "[1,2]                    | {\"a\":\"b\",\"c\":null}             | {\"a\":\"b\"}",
                "{}                       | {\"a\":{\"bb\":{\"ccc\":null}}}      | {\"a\":{\"bb\":{}}}",
            })
    void shouldMergeAsTheRfcSays(String target, String patch, String expected) {
        assertThat(merged(target, patch)).isEqualTo(expected);
    }

    /** The example of RFC 7396, section 3. */
    @Test
    void shouldNameEveryMemberOfWhatIsEmptied() {
        for (String target : new String[] {"{}", "{\"a\":1}", "{\"a\":{\"b\":[1,2]},\"\\u00e4\":null,\"\":\"x\"}"}) {
            ByteSlab slab = ByteSlab.ofUtf8("xx" + target);
            ByteSlab patch = ByteSlab.copyOf(MergePatch.emptying(slab, 2, slab.length() - 2));
            ByteSlab merged = new ByteSlab();

            MergePatch.apply(slab, 2, slab.length() - 2, patch, 0, patch.length(), merged);

            assertThat(merged.utf8()).isEqualTo("{}");
        }
    }

    @Test
    void shouldMergeTheExampleOfTheRfc() {
        assertThat(merged(
                        "{\"title\":\"Goodbye!\",\"author\":{\"givenName\":\"John\",\"familyName\":\"Doe\"},"
                                + "\"tags\":[\"example\",\"sample\"],\"content\":\"This will be unchanged\"}",
                        "{\"title\":\"Hello!\",\"phoneNumber\":\"+01-123-456-7890\",\"author\":{\"familyName\":null},"
                                + "\"tags\":[\"example\"]}"))
                .isEqualTo("{\"title\":\"Hello!\",\"author\":{\"givenName\":\"John\"},\"tags\":[\"example\"],"
                        + "\"content\":\"This will be unchanged\",\"phoneNumber\":\"+01-123-456-7890\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"n\":1.50,\"m\":1e2}        | {\"n\":-0.0}                    | {\"n\":-0.0,\"m\":1e2}",
                "{\"\\u0061\":1,\"b\":2}       | {\"a\":3}                       | {\"\\u0061\":3,\"b\":2}",
                "{\"a\":1,\"b\":2}             | {\"\\u0062\":null}              | {\"a\":1}",
                "{\"x\\\"}\":\"{,\\\\\"}       | {\"y\":\"\\\"]\"}               | {\"x\\\"}\":\"{,\\\\\",\"y\":\"\\\"]\"}",
                "{\"a\":[{\"b\":null}]}        | {\"c\":[{\"d\":null}]}          | {\"a\":[{\"b\":null}],\"c\":[{\"d\":null}]}",
                "{\"a\":1,\"b\":2,\"c\":3}     | {\"c\":0,\"z\":1,\"a\":9}       | {\"a\":9,\"b\":2,\"c\":0,\"z\":1}",
                "{\"\":1}                      | {\"\":null}                     | {}",
            })
    void shouldKeepOrderNumbersAndSpelling(String target, String patch, String expected) {
        assertThat(merged(target, patch)).isEqualTo(expected);
    }

    /** Hash lookup takes over from comparing one by one; both must give the same. */
    @Test
    void shouldMergeManyMembers() {
        StringBuilder target = new StringBuilder("{");
        StringBuilder patch = new StringBuilder("{");
        StringBuilder expected = new StringBuilder("{");
        for (int i = 0; i < 20_000; i++) {
            target.append(i == 0 ? "" : ",")
                    .append("\"k")
                    .append(i)
                    .append("\":")
                    .append(i);
            patch.append(i == 0 ? "" : ",")
                    .append("\"k")
                    .append(i * 2)
                    .append("\":")
                    .append(i % 2 == 0 ? "null" : "{}");
            if (i % 4 != 0) {
                expected.append(expected.length() == 1 ? "" : ",")
                        .append("\"k")
                        .append(i)
                        .append("\":")
                        .append(i % 2 == 0 ? "{}" : Integer.toString(i));
            }
        }
        for (int i = 10_001; i < 20_000; i += 2) {
            expected.append(",\"k").append(i * 2).append("\":{}");
        }
        assertThat(merged(target + "}", patch + "}")).isEqualTo(expected + "}");
    }

    @Test
    void shouldMergeLikeTheNaiveAlgorithm() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 3_000; round++) {
            Object target = value(random, 4);
            Object patch = value(random, 4);
            String targetText = print(target);
            String patchText = print(patch);
            assertThat(merged(targetText, patchText))
                    .as("seed %d, round %d: %s patched by %s", seed, round, targetText, patchText)
                    .isEqualTo(print(NaiveMerge.merged(target, patch)));
        }
    }

    private static @Nullable Object value(Random random, int depth) {
        int choice = random.nextInt(depth == 0 ? 4 : 9);
        switch (choice) {
            case 0:
                return null;
            case 1:
                return random.nextInt(100);
            case 2:
                return random.nextBoolean();
            case 3:
                return "t" + "ü\"\\{}[],: ".charAt(random.nextInt(10));
            case 4:
                List<@Nullable Object> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(value(random, depth - 1));
                }
                return elements;
            default:
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                int size = random.nextInt(random.nextInt(20) == 0 ? 30 : 6);
                for (int i = 0; i < size; i++) {
                    members.put("n" + random.nextInt(size * 2), value(random, depth - 1));
                }
                return members;
        }
    }

    private static String print(@Nullable Object value) {
        if (value instanceof Map<?, ?> members) {
            List<String> parts = new ArrayList<>();
            members.forEach((name, member) -> parts.add(print(name) + ":" + print(member)));
            return "{" + String.join(",", parts) + "}";
        }
        if (value instanceof List<?> elements) {
            List<String> parts = new ArrayList<>();
            elements.forEach(element -> parts.add(print(element)));
            return "[" + String.join(",", parts) + "]";
        }
        if (value instanceof String text) {
            return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        }
        return String.valueOf(value);
    }

    private static String merged(String target, String patch) {
        // The regions lie inside of larger slabs, as they do in a task's body.
        ByteSlab targetSlab = ByteSlab.ofUtf8("xx" + target + "yy");
        ByteSlab patchSlab = ByteSlab.ofUtf8("z" + patch);
        ByteSlab out = ByteSlab.ofUtf8("before");
        MergePatch.apply(targetSlab, 2, targetSlab.length() - 4, patchSlab, 1, patchSlab.length() - 1, out);
        String text = out.utf8();
        assertThat(text).startsWith("before");
        assertThat(out.length() - "before".length())
                .as("merging never makes more of two objects than their bytes together")
                .isLessThanOrEqualTo(targetSlab.length() - 4 + patchSlab.length() - 1);
        assertThat(Json.value(text.substring("before".length()), "")).hasSize(out.length() - "before".length());
        return text.substring("before".length());
    }
}
