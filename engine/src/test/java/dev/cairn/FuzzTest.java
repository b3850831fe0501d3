package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.cairn.harness.FuzzCorpus;
import dev.cairn.harness.Fuzzer;
import dev.cairn.harness.PlantedFuzz;
import dev.cairn.internal.checkpoint.CheckpointFuzz;
import dev.cairn.internal.codec.FrameFuzz;
import dev.cairn.internal.json.JsonFuzz;
import dev.cairn.internal.json.MergePatchFuzz;
import dev.cairn.internal.segment.ManifestFuzz;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The decoders of frames, manifests and checkpoints, JSON and merge patch, with inputs that a fuzzer made. A build takes those that
 * are kept; {@code -Dcairn.minutes=N} lets the fuzzer look for others, for so long at each target, from where it stopped the last
 * time ({@code target/fuzz}). An input that fails is printed in hex: as one more line of the target's corpus it is kept.
 */
class FuzzTest {
    private static final Duration ONE_INPUT_MAX = Duration.ofSeconds(60);
    private static final long SECONDS_FOR_A_PLANTED_BUG = 120;

    @TempDir
    Path directory;

    static Stream<Class<?>> targets() {
        return Stream.of(
                FrameFuzz.class, ManifestFuzz.class, CheckpointFuzz.class, JsonFuzz.class, MergePatchFuzz.class);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void shouldTakeEveryInputThatIsKept(Class<?> target) throws Exception {
        Method method = target.getMethod("fuzzerTestOneInput", byte[].class);
        for (byte[] input : FuzzCorpus.of(target)) {
            assertThatCode(() -> assertTimeoutPreemptively(ONE_INPUT_MAX, () -> method.invoke(null, (Object) input)))
                    .as(HexFormat.of().formatHex(input))
                    .doesNotThrowAnyException();
        }
    }

    /** What finds nothing must be known to find something. */
    @Test
    void shouldFindAPlantedBug() throws Exception {
        Fuzzer.Outcome outcome = new Fuzzer(directory).run(PlantedFuzz.class, SECONDS_FOR_A_PLANTED_BUG);

        assertThat(outcome.output()).contains("IllegalStateException: planted");
        assertThat(outcome.failed()).singleElement().asString().startsWith(hex("CRNF"));
    }

    @TestFactory
    Stream<DynamicTest> shouldFindNothing() {
        long minutes = Long.getLong("cairn.minutes", 0);
        return targets()
                .filter(target -> minutes > 0)
                .map(target -> DynamicTest.dynamicTest(target.getSimpleName(), () -> {
                    Path kept =
                            Path.of("target", "fuzz", target.getSimpleName()).toAbsolutePath();
                    Fuzzer.Outcome outcome = new Fuzzer(kept)
                            .run(target, Duration.ofMinutes(minutes).toSeconds());
                    System.out.println(target.getSimpleName() + ": " + lastLine(outcome.output()));
                    assertThat(outcome.failed()).as(outcome.output()).isEmpty();
                }));
    }

    private static String lastLine(String text) {
        String stripped = text.strip();
        return stripped.substring(stripped.lastIndexOf('\n') + 1);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
