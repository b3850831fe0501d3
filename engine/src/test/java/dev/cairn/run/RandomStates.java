package dev.cairn.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A state that evolves at random, as JSON text: a list of messages, counters, and whatever is awkward about JSON.
 *
 * <p>Threading: one test.
 */
final class RandomStates {
    private static final List<String> AWKWARD = List.of(
            "null",
            "1e400",
            "-1E+400",
            "1.0",
            "1",
            "-0",
            "0.00000000000000000000000001",
            "123456789012345678901234567890",
            "\"\"",
            "\"\\u0000\\ud83d\\ude00\"",
            "\"naïve 日本語 😀\"",
            "{}",
            "[]",
            "{\"null\":null,\"\":[null,[null]]}",
            "\"\\\\\\\"\\/\"");

    private final Random random;
    private final List<String> parts = new ArrayList<>();

    RandomStates(Random random) {
        this.random = random;
    }

    /** The next state, most often a little different from the one before. */
    String next() {
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            change();
        }
        return switch (random.nextInt(40)) {
            case 0 -> AWKWARD.get(random.nextInt(AWKWARD.size()));
            case 1 -> nested();
            default -> text();
        };
    }

    private String text() {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < parts.size(); i++) {
            json.append(i > 0 ? "," : "")
                    .append('"')
                    .append('p')
                    .append(i)
                    .append("\":")
                    .append(parts.get(i));
        }
        return json.append('}').toString();
    }

    private void change() {
        if (parts.isEmpty() || random.nextInt(3) > 0) {
            parts.add(random.nextInt(parts.size() + 1), part());
        } else if (random.nextBoolean()) {
            parts.set(random.nextInt(parts.size()), part());
        } else {
            parts.remove(random.nextInt(parts.size()));
        }
    }

    private String part() {
        if (random.nextInt(3) == 0) {
            return AWKWARD.get(random.nextInt(AWKWARD.size()));
        }
        StringBuilder words = new StringBuilder("\"");
        for (int i = random.nextInt(200); i >= 0; i--) {
            words.append("word").append(random.nextInt(1_000)).append(' ');
        }
        return words.append('"').toString();
    }

    /** As deep as JSON may be. */
    private String nested() {
        int depth = 128;
        return "[".repeat(depth - 1) + (random.nextBoolean() ? "{}" : "[]") + "]".repeat(depth - 1);
    }
}
