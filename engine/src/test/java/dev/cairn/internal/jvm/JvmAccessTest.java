package dev.cairn.internal.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each test starts a JVM of its own, with nothing on its command line but what the test is about. */
class JvmAccessTest {
    private static final List<String> WORKS = List.of("opened", "map", "queue", "counters from Cairn");

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.cairn.internal.jvm.ForkedJvm#homes")
    void shouldRunChronicleWithoutFlagsAndWithoutAWord(Path javaHome) throws Exception {
        ForkedJvm.Run run = run(javaHome, List.of());

        assertThat(run.errors()).isEmpty();
        assertThat(run.lines()).isEqualTo(WORKS);
    }

    @ParameterizedTest
    @MethodSource("dev.cairn.internal.jvm.ForkedJvm#homes")
    void shouldNameTheFlagsThatItCouldNotDoWithoutAndWorkWithThem(Path javaHome) throws Exception {
        ForkedJvm.Run refused = run(javaHome, List.of("-Dcairn.jvm.access=off"));

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
        ForkedJvm.Run run = run(ForkedJvm.ownHome(), List.of("--limit-modules=java.se,jdk.unsupported"));

        assertThat(run.lines())
                .singleElement()
                .asString()
                .startsWith("refused: Cairn needs a JDK, not a JRE")
                .contains("jdk.compiler");
    }

    @Test
    void shouldNotRunTheCompilerNorBindNativeLibraries() throws Exception {
        Path log = directory.resolve("classes");
        run(ForkedJvm.ownHome(), List.of("-Xlog:class+load:file=" + log));

        List<String> loaded = Files.readAllLines(log);
        assertThat(loaded).anyMatch(line -> line.contains("ChronicleMap"));
        assertThat(loaded)
                .noneMatch(line -> line.contains("com.sun.tools.javac.main.JavaCompiler"))
                .noneMatch(line -> line.contains("com.sun.jna.Native"))
                .noneMatch(line -> line.contains("com.kenai.jffi"));
    }

    @Test
    void shouldLeaveNoTraceOfTelemetry() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        run(ForkedJvm.ownHome(), List.of("-Duser.home=" + home));

        try (Stream<Path> left = Files.list(home)) {
            assertThat(left).noneMatch(file -> file.toString().contains("chronicle"));
        }
    }

    private ForkedJvm.Run run(Path javaHome, List<String> options) throws Exception {
        Path queue = Files.createTempDirectory(directory, "queue");
        return ForkedJvm.run(directory, javaHome, options, ChronicleProbe.class, queue.toString());
    }
}
