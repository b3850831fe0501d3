package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.harness.Trials;
import dev.cairn.inspect.Verification;
import dev.cairn.lease.LeaseQuery;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process in which many agents claim, again and again, lets the last ones finish, and reads the whole log: no task was ever
 * held by two, each was completed once. A trial is one directory.
 */
class ClaimsKillTest {
    private static final int KILLS = 3;
    private static final int WORK_MILLIS_MAX = 700;
    private static final Duration WAIT = Duration.ofSeconds(60);

    @TempDir
    Path root;

    @Test
    void shouldGiveNoTaskToTwoAndLoseNoneThroughKills() {
        int[] number = {0};
        Trials.of("claims and kills", 1).run(random -> trial(root.resolve("data-" + number[0]++), random));
    }

    private void trial(Path directory, Random random) throws Exception {
        for (int i = 0; i < KILLS; i++) {
            killAtWork(directory, random);
            verify(directory);
        }
        try (Cairn cairn = Cairn.open(directory, TestDirectories.smallSegments().build())) {
            new ClaimsAtWork(cairn).run(random.nextLong(), () -> isDone(cairn));
            cairn.sync();
            ClaimsFold fold = ClaimsFold.of(cairn);
            assertThat(fold.completed()).isEqualTo(ClaimsAtWork.TASKS);
            assertThat(fold.count("task/returned")).isPositive();
            assertThat(fold.count("lease/expired")).isPositive();
            var live = cairn.stateRoot();
            LeaseQuery held = new LeaseQuery(null, 100, null, live.offset(), WAIT);
            assertThat(cairn.leases().list(held).leases()).isEmpty();
            var rows = cairn.projectionRoot(live.offset(), WAIT);
            for (String kind : List.of("task", "lease")) {
                assertThat(rows.kinds().get(kind))
                        .as(kind)
                        .isEqualTo(live.kinds().get(kind));
            }
        }
        verify(directory);
    }

    /** Every task is completed; whoever still holds a lease will let it go. */
    private static boolean isDone(Cairn cairn) {
        for (int i = 0; i < ClaimsAtWork.TASKS; i++) {
            if (cairn.tasks()
                    .get("t" + i)
                    .filter(task -> task.status().equals("completed"))
                    .isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static void verify(Path directory) {
        Verification verified = Verification.of(directory, true, Progress.NONE);
        assertThat(verified.findings())
                .filteredOn(finding -> finding.severity() != Verification.Severity.NOTE)
                .isEmpty();
        assertThat(verified.proof()).isNotNull();
    }

    private static void killAtWork(Path directory, Random random) throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:disable",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                ClaimsAtWork.class.getName(),
                directory.toString(),
                String.valueOf(random.nextLong() >>> 8));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("working");
            TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(WORK_MILLIS_MAX));
            assertThat(child.isAlive()).isTrue();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
