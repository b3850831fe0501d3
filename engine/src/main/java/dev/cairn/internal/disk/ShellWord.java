package dev.cairn.internal.disk;

import java.nio.file.Path;

/**
 * A path as one word of a command that people copy into a POSIX shell. It is quoted only where the shell would read it otherwise.
 *
 * <p>Threading: stateless.
 */
public final class ShellWord {
    private static final String PLAIN = "/._-+,:@%=";

    private ShellWord() {}

    public static String of(Path path) {
        String text = path.toString();
        return !text.isEmpty() && text.chars().allMatch(ShellWord::isPlain)
                ? text
                : "'" + text.replace("'", "'\\''") + "'";
    }

    private static boolean isPlain(int unit) {
        // Half of a surrogate pair is no letter: such a name is quoted, which is harmless.
        return Character.isLetterOrDigit(unit) || PLAIN.indexOf(unit) >= 0;
    }
}
