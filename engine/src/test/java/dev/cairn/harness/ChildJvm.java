package dev.cairn.harness;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * How the JVMs of children are started: small, without the logging library, and in half the time thanks to an archive of the
 * classes that a first child loads. Archives know jars only, so the directories of the class path are packed into some.
 *
 * <p>Threading: any thread.
 */
final class ChildJvm {
    private static final String ARCHIVE = "classes.jsa";
    private static final Session.Setup TRAINING =
            new Session.Setup(Path.of("data"), new Workload(1, 2, 1_000, 4), 5, 1_000, false);

    private final Path directory;
    private final String classPath;

    private ChildJvm(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.classPath = jars();
        train();
    }

    /** Made once, by the first who asks. */
    private static final class Holder {
        private static final ChildJvm JVM = make();

        private static ChildJvm make() {
            try {
                Path directory = Files.createTempDirectory("cairn-children");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> TestFiles.delete(directory)));
                return new ChildJvm(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException("expected to make a class archive, was interrupted", e);
            }
        }
    }

    /** The command that starts a child. */
    static List<String> command() {
        return Holder.JVM.command("-XX:SharedArchiveFile=" + Holder.JVM.directory.resolve(ARCHIVE), "-Xshare:auto");
    }

    private List<String> command(String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-Xlog:disable", // the JVM writes its warnings to the stream that the child tells its parent by
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath, WorkloadChild.class.getName()));
        return command;
    }

    private String jars() throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = directory.resolve("classes-" + entries.size() + ".jar");
                pack(path, jar);
                entries.add(jar.toString());
            } else if (!entry.contains("logback")) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    /** Lets a child load what children load. If that makes no archive, children start more slowly. */
    private void train() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command("-XX:ArchiveClassesAtExit=" + directory.resolve(ARCHIVE)))
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        Process child = builder.start();
        try (OutputStream in = child.getOutputStream()) {
            String commands = TRAINING.opening(true, true) + "\nwork c0=0:0 c1=0:0\nclose\n";
            in.write(commands.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        if (!child.waitFor(60, TimeUnit.SECONDS)) {
            child.destroyForcibly();
        }
    }
}
