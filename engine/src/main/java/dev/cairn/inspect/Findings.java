package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Finding;
import dev.cairn.inspect.Verification.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What was found so far; a damaged disk can give millions, of which the first thousand of each severity are kept.
 *
 * <p>Threading: one thread.
 */
final class Findings {
    static final int KEPT_MAX = 1_000;

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::severity)
            .thenComparing(finding -> finding.file().toString())
            .thenComparing(Finding::position)
            .thenComparing(Finding::offset);

    private final Path root;
    private final Map<Severity, List<Finding>> kept = new EnumMap<>(Severity.class);
    private final Map<Severity, Long> counts = new EnumMap<>(Severity.class);

    Findings(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Adds a finding about a file that concerns no record. */
    void add(Severity severity, Path file, long position, String what, String affects) {
        add(severity, file, position, -1, what, affects);
    }

    void add(Severity severity, Path file, long position, long offset, String what, String affects) {
        counts.merge(severity, 1L, Long::sum);
        List<Finding> same = kept.computeIfAbsent(severity, none -> new ArrayList<>());
        if (same.size() < KEPT_MAX) {
            same.add(new Finding(relative(file), position, offset, severity, what, affects));
        }
    }

    boolean has(Severity severity) {
        return counts.containsKey(severity);
    }

    /** Everything, the worst first, with a last word on what was not kept. */
    List<Finding> sorted() {
        List<Finding> all = new ArrayList<>();
        kept.forEach((severity, findings) -> all.addAll(findings));
        all.sort(ORDER);
        counts.forEach((severity, count) -> {
            if (count > KEPT_MAX) {
                all.add(new Finding(
                        Path.of(""), 0, -1, severity, count - KEPT_MAX + " more findings were left out", "this list"));
            }
        });
        return all;
    }

    private Path relative(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(root) ? root.relativize(absolute) : file;
    }
}
