package dev.cairn.internal.jvm;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM of its own for a test, as an embedding program has it: no flags but those of the test, no logging library.
 *
 * <p>Threading: stateless.
 */
public final class ForkedJvm {
    private static final Path DEBIAN_JDKS = Path.of("/usr/lib/jvm");

    private ForkedJvm() {}

    /**
     * What a program printed.
     *
     * @param lines of its standard output
     * @param errors its standard error
     */
    public record Run(List<String> lines, String errors) {}

    /** Home of the JDK that runs the tests. */
    public static Path ownHome() {
        return Path.of(System.getProperty("java.home"));
    }

    /** Homes of the JDK that runs the tests and of the others that the machine has. */
    public static Stream<Path> homes() throws IOException {
        List<Path> homes = new ArrayList<>(List.of(ownHome().toRealPath()));
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

    /** Runs {@code program} to its end; its output goes by way of files in {@code directory}. */
    public static Run run(Path directory, Path javaHome, List<String> options, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        List<String> command =
                new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), program.getName()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.start().waitFor();
        return new Run(Files.readAllLines(out), Files.readString(err));
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
