package dev.cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.ConflictException;
import dev.cairn.DamagedLogException;
import dev.cairn.Expect;
import dev.cairn.GoneException;
import dev.cairn.WriteOptions;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.kind.TaskLinks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deltas, the chains that they make, and what becomes of a chain with a damaged link; without a log. */
class SnapshotChainTest {
    private static final int DOCUMENT_BYTES_MAX = 17 << 20;

    private final RunModule module = new RunModule(1 << 20, TaskLinks.NONE);
    private final HarnessHost host = new HarnessHost(module.kinds());
    private Runs runs = module.client(host.host(), RunMode.OPTIMISED, DOCUMENT_BYTES_MAX);

    /** A client that has read nothing yet. */
    private void forgetStates() {
        runs = module.client(host.host(), RunMode.OPTIMISED, DOCUMENT_BYTES_MAX);
        host.reads = 0;
    }

    @ParameterizedTest
    @EnumSource(RunMode.class)
    void shouldLoadWhateverWasSaved(RunMode mode) {
        long seed = System.nanoTime();
        RandomStates states = new RandomStates(new Random(seed));
        Random random = new Random(seed + 1);
        Map<String, String> saved = new LinkedHashMap<>();
        runs = module.client(host.host(), mode, DOCUMENT_BYTES_MAX);
        for (int i = 0; i < 400; i++) {
            String state = states.next();
            SnapshotKind kind = SnapshotKind.values()[random.nextInt(3)];
            SaveResult result = runs.save("r", NewSnapshot.of(kind, state));
            if (result.skipped()) {
                assertThat(kind).isEqualTo(SnapshotKind.AUTO);
                assertThat(saved.get(result.snapshot().id()))
                        .as("seed %d", seed)
                        .isEqualTo(compact(state));
            } else {
                saved.put(result.snapshot().id(), compact(state));
            }
            if (random.nextInt(20) == 0) {
                runs = module.client(host.host(), mode, DOCUMENT_BYTES_MAX);
            }
        }
        assertThat(saved).hasSizeGreaterThan(100);
        forgetStates();
        saved.forEach((id, state) -> {
            host.reads = 0;
            Snapshot loaded = runs.load("r", id).orElseThrow();
            assertThat(loaded.state()).as("seed %d, snapshot %s", seed, id).isEqualTo(state);
            assertThat(host.reads).isLessThanOrEqualTo(1 + StatePacking.DEPTH_MAX);
        });
        assertThat(runs.latest("r").orElseThrow().state()).isEqualTo(last(saved));
    }

    private static String last(Map<String, String> saved) {
        List<String> states = new ArrayList<>(saved.values());
        return states.get(states.size() - 1);
    }

    private static String compact(String json) {
        return new String(Json.value(json, ""), StandardCharsets.UTF_8);
    }

    @Test
    void shouldReadNoMoreThanAChain() {
        String filler = words(20_000);
        List<String> states = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            states.add("{\"step\":" + i + ",\"text\":" + filler + "}");
            runs.save("r", NewSnapshot.auto(states.get(i)).id("s" + i));
        }
        int deepest = 0;
        int whole = 0;
        for (int i = 0; i < states.size(); i++) {
            forgetStates();
            Snapshot loaded = runs.load("r", "s" + i).orElseThrow();
            assertThat(loaded.state()).isEqualTo(states.get(i));
            assertThat(host.reads).isEqualTo(1 + loaded.info().depth());
            deepest = Math.max(deepest, loaded.info().depth());
            whole += loaded.info().depth() == 0 ? 1 : 0;
        }
        assertThat(deepest).isEqualTo(StatePacking.DEPTH_MAX);
        assertThat(whole).isEqualTo(1 + (states.size() - 1) / (1 + StatePacking.DEPTH_MAX));
        RunMetrics metrics = runs.metrics();
        assertThat(metrics.loads()).isEqualTo(1);
    }

    @Test
    void shouldBoundTheBytesOfAChain() {
        String large = words(6 << 20);
        for (int i = 0; i < 13; i++) {
            SnapshotInfo saved = runs.save("r", NewSnapshot.auto("[" + i + "," + large + "]"))
                    .snapshot();
            assertThat((saved.depth() + 1L) * saved.bytes()).isLessThanOrEqualTo(StatePacking.CHAIN_BYTES_MAX);
            assertThat(saved.form()).isEqualTo(saved.depth() == 0 ? SnapshotForm.PACKED : SnapshotForm.DELTA);
        }
    }

    /** States that have nothing in common are whole ones. */
    @Test
    void shouldStoreNoDeltaThatSavesNothing() {
        for (int i = 0; i < 20; i++) {
            StringBuilder noise = new StringBuilder("\"");
            new Random(i).ints(3_000, 'a', 'z').forEach(c -> noise.append((char) c));
            SnapshotInfo saved = runs.save(
                            "r", NewSnapshot.auto(noise.append('"').toString()))
                    .snapshot();
            assertThat(saved.form()).isEqualTo(SnapshotForm.PACKED);
        }
        assertThat(runs.save("r", NewSnapshot.auto("{\"small\":1}")).snapshot().form())
                .isEqualTo(SnapshotForm.PLAIN);
    }

    @Test
    void shouldBeginAgainWhenAnotherCameFirst() {
        String text = words(2_000);
        runs.save("r", NewSnapshot.auto("[0," + text + "]"));
        for (int i = 1; i <= 5; i++) {
            int other = i;
            host.beforeCommits.add(() -> runs.save("r", NewSnapshot.manual("[-" + other + "," + text + "]")));
            host.beforeCommits.add(() -> {});
        }
        String state = "[1," + text + "]";
        SaveResult result = runs.save("r", NewSnapshot.auto(state).id("mine"));
        assertThat(result.skipped()).isFalse();
        forgetStates();
        assertThat(runs.load("r", "mine").orElseThrow().state()).isEqualTo(state);
        assertThat(runs.list("r", Long.MAX_VALUE, 100).snapshots()).hasSizeGreaterThan(2);
    }

    @Test
    void shouldSkipWhatAnotherSavedMeanwhile() {
        runs.save("r", NewSnapshot.auto("[0]"));
        host.beforeCommits.add(() -> runs.save("r", NewSnapshot.manual("[1]").id("other")));
        host.beforeCommits.add(() -> {});
        SaveResult result = runs.save("r", NewSnapshot.auto("[1]"));
        assertThat(result.skipped()).isTrue();
        assertThat(result.snapshot().id()).isEqualTo("other");
        assertThat(runs.metrics().retries()).isEqualTo(1);
    }

    @Test
    void shouldLeaveAConflictToTheCallerWhoExpectedIt() {
        SaveResult first = runs.save("r", NewSnapshot.auto("[0]").id("a"));
        host.beforeCommits.add(() -> runs.save("r", NewSnapshot.manual("[1]")));
        host.beforeCommits.add(() -> {});
        assertThatThrownBy(() -> runs.save("r", NewSnapshot.auto("[2]").parent("a")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("to be at a");
        assertThat(first.snapshot().id()).isEqualTo("a");
        assertThat(WriteOptions.defaults().expect()).isEqualTo(Expect.any());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNeverMakeAStateOfADamagedBase(boolean lost) {
        String text = words(5_000);
        List<SnapshotInfo> saved = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            saved.add(
                    runs.save("r", NewSnapshot.auto("[" + i + "," + text + "]").id("s" + i))
                            .snapshot());
        }
        long damaged = saved.get(4).offset();
        if (lost) {
            host.unreadable.put(damaged, new GoneException("lost", null, damaged + 1));
        } else {
            host.damageState(damaged);
        }
        forgetStates();
        for (int i = 0; i < 10; i++) {
            String id = "s" + i;
            if (i < 4) {
                assertThat(runs.load("r", id).orElseThrow().state()).isEqualTo("[" + i + "," + text + "]");
            } else {
                assertThatThrownBy(() -> runs.load("r", id))
                        .isInstanceOfSatisfying(
                                DamagedLogException.class,
                                refusal -> assertThat(refusal.offset()).isEqualTo(damaged));
            }
        }
        assertThat(runs.metrics().errors()).isEqualTo(6);

        // The run goes on, with a whole state.
        SaveResult next = runs.save("r", NewSnapshot.auto("[10," + text + "]"));
        assertThat(next.snapshot().form()).isEqualTo(SnapshotForm.PACKED);
        forgetStates();
        assertThat(runs.latest("r").orElseThrow().state()).isEqualTo("[10," + text + "]");
    }

    @Test
    void shouldTakeNoOtherRecordForASnapshot() {
        String text = words(1_000);
        runs.save("r", NewSnapshot.auto("[0," + text + "]").id("a"));
        SnapshotInfo second =
                runs.save("r", NewSnapshot.auto("[1," + text + "]").id("b")).snapshot();
        SnapshotInfo other = runs.save("other", NewSnapshot.auto("[2]")).snapshot();
        host.replaced.put(second.offset(), host.harness.event(other.offset()));
        forgetStates();
        assertThatThrownBy(() -> runs.load("r", "b")).isInstanceOf(DamagedLogException.class);
        DamagedLogException unreadable = new DamagedLogException(Path.of("x"), 0, second.offset(), "bits");
        host.unreadable.put(second.offset(), unreadable);
        assertThatThrownBy(() -> runs.load("r", "b")).isSameAs(unreadable);
    }

    private static String words(int bytes) {
        Random random = new Random(bytes);
        StringBuilder words = new StringBuilder("\"");
        while (words.length() < bytes) {
            words.append("word").append(random.nextInt(100_000)).append(' ');
        }
        return words.append('"').toString();
    }
}
