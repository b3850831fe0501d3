package dev.cairn.internal.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each test starts a JVM of its own, with nothing on its command line but what the test is about. */
class JvmAccessTest {
    private static final Path DEBIAN_JDKS = Path.of("/usr/lib/jvm");
    private static final List<String> WORKS = List.of("opened", "map", "queue", "counters from Cairn");

    @TempDir
    Path directory;

    /** The JDK that runs the tests, and the others that the machine has. */
    static Stream<Path> javaHomes() throws IOException {
        Path own = Path.of(System.getProperty("java.home")).toRealPath();
        List<Path> homes = new ArrayList<>(List.of(own));
        if (Files.isDirectory(DEBIAN_JDKS)) {
            try (Stream<Path> installed = Files.list(DEBIAN_JDKS)) {
                for (Path home : installed.toList()) {
                    if (Files.isExecutable(home.resolve("bin/javac"))) {
                        homes.add(home.toRealPath());
                    }
                }
            }
        }
        return homes.stream().distinct();
    }

    @ParameterizedTest
    @MethodSource("javaHomes")
    void shouldRunChronicleWithoutFlagsAndWithoutAWord(Path javaHome) throws Exception {
        Run run = run(javaHome, List.of());

        assertThat(run.errors()).isEmpty();
        assertThat(run.lines()).isEqualTo(WORKS);
    }

    @ParameterizedTest
    @MethodSource("javaHomes")
    void shouldNameTheFlagsThatItCouldNotDoWithoutAndWorkWithThem(Path javaHome) throws Exception {
        Run refused = run(javaHome, List.of("-Dcairn.jvm.access=off"));

        assertThat(refused.lines())
                .singleElement()
                .asString()
                .startsWith("refused: Chronicle needs 9 packages")
                .endsWith("start the JVM with: " + JvmAccess.flags());

        List<String> withFlags = new ArrayList<>(List.of("-Dcairn.jvm.access=off"));
        withFlags.addAll(Arrays.asList(JvmAccess.flags().split(" ")));
        assertThat(run(javaHome, withFlags).lines()).isEqualTo(WORKS);
    }

    @Test
    void shouldSayThatAJreIsNotEnough() throws Exception {
        Run run = run(ownJava(), List.of("--limit-modules=java.se,jdk.unsupported"));

        assertThat(run.lines())
                .singleElement()
                .asString()
                .startsWith("refused: Cairn needs a JDK, not a JRE")
                .contains("jdk.compiler");
    }

    @Test
    void shouldNotRunTheCompiler() throws Exception {
        Path log = directory.resolve("classes");
        run(ownJava(), List.of("-Xlog:class+load:file=" + log));

        List<String> loaded = Files.readAllLines(log);
        assertThat(loaded).anyMatch(line -> line.contains("ChronicleMap"));
        assertThat(loaded).noneMatch(line -> line.contains("com.sun.tools.javac.main.JavaCompiler"));
    }

    @Test
    void shouldLeaveNoTraceOfTelemetry() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        run(ownJava(), List.of("-Duser.home=" + home));

        try (Stream<Path> left = Files.list(home)) {
            assertThat(left).noneMatch(file -> file.toString().contains("chronicle"));
        }
    }

    private static Path ownJava() {
        return Path.of(System.getProperty("java.home"));
    }

    private Run run(Path javaHome, List<String> options) throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Path queue = Files.createTempDirectory(directory, "queue");
        List<String> command =
                new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), ChronicleProbe.class.getName(), queue.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.start().waitFor();
        return new Run(Files.readAllLines(out), Files.readString(err));
    }

    /** What an embedding program has: no logging library, nothing of the tests but the probe. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private record Run(List<String> lines, String errors) {}
}
