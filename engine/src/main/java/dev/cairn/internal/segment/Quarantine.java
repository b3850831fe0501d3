package dev.cairn.internal.segment;

import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * Where files go that the log no longer goes by. Nothing in there is ever written to, and only a person deletes it.
 *
 * <p>Threading: one thread, with the directory locked.
 */
public final class Quarantine {
    private final Path root;

    public Quarantine(LogDirectory directory) {
        this.root = directory.quarantine();
    }

    /**
     * Takes {@code file} there, be it a directory, under a name that nothing has. Of a symbolic link the bytes that it leads to stay
     * where they are, and are found from there too.
     */
    public void take(Path file) throws IOException {
        make();
        if (Files.isSymbolicLink(file) && Files.exists(file)) {
            Disk.linkOrCopy(file, freeName(file));
            Disk.forceDirectory(root); // before the name is gone from where it was
            Disk.delete(file);
        } else {
            Disk.move(file, freeName(file), StandardCopyOption.ATOMIC_MOVE);
            Disk.forceDirectory(root);
        }
        Disk.forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /**
     * Keeps what bears this name, if anything does: a directory, which can have one name only, is moved, and so is a link that leads
     * nowhere now.
     */
    public void keepIfThere(Path file) throws IOException {
        if (Files.isDirectory(file) || Files.isSymbolicLink(file) && !Files.exists(file)) {
            take(file);
        } else if (Files.exists(file)) {
            keep(file);
        }
    }

    /** Gives {@code file} a second name there, which it returns: the one that it has already, perhaps of a repair that was cut off. */
    public Path keep(Path file) throws IOException {
        make();
        Path target = root.resolve(file.getFileName());
        for (int i = 1; isTaken(target); i++) {
            if (Files.exists(target) && Files.isSameFile(target, file)) {
                return target;
            }
            target = name(file, i);
        }
        Disk.linkOrCopy(file, target);
        Disk.forceDirectory(root);
        return target;
    }

    /** What is moved into a directory is on the disk when that is. */
    private void make() throws IOException {
        if (!Files.isDirectory(root)) {
            Disk.createDirectories(root);
            Disk.forceDirectory(Objects.requireNonNull(root.toAbsolutePath().getParent()));
        }
    }

    private Path freeName(Path file) {
        Path target = root.resolve(file.getFileName());
        for (int i = 1; isTaken(target); i++) {
            target = name(file, i);
        }
        return target;
    }

    /** Whether something has this name, be it a link that leads nowhere. */
    static boolean isTaken(Path target) {
        return Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    }

    private Path name(Path file, int number) {
        return root.resolve(file.getFileName() + "." + number);
    }
}
