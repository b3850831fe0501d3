package dev.cairn.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Opening after a clean stop with a million tasks, and the heap that they take, each in a process of its own with 256 MB.
 *
 * <p>Threading: one at a time.
 */
final class Opening implements Experiment {
    private static final int TASKS = 1_000_000;
    private static final String HEAP = "-Xmx256m";
    private static final OperatingSystemMXBean MACHINE =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    @Override
    public String name() {
        return "open";
    }

    @Override
    public String title() {
        return "open after a clean stop with 1 M tasks, and heap used, in a new process with " + HEAP;
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        report.note("%s", child("fill", directory, settings.seed()));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < settings.rounds(); i++) {
            lines.add(child("open", directory, settings.seed()));
        }
        lines.sort(java.util.Comparator.comparingDouble(line -> number(line, 0)));
        String median = lines.get(lines.size() / 2);
        report.gate("all tasks there after opening", number(median, 2) == TASKS, median);
        double seconds = number(median, 0) / 1e3;
        report.goal("open, projection included", seconds, "s", seconds < 2, "< 2 s");
        report.line("processor time of that process, its start included", "%,14.2f s", number(median, 3) / 1e3);
        report.goal("heap used after opening", number(median, 1), "MB", number(median, 1) < 256, "< 256 MB");
    }

    private static double number(String line, int index) {
        return Double.parseDouble(line.split(" ")[index]);
    }

    private static String child(String what, Path directory, long seed) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opening.class.getName(),
                        what,
                        directory.toString(),
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output;
        try (var reader = process.inputReader()) {
            output = reader.lines().reduce("", (first, last) -> last);
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("expected the process that " + what + "s to succeed, was exit "
                    + process.exitValue() + ": " + output);
        }
        return output;
    }

    /** The other process: {@code fill} or {@code open}, a directory, a seed. */
    public static void main(String[] args) {
        Path directory = Path.of(args[1]);
        if (args[0].equals("fill")) {
            fill(directory, Long.parseLong(args[2]));
        } else {
            open(directory);
        }
    }

    private static void fill(Path directory, long seed) {
        long started = System.nanoTime();
        try (Cairn cairn = Samples.open(directory, CairnOptions.builder())) {
            Samples.create(cairn, Samples.ids(TASKS), seed);
            double filled = (System.nanoTime() - started) / 1e9;
            long last = cairn.watermarks().durableOffset();
            cairn.projectionRoot(last, java.time.Duration.ofMinutes(10));
            double projected = (System.nanoTime() - started) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "1 M tasks created in %.1f s, projected after %.1f s, heap used %d MB%n",
                    filled,
                    projected,
                    heapUsed());
        }
    }

    private static void open(Path directory) {
        long started = System.nanoTime();
        try (Cairn cairn = Cairn.open(directory)) {
            boolean there = cairn.tasks().get(Samples.id(TASKS - 1)).isPresent();
            double millis = (System.nanoTime() - started) / 1e6;
            double cpuMillis = MACHINE.getProcessCpuTime() / 1e6;
            long tasks = there ? cairn.metrics().entities() - 2 : -1; // the workflow and the epoch
            System.out.printf(Locale.ROOT, "%.1f %d %d %.1f%n", millis, heapUsed(), tasks, cpuMillis);
        }
    }

    private static long heapUsed() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }
}
