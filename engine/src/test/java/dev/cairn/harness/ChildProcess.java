package dev.cairn.harness;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@link WorkloadChild} in a process of its own, to be stopped and killed by its id.
 *
 * <p>Threading: one thread.
 */
public final class ChildProcess implements AutoCloseable {
    private static final String SIGSTOP = "STOP";

    private final Process process;
    private final DataInputStream in;
    private final Path errors;

    private ChildProcess(Process process, Path errors) {
        this.process = process;
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 64 << 10));
        this.errors = errors;
    }

    /** Starts a child, which waits for its first command; what it prints to standard error goes to a file in {@code directory}. */
    public static ChildProcess start(Path directory) throws IOException {
        Path errors = Files.createTempFile(directory, "child", ".err");
        ProcessBuilder builder = new ProcessBuilder(ChildJvm.command()).redirectError(errors.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        return new ChildProcess(builder.start(), errors);
    }

    public long pid() {
        return process.pid();
    }

    public void send(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** What it tells next; null when it has ended. */
    public @Nullable Told next() throws IOException {
        Told told = Told.read(in);
        if (told instanceof Told.Failed failed) {
            throw new AssertionError("expected a child that goes on, was " + failed.why());
        }
        return told;
    }

    /** SIGKILL; what it told before can still be read. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** SIGSTOP: when this returns, none of its threads runs any more. */
    public void freeze() throws IOException, InterruptedException {
        Process signal = new ProcessBuilder("kill", "-" + SIGSTOP, String.valueOf(pid())).start();
        if (signal.waitFor() != 0) {
            throw new IOException("expected to stop process " + pid() + ", was an error");
        }
        while (!stopped()) {
            Thread.sleep(1);
        }
    }

    private boolean stopped() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/" + pid() + "/task"))) {
            return tasks.allMatch(task -> {
                try {
                    String stat = Files.readString(task.resolve("stat"));
                    return "Tt".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
                } catch (IOException e) {
                    return true; // the thread has ended
                }
            });
        }
    }

    /** Waits for the end, and says what the child complained about if it ended badly of itself. */
    public void awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("expected process " + pid() + " to end, was alive");
        }
    }

    public String errors() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
