package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.harness.ChildTests;
import dev.cairn.harness.TestRunner;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Linearizability of the commit path. In a JVM of its own: Lincheck's agent changes every class that is loaded.
 *
 * <p>{@code -Dcairn.lincheck.iterations=N} for more.
 */
class LincheckTest {
    private static final String ITERATIONS = "cairn.lincheck.iterations";
    private static final long SECONDS_MAX = 300;
    private static final int SECONDS_PER_ITERATION = 10;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.cairn.internal.commit.GroupCommitLincheck",
                "dev.cairn.TasksLincheck",
                "dev.cairn.LeasesLincheck",
                "dev.cairn.ClaimsLincheck"
            })
    void shouldBehaveAsUnderOneThread(String test) throws Exception {
        int iterations = Integer.getInteger(ITERATIONS, 15);
        ChildTests.End end = ChildTests.run(
                directory.resolve("out.txt"),
                SECONDS_MAX + (long) iterations * SECONDS_PER_ITERATION,
                List.of("-D" + ITERATIONS + "=" + iterations),
                List.of(test));
        assertThat(end.exitCode()).as("%s: %s", test, end.output()).isEqualTo(TestRunner.PASSED);
    }
}
