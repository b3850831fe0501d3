package dev.cairn.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The machine that a run is made on, as far as figures depend on it.
 *
 * <p>Threading: stateless.
 */
final class Machine {
    private static final Path CPU = Path.of("/proc/cpuinfo");
    private static final Path LOAD = Path.of("/proc/loadavg");

    private Machine() {}

    static void describe(Settings settings, PrintStream out) throws IOException {
        Files.createDirectories(settings.directory());
        out.printf(
                "jdk %s (%s) | %s %s | %d cores (%s) | heap max %d MB | file system %s | load %s%n",
                System.getProperty("java.version"),
                System.getProperty("java.vm.name"),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                processor(),
                Runtime.getRuntime().maxMemory() >> 20,
                Files.getFileStore(settings.directory()).type(),
                load());
        out.printf("seed %d | %s%n", settings.seed(), settings.full() ? "full" : "quick");
    }

    private static String processor() throws IOException {
        if (!Files.isReadable(CPU)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(CPU)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }

    private static String load() throws IOException {
        return Files.isReadable(LOAD) ? Files.readString(LOAD).split(" ")[0] : "unknown";
    }

    static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
