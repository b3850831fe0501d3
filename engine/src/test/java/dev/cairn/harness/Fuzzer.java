package dev.cairn.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Jazzer in a JVM of its own, as its agent changes every class of the engine: it makes inputs that reach new branches out of those
 * it has, until one fails.
 *
 * <p>Threading: any thread.
 */
public final class Fuzzer {
    private static final String MAIN = "com.code_intelligence.jazzer.Jazzer";
    /** Jazzer's exit code when an input failed. */
    private static final int FOUND = 77;

    private static final String HEAP = "-Xmx256m";
    private static final long SECONDS_TO_START = 300;
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
        Path failures = Files.createDirectories(directory.resolve("failures"));
        List<byte[]> corpus = FuzzCorpus.of(target);
        for (int i = 0; i < corpus.size(); i++) {
            Files.write(inputs.resolve("corpus-" + i), corpus.get(i));
        }
        Path output = directory.resolve("output.txt");
        ChildTests.End end = ChildTests.run(
                output,
                seconds + SECONDS_TO_START,
                List.of(HEAP, "-Djava.io.tmpdir=" + directory),
                MAIN,
                List.of(
                        "--target_class=" + target.getName(),
                        "--instrumentation_includes=dev.cairn.**",
                        "-max_total_time=" + seconds,
                        "--reproducer_path=" + failures,
                        "-artifact_prefix=" + failures + "/",
                        inputs.toString()));
        String said = Files.readString(output);
        if (end.exitCode() != 0 && end.exitCode() != FOUND) {
            throw new IllegalStateException("expected Jazzer to end, was " + end);
        }
        return new Outcome(inHex(failures), told(said));
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
