package dev.cairn.bugs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

    /** How a child ended, and what it said. */
    private record End(int exitCode, String output) {}

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
        Path output = directory.resolve(name + ".txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dnet.bytebuddy.experimental=true",
                "-Dcairn.seed=" + SEED,
                "-Dcairn.trials=" + TRIALS));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TestRunner.class.getName()));
        command.addAll(tests);
        Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!child.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                return new End(-1, "expected an end within " + SECONDS_MAX + " s, was none; " + told(output));
            }
            return new End(child.exitValue(), told(output));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static String told(Path output) throws IOException {
        String text = Files.readString(output);
        return text.length() > 4_000 ? text.substring(0, 4_000) + "…" : text;
    }
}
