package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NdjsonLinesTest {
    private static final int MAX = 200_000;

    /** A stream that gives only a few bytes at a time. */
    private static InputStream dripping(byte[] bytes, SplittableRandom random) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int from, int count) {
                return super.read(into, from, Math.min(count, random.nextInt(1, 30_000)));
            }
        };
    }

    private static List<String> read(NdjsonLines lines) throws IOException {
        List<String> read = new ArrayList<>();
        while (lines.next()) {
            read.add(
                    lines.tooLargeBytes() > 0
                            ? "too large: " + lines.tooLargeBytes()
                            : new String(lines.buffer(), lines.start(), lines.length(), StandardCharsets.UTF_8));
        }
        return read;
    }

    private static List<String> read(String text, int max) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return read(new NdjsonLines(new ByteArrayInputStream(bytes), bytes.length, max));
    }

    @Test
    void shouldPassOverBlankLinesAndMissTheLastFeed() throws IOException {
        assertThat(read("a\n\n \t\r\nb\r\nc", MAX)).containsExactly("a", "b\r", "c");
        assertThat(read("", MAX)).isEmpty();
        assertThat(read("\n\n", MAX)).isEmpty();
    }

    @Test
    void shouldPassOverLinesThatAreTooLarge() throws IOException {
        String large = "x".repeat(MAX + 1);
        String fits = "y".repeat(MAX);

        assertThat(read(large + "\na\n" + fits + "\n" + large + large + "\nb\n" + large, MAX))
                .containsExactly(
                        "too large: " + (MAX + 1),
                        "a",
                        fits,
                        "too large: " + (2 * MAX + 2),
                        "b",
                        "too large: " + (MAX + 1));
        assertThat(read("1234\n12345\n", 4)).containsExactly("1234", "too large: 5");
    }

    @Test
    void shouldReadTheSameHoweverTheBytesCome() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                expected.add("z".repeat(random.nextInt(1, random.nextInt(2, MAX))));
            }
            byte[] bytes = String.join("\n", expected).getBytes(StandardCharsets.UTF_8);

            NdjsonLines lines = new NdjsonLines(dripping(bytes, random), bytes.length, MAX);

            assertThat(read(lines)).as("seed %d", seed).isEqualTo(expected);
            assertThat(lines.isAtEnd()).isTrue();
        }
    }
}
