package dev.cairn.harness;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Tests run in a JVM of their own, because an agent changes the code in it.
 *
 * <p>Threading: any thread.
 */
public final class ChildTests {
    private static final int OUTPUT_CHARS_MAX = 4_000;

    private ChildTests() {}

    /**
     * How a child ended.
     *
     * @param exitCode of the program, which is {@link TestRunner} for tests, or −1 when it did not end in time
     * @param output the begin of what it said
     */
    public record End(int exitCode, String output) {}

    /**
     * Runs {@code tests} to their end.
     *
     * @param output the file for what they say
     * @param options of the JVM
     * @param tests {@code class} or {@code class#method}
     */
    public static End run(Path output, long secondsMax, List<String> options, List<String> tests)
            throws IOException, InterruptedException {
        return run(output, secondsMax, options, TestRunner.class.getName(), tests);
    }

    /** Runs the program {@code main} to its end. */
    static End run(Path output, long secondsMax, List<String> options, String main, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main));
        command.addAll(arguments);
        Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!child.waitFor(secondsMax, TimeUnit.SECONDS)) {
                return new End(-1, "expected an end within " + secondsMax + " s, was none; " + told(output));
            }
            return new End(child.exitValue(), told(output));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    /** Without the logging library, which only costs time here. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String told(Path output) throws IOException {
        String text = Files.readString(output);
        return text.length() > OUTPUT_CHARS_MAX ? text.substring(0, OUTPUT_CHARS_MAX) + "…" : text;
    }
}
