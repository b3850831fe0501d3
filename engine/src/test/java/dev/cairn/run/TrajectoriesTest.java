package dev.cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.CanonicalJson;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.json.JsonPointers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of real agents, one snapshot for each step. */
class TrajectoriesTest {
    private static final int STEPS = 192;

    private static Map<String, List<String>> states;

    @TempDir
    Path directory;

    @BeforeAll
    static void shouldHaveTheInput() throws Exception {
        assumeTrue(
                Trajectories.file().isPresent(),
                "skipped: expected trajectories.ndjson.gz in CAIRN_TEST_DATA or in a directory shared/data above, was none");
        states = Trajectories.read(Trajectories.file().orElseThrow());
        assertThat(states.values().stream().mapToInt(List::size).sum()).isEqualTo(STEPS);
    }

    @Test
    void shouldTakeATenthOfWhatWholeStatesTake() {
        Stored deltas = store(RunMode.OPTIMISED);
        Stored whole = store(RunMode.STANDARD);
        System.out.printf("trajectories: %d steps, optimised %s, standard %s%n", STEPS, deltas, whole);
        assertThat(deltas.stateBytes() * 10).isLessThanOrEqualTo(whole.stateBytes());
        // All that the log keeps, frames and places included.
        assertThat(deltas.logBytes() * 10).isLessThanOrEqualTo(whole.logBytes());
    }

    private record Stored(long stateBytes, long logBytes, double saveMillis, double loadMillis) {}

    private Stored store(RunMode mode) {
        CairnOptions options = CairnOptions.builder().runMode(mode).build();
        Path data = directory.resolve(mode.name());
        long begin = System.nanoTime();
        RunMetrics saved;
        long logBytes;
        try (Cairn cairn = Cairn.open(data, options)) {
            long before = cairn.watermarks().bytes();
            states.forEach((session, steps) -> {
                for (int i = 0; i < steps.size(); i++) {
                    SaveResult result = cairn.runs()
                            .save(session, NewSnapshot.auto(steps.get(i)).id("step-" + i));
                    assertThat(result.skipped()).isFalse();
                }
            });
            saved = cairn.runs().metrics();
            logBytes = cairn.watermarks().bytes() - before;
        }
        assertThat(saved.saves()).isEqualTo(STEPS);
        double saveMillis = (System.nanoTime() - begin) / 1e6;
        try (Cairn cairn = Cairn.open(data, options)) {
            begin = System.nanoTime();
            states.forEach((session, steps) -> {
                for (int i = 0; i < steps.size(); i++) {
                    String loaded = cairn.runs()
                            .load(session, "step-" + i)
                            .orElseThrow()
                            .state();
                    assertThat(canonical(loaded)).isEqualTo(canonical(steps.get(i)));
                    // And what is more, the order of the members is the one that was given.
                    assertThat(loaded.getBytes(StandardCharsets.UTF_8)).isEqualTo(Json.value(steps.get(i), ""));
                }
            });
        }
        return new Stored(saved.storedBytes(), logBytes, saveMillis, (System.nanoTime() - begin) / 1e6);
    }

    private static byte[] canonical(String json) {
        ByteSlab out = new ByteSlab();
        CanonicalJson.append(Json.value(json, ""), JsonPointers.none(), out);
        return out.toByteArray();
    }
}
