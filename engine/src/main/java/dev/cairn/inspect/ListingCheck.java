package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.CheckpointFile;
import dev.cairn.internal.assembly.OwnFiles;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.recovery.RepairJournal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Every file in the directory is one that belongs there. What was set aside in {@code quarantine/} is not looked at.
 *
 * <p>Threading: one thread.
 */
final class ListingCheck implements Check {
    private static final Pattern EPOCH = Pattern.compile("\\d{10}");
    private static final Pattern IN_EPOCH = Pattern.compile("\\d{8}\\.(cq4|manifest|precreated)|metadata\\.cq4t");
    private static final String TEMPORARY = ".tmp";
    private static final Pattern SALVAGED = Pattern.compile("\\d{8}\\.cq4\\.salvaged");

    private final Scene scene;
    private final Findings findings;
    private final Set<Path> known;

    ListingCheck(Scene scene, Findings findings) {
        this.scene = scene;
        this.findings = findings;
        this.known = new HashSet<>(OwnFiles.of(scene.directory()));
        known.add(scene.root().resolve("lost+found"));
    }

    @Override
    public void begin() throws IOException {
        list(scene.root());
        list(CheckpointFile.path(scene.directory()).resolveSibling(""));
        list(scene.directory().logDirectory());
        for (int epoch : scene.directory().epochs()) {
            list(scene.directory().epochDirectory(epoch));
        }
    }

    private void list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                look(directory, entry);
            }
        } catch (IOException | RuntimeException e) {
            findings.add(
                    Severity.DAMAGE,
                    directory,
                    0,
                    "expected a directory that can be listed, was " + DiskFailure.describe(e),
                    "all files in it");
        }
    }

    private void look(Path directory, Path entry) throws IOException {
        String name = entry.getFileName().toString();
        if (entry.equals(scene.directory().lockFile()) && Files.isDirectory(entry)) {
            findings.add(
                    Severity.DERIVED,
                    entry,
                    0,
                    "expected a lock file, was a directory; move it away",
                    "every opening for writing");
            return;
        }
        if (belongs(directory, entry, name) || isOfRepair(directory, entry, name)) {
            return;
        }
        boolean temporary = name.endsWith(TEMPORARY)
                && belongs(
                        directory,
                        entry.resolveSibling(name.substring(0, name.length() - TEMPORARY.length())),
                        name.substring(0, name.length() - TEMPORARY.length()));
        if (!temporary) {
            findings.add(
                    Severity.NOTE, entry, 0, "expected files of Cairn, was another", "nothing: Cairn leaves it alone");
        } else if (!scene.live()) {
            findings.add(
                    Severity.NOTE,
                    entry,
                    0,
                    "a file whose writer ended before it was whole",
                    "nothing: it is written anew when it is needed");
        }
    }

    /** What a repair leaves where it was cut off, and until the log has its account. */
    private boolean isOfRepair(Path directory, Path entry, String name) throws IOException {
        String what;
        String affects;
        if (entry.equals(RepairJournal.begunFile(scene.directory()))) {
            what = "the account of a repair that was cut off";
            affects = "the repair, which cairn replay --apply finishes";
        } else if (entry.equals(RepairJournal.doneFile(scene.directory()))) {
            what = "the account of a repair that the log does not have yet";
            affects = "what it gave up is not marked in the log: the next opening for writing puts it there";
        } else if (scene.directory().logDirectory().equals(directory.getParent())
                && SALVAGED.matcher(name).matches()) {
            what = "a segment that a repair, which was cut off, was writing";
            affects = "nothing: the same repair writes it again";
        } else {
            return false;
        }
        boolean salvaged = SALVAGED.matcher(name).matches();
        String damage = salvaged ? null : RepairJournal.problem(entry);
        if (damage != null) {
            what = damage;
            affects = "every opening for writing: move the file away to go on without the account of the repair";
        }
        // Of each record that is lost by it there is a finding of damage.
        findings.add(
                damage != null ? Severity.DAMAGE : salvaged ? Severity.NOTE : Severity.DERIVED,
                entry,
                0,
                what,
                affects);
        return true;
    }

    private boolean belongs(Path directory, Path entry, String name) {
        if (directory.equals(scene.directory().logDirectory())) {
            return EPOCH.matcher(name).matches() && Files.isDirectory(entry);
        }
        if (scene.directory().logDirectory().equals(directory.getParent())) {
            return IN_EPOCH.matcher(name).matches();
        }
        return known.contains(entry);
    }
}
