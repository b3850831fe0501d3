package dev.cairn.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file that a fuzz target writes each input to.
 *
 * <p>Threading: stateless.
 */
public final class FuzzFile {
    private FuzzFile() {}

    /** A new one, deleted at the end of the process. */
    public static Path create(String name) {
        try {
            Path file = Files.createTempFile(name, ".fuzz");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
