package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.harness.SampleDirectories.State;
import dev.cairn.inspect.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages every kind of file of a directory in every way, one at a time, and opens it for reading and for writing.
 *
 * <p>Whatever is opened must answer everything as the undamaged directory does, or refuse an answer and name the damage. What
 * cannot be opened must be refused in the same way. Nothing durable may be missing without a word.
 * Where anything is refused, {@code verify} has found damage too; a lock that cannot be taken is none.
 */
class FileDamageTest {
    private static final String SERVES_ALL = "serves all";

    @TempDir
    static Path temporary;

    private static SampleDirectories samples;
    private static Map<State, WhatWasWritten> written;

    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();

    @BeforeAll
    static void makeSamples() {
        samples = SampleDirectories.make(temporary, new Random(1));
        written = WhatWasWritten.inEach(samples, temporary);
    }

    @Test
    void shouldFindNothingWrongWithUndamagedDirectories() {
        for (State state : State.values()) {
            Verification verified = Verification.of(samples.of(state), true, Progress.NONE);
            assertThat(verified.isSound())
                    .as("%s: %s", state, verified.findings())
                    .isTrue();
        }
    }

    @Test
    void shouldNameOrRepairDamageOfEveryKindInEveryFile() {
        Trials.of("file damage, every kind in every file", 1).run(random -> {
            for (FileDamage damage : FileDamage.values()) {
                State state = State.values()[random.nextInt(State.values().length)];
                for (String file : filesOfEachKind(samples.of(state), random)) {
                    tryCase(state, file, damage, random);
                }
            }
        });
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " cases failed:\n" + String.join("\n", failures));
        }
        outcomes.forEach((outcome, count) -> System.out.printf("file damage: %,5d %s%n", count, outcome));
    }

    /** All files that are alone of their kind, and of the segments and manifests the first, one between, and the newest. */
    private static List<String> filesOfEachKind(Path directory, Random random) throws IOException {
        List<String> chosen = new ArrayList<>();
        Map<String, List<String>> many = new TreeMap<>();
        for (String file : files(directory)) {
            if (file.startsWith("log/")) {
                many.computeIfAbsent(file.substring(file.lastIndexOf('.')), suffix -> new ArrayList<>())
                        .add(file);
            } else if (!file.startsWith("projection.db")) {
                chosen.add(file);
            }
        }
        for (List<String> files : many.values()) {
            chosen.add(files.get(files.size() - 1));
            if (files.size() > 2) {
                chosen.add(files.get(0));
                chosen.add(files.get(1 + random.nextInt(files.size() - 2)));
            }
        }
        return chosen;
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private void tryCase(State state, String file, FileDamage damage, Random random) throws IOException {
        Path copy = temporary.resolve("copy");
        String name = state + " " + damage + " " + file;
        try {
            TestDirectories.copyAsIfKilled(samples.of(state), copy);
            if (!Files.exists(copy.resolve(file))) {
                Files.copy(samples.of(state).resolve(file), copy.resolve(file));
            }
            if (damage.apply(copy.resolve(file), sources(state, file, random), random)) {
                Verification verified = Verification.of(copy, false, Progress.NONE);
                String reading = outcome(state, file, copy, true);
                String writing = outcome(state, file, copy, false);
                boolean harmless = reading.equals(SERVES_ALL) && writing.equals(SERVES_ALL);
                if (!harmless && verified.isSound() && !file.equals("LOCK")) {
                    throw new AssertionError("expected verify to find damage, was nothing");
                }
                outcomes.merge(
                        kind(file) + " " + damage + ": read-only " + reading + ", writing " + writing, 1, Integer::sum);
            }
        } catch (RuntimeException | AssertionError | IOException e) {
            failures.add(name + ": " + e);
        } finally {
            delete(copy);
        }
    }

    private FileDamage.Sources sources(State state, String file, Random random) throws IOException {
        List<String> siblings = new ArrayList<>(files(samples.of(state)));
        siblings.removeIf(other -> other.equals(file) || !kind(other).equals(kind(file)));
        Path sibling = siblings.isEmpty()
                ? samples.of(state).resolve("none")
                : samples.of(state).resolve(siblings.get(random.nextInt(siblings.size())));
        return new FileDamage.Sources(
                samples.older(state).resolve(file), sibling, samples.foreign().resolve(file));
    }

    private static String kind(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        return file.startsWith("log/") ? name.substring(name.lastIndexOf('.') + 1) : name;
    }

    private String outcome(State state, String file, Path copy, boolean readOnly) {
        CairnOptions options = SampleDirectories.options().readOnly(readOnly).build();
        List<CairnException> refusals;
        String outcome;
        try (Cairn cairn = Cairn.open(copy, options)) {
            refusals = written.get(state).compare(cairn);
            outcome = refusals.isEmpty() ? SERVES_ALL : "serves the rest";
        } catch (DamagedLogException | DataDirectoryException refusal) {
            refusals = List.of(refusal);
            outcome = "refuses";
        }
        for (CairnException refusal : refusals) {
            requireNamed(refusal, file);
        }
        return outcome;
    }

    /**
     * The message names the file itself, or, for one of the log, another of the same number, or the one before or behind. A manifest that is
     * missing or another's is noticed where the chain breaks, which may be further on.
     */
    private static void requireNamed(CairnException refusal, String file) {
        List<String> names = new ArrayList<>(List.of(file));
        if (file.endsWith(".manifest")) {
            return;
        } else if (file.startsWith("log/")) {
            int dot = file.lastIndexOf('.');
            int slash = file.lastIndexOf('/');
            try {
                int number = Integer.parseInt(file.substring(slash + 1, dot));
                names.add(String.format("%08d.", number - 1));
                names.add(String.format("%08d.", number));
                names.add(String.format("%08d.", number + 1));
            } catch (NumberFormatException notNumbered) {
                return;
            }
        } else if (file.equals("identity")) {
            return; // everything else is another's then
        }
        assertThat(refusal.getMessage())
                .matches(message -> names.stream().anyMatch(message::contains), "names " + names);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
