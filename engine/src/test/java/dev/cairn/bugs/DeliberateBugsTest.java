package dev.cairn.bugs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.harness.ChildTests;
import dev.cairn.harness.ChildTests.End;
import dev.cairn.harness.TestRunner;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test that finds nothing must first be shown to find something: each bug of the catalogue is planted in a JVM of its own,
 * in which the test it names must fail. Without a bug the same tests must pass.
 *
 * <p>All of them by default; {@code -Dcairn.bugs=REGEX} takes those whose name matches.
 */
class DeliberateBugsTest {
    private static final int AT_A_TIME = 2;
    private static final long SECONDS_MAX = 300;
    private static final String SEED = "20260101";
    private static final String TRIALS = "12";

    @TempDir
    Path directory;

    private final ExecutorService children = Executors.newFixedThreadPool(AT_A_TIME);

    @AfterEach
    void stop() {
        children.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> eachBugShouldBeFound() throws IOException {
        Path agent = agentJar();
        String wanted = System.getProperty("cairn.bugs", ".*");
        List<Bug> bugs =
                Bug.ALL.stream().filter(bug -> bug.name().matches(wanted)).toList();
        List<DynamicTest> tests = new ArrayList<>();
        List<String> all = bugs.stream().map(Bug::testName).distinct().toList();
        Future<End> sound = children.submit(() -> run(List.of(), all, "sound"));
        tests.add(DynamicTest.dynamicTest("no bug", () -> {
            End end = sound.get();
            assertThat(end.exitCode()).as("no bug in %s: %s", all, end.output()).isEqualTo(TestRunner.PASSED);
        }));
        for (Bug bug : bugs) {
            String option = "-javaagent:" + agent + "=" + bug.name();
            Future<End> planted = children.submit(() -> run(List.of(option), List.of(bug.testName()), bug.name()));
            tests.add(DynamicTest.dynamicTest(bug.name(), () -> {
                End end = planted.get();
                assertThat(end.exitCode())
                        .as("%s in %s: %s", bug.name(), bug.test(), end.output())
                        .isEqualTo(TestRunner.FAILED);
            }));
        }
        return tests.stream();
    }

    /** An agent's jar needs nothing in it but the name of its class: the class path has the class. */
    private Path agentJar() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", BugAgent.class.getName());
        Path jar = directory.resolve("agent.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }

    private End run(List<String> options, List<String> tests, String name) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "-XX:TieredStopAtLevel=1",
                "-Dnet.bytebuddy.experimental=true",
                "-Djunit.jupiter.execution.timeout.testable.method.default=120 s",
                "-Dcairn.seed=" + SEED,
                "-Dcairn.trials=" + TRIALS));
        all.addAll(options);
        return ChildTests.run(directory.resolve(name + ".txt"), SECONDS_MAX, all, tests);
    }
}
