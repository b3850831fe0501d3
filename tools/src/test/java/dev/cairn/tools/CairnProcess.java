package dev.cairn.tools;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command line in a process of its own: for what only a process can show, as signals and being killed.
 *
 * <p>Threading: one thread.
 */
final class CairnProcess implements AutoCloseable {
    private static final String LISTENING = "listening on ";

    private final Process process;
    private final BufferedReader out;
    private final Path err;

    private CairnProcess(Process process, Path err) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.err = err;
    }

    /** Starts the process; stderr goes to a file in {@code directory}. */
    static CairnProcess start(Path directory, Object... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CairnCli.class.getName()));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        Path err = Files.createTempFile(directory, "stderr", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CAIRN_"));
        builder.redirectInput(new File("/dev/null"));
        return new CairnProcess(builder.start(), err);
    }

    /** Waits until the server says where it listens. */
    String url() throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(LISTENING)) {
                return line.substring(LISTENING.length());
            }
        }
        throw new IOException("expected a server, was: " + err());
    }

    String readLine() throws IOException {
        String line = out.readLine();
        return line == null ? "" : line;
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    int kill() throws InterruptedException {
        process.destroyForcibly();
        return process.waitFor();
    }

    void closeOutput() throws IOException {
        out.close();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    int exit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("expected the process to end");
        }
        return process.exitValue();
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    /** Ends it as a person would, so that it takes its own temporary files away; by force if it does not end. */
    @Override
    public void close() {
        process.destroy();
        boolean ended = false;
        try {
            ended = process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!ended) {
                process.destroyForcibly();
            }
        }
    }
}
