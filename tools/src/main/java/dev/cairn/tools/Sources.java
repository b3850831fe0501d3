package dev.cairn.tools;

import java.nio.file.Path;

/**
 * Opens the source that a verb is pointed at.
 *
 * <p>Threading: main thread.
 */
final class Sources {
    private Sources() {}

    /** @param projection whether lists and counts are wanted; a directory opens faster without */
    static Source open(Target target, boolean projection, Console console) {
        Path directory = target.directory();
        return directory == null
                ? new ServerSource(target.server())
                : new DirectorySource(directory, projection, new ProgressBars(console));
    }
}
