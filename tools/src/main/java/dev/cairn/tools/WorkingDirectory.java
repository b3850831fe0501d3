package dev.cairn.tools;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The directory that the process was started in.
 *
 * <p>Threading: stateless.
 */
final class WorkingDirectory {
    private WorkingDirectory() {}

    /**
     * Where the locale has no such letters the JDK knows the directory by another name than it has: what is relative is not found
     * then, or found by some calls and not by others.
     *
     * @throws VerbFailedException when it is so
     */
    static void requireSpelled() {
        String name = System.getProperty("user.dir");
        if (!isSpelled(name)) {
            throw new VerbFailedException(
                    ExitCode.USAGE,
                    "expected a working directory whose name the locale can spell, was " + name
                            + "; set LC_ALL to a locale of UTF-8, as C.UTF-8, or start it elsewhere");
        }
    }

    /** A letter that the locale has not is a question mark to the JDK, or the mark for what cannot be read. */
    private static boolean isSpelled(String name) {
        try {
            Path directory = Path.of(name);
            return name.indexOf('?') < 0 && name.indexOf('\uFFFD') < 0 || Files.isDirectory(directory);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
