package dev.cairn.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Jazzer in a JVM of its own, as its agent changes every class of the engine: it makes inputs that reach new branches out of those
 * it has, until one fails.
 *
 * <p>Threading: any thread.
 */
public final class Fuzzer {
    private static final String MAIN = "com.code_intelligence.jazzer.Jazzer";
    /** Jazzer's exit codes when an input failed, took too long, or too much memory. */
    private static final Set<Integer> FOUND = Set.of(77, 70, 71);

    private static final String HEAP = "-Xmx256m";
    private static final long SECONDS_TO_START = 300;
    private static final long ONE_INPUT_SECONDS_MAX = 60;
    private static final int MESSAGE_CHARS_MAX = 4_000;

    private final Path directory;

    /** @param directory for inputs and output, one for each target; inputs that are in it are gone on from */
    public Fuzzer(Path directory) {
        this.directory = directory;
    }

    /**
     * What came out.
     *
     * @param failed inputs that failed, in hex
     * @param output what Jazzer said of it, or of how it went
     */
    public record Outcome(List<String> failed, String output) {}

    /**
     * Runs {@code target}, a class with a public {@code fuzzerTestOneInput(byte[])}.
     *
     * @param seconds how long, at most
     * @throws IllegalStateException when Jazzer ended otherwise than by finding something, or nothing
     */
    public Outcome run(Class<?> target, long seconds) throws IOException, InterruptedException {
        Path inputs = Files.createDirectories(directory.resolve("inputs"));
        Path failures = Files.createTempDirectory(directory, "failures");
        Path temporary = Files.createTempDirectory(directory, "tmp");
        List<byte[]> corpus = FuzzCorpus.of(target);
        for (int i = 0; i < corpus.size(); i++) {
            Files.write(inputs.resolve("corpus-" + i), corpus.get(i));
        }
        Path output = directory.resolve("output.txt");
        ChildTests.End end = ChildTests.run(
                output,
                seconds + SECONDS_TO_START,
                List.of(HEAP, "-Dfile.encoding=UTF-8", "-Djava.io.tmpdir=" + temporary),
                MAIN,
                List.of(
                        "--target_class=" + target.getName(),
                        "--instrumentation_includes=dev.cairn.**",
                        "-max_total_time=" + seconds,
                        "-timeout=" + ONE_INPUT_SECONDS_MAX,
                        "--reproducer_path=" + failures,
                        "-artifact_prefix=" + failures + "/",
                        inputs.toString()));
        TestFiles.delete(temporary);
        String told = told(Files.readString(output));
        List<String> failed = inHex(failures);
        if (FOUND.contains(end.exitCode()) ? failed.isEmpty() : end.exitCode() != 0 || !failed.isEmpty()) {
            throw new IllegalStateException("expected Jazzer to end with or without a finding, was exit "
                    + end.exitCode() + " with " + failed + ": " + told);
        }
        return new Outcome(failed, told);
    }

    private static List<String> inHex(Path failures) throws IOException {
        List<String> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(failures)) {
            for (Path file : files.filter(Fuzzer::isInput).sorted().toList()) {
                all.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    /** Beside each there is a program that runs it. */
    private static boolean isInput(Path file) {
        return !file.toString().endsWith(".java");
    }

    /** From the exception on, if there is one, or else the end. */
    private static String told(String said) {
        int exception = said.indexOf("== Java Exception");
        String rest = exception < 0 ? said : said.substring(exception);
        return exception < 0
                ? rest.substring(Math.max(0, rest.length() - MESSAGE_CHARS_MAX))
                : rest.substring(0, Math.min(rest.length(), MESSAGE_CHARS_MAX));
    }
}
