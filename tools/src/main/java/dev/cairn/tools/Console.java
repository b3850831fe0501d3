package dev.cairn.tools;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a verb writes: results to stdout, everything else to stderr.
 *
 * <p>Results go through a buffer of our own and not through {@link System#out}, which hides that its reader went away.
 *
 * <p>Threading: results belong to one thread; notices may come from any.
 */
final class Console {
    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputStream out;
    private final PrintStream err;
    private final boolean colours;
    private final boolean progress;

    /**
     * @param colours whether results are coloured
     * @param progress whether progress bars are shown
     */
    Console(OutputStream out, PrintStream err, boolean colours, boolean progress) {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
        this.err = err;
        this.colours = colours;
        this.progress = progress;
    }

    /** The console of this process: colours and bars on terminals only, no colours when {@code NO_COLOR} is set. */
    static Console ofProcess(Map<String, String> environment) {
        boolean colourless = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Console(
                new FileOutputStream(FileDescriptor.out), System.err, !colourless && isTerminal(1), isTerminal(2));
    }

    /** Writes a line of results. */
    void line(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        } catch (IOException e) {
            throw gone(e);
        }
    }

    /** Results that are longer than a line: what is appended is written. */
    Appendable text() {
        return new Appendable() {
            @Override
            public Appendable append(CharSequence text) {
                try {
                    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw gone(e);
                }
                return this;
            }

            @Override
            public Appendable append(CharSequence text, int start, int end) {
                return append(text.subSequence(start, end));
            }

            @Override
            public Appendable append(char c) {
                return append(String.valueOf(c));
            }
        };
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw gone(e);
        }
    }

    /** Tells the person at the terminal something that is no result. */
    void notice(String text) {
        err.println(text);
        err.flush();
    }

    /** Results as picocli writes them: help and the version. */
    PrintWriter writer() {
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
    }

    PrintStream err() {
        return err;
    }

    boolean colours() {
        return colours;
    }

    boolean progress() {
        return progress;
    }

    /** The JDK of our baseline cannot ask whether a single descriptor is a terminal; Linux tells by the link's name. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static RuntimeException gone(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("Broken pipe") || message.contains("Stream Closed")
                ? new ClosedPipeException(e)
                : new UncheckedIOException("expected stdout to take results, was " + message, e);
    }
}
