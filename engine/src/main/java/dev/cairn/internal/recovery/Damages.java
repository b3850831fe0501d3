package dev.cairn.internal.recovery;

import java.nio.file.Path;

/**
 * Damage in one line for people: the first place by name, and how many more there are.
 *
 * <p>Threading: one thread.
 */
public final class Damages {
    private final Path root;
    private String first = "";
    private int count;

    /** @param root the data directory, from which files are named */
    public Damages(Path root) {
        this.root = root;
    }

    /** Adds one. */
    public void add(Path file, long position, long offset, String what) {
        if (count++ == 0) {
            Path named = file.startsWith(root) ? root.relativize(file) : file;
            first = named + " at byte " + position + ", offset " + offset + ": " + what;
        }
    }

    /** The first that was added, and what to do. */
    public String describe() {
        return first + (count > 1 ? ", and " + (count - 1) + " more" : "")
                + "; cairn verify names all damage, cairn replay what can be saved";
    }
}
