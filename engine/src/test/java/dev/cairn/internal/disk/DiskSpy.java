package dev.cairn.internal.disk;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Writes down the file operations below one directory in their order, as {@code FORCE log/00000001/00000001.cq4}.
 *
 * <p>Threading: any thread.
 */
public final class DiskSpy implements AutoCloseable {
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private DiskSpy(Path directory) {
        Path root = directory.toAbsolutePath();
        Disk.intercept((operation, file) -> {
            Path absolute = file.toAbsolutePath();
            if (absolute.startsWith(root)) {
                seen.add(operation + " " + root.relativize(absolute));
            }
        });
    }

    public static DiskSpy on(Path directory) {
        return new DiskSpy(directory);
    }

    /** What was done so far. */
    public List<String> seen() {
        return List.copyOf(seen);
    }

    /** Place of the first operation, from {@code from} on, whose text matches {@code pattern}; −1 for none. */
    public int find(String pattern, int from) {
        List<String> now = seen();
        for (int i = from; i < now.size(); i++) {
            if (now.get(i).matches(pattern)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        Disk.intercept(null);
    }
}
