package dev.cairn.internal.projection;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite's native library and leaves nothing behind.
 *
 * <p>The driver unpacks the library into the directory for temporary files and deletes it when the JVM ends in good order,
 * so each {@code kill -9} would leave a copy. Here it is unpacked into a directory of its own that is deleted as soon as the
 * library is mapped; where an open file cannot be deleted, the driver's own way remains. A program that names a library of
 * its own ({@code org.sqlite.lib.path}) is left alone.
 *
 * <p>Threading: any thread.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final String TEMP_PROPERTY = "org.sqlite.tmpdir";
    private static final String LIBRARY_PROPERTY = "org.sqlite.lib.path";

    private static boolean loaded;

    private NativeLibrary() {}

    /** @throws IllegalStateException when there is none for this platform, or it cannot be unpacked */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        try {
            boolean ours = System.getProperty(LIBRARY_PROPERTY) == null
                    && !System.getProperty("os.name", "")
                            .toLowerCase(Locale.ROOT)
                            .startsWith("windows");
            if (ours) {
                loadFromOwnDirectory();
            } else {
                SQLiteJDBCLoader.initialize();
            }
        } catch (Exception e) {
            throw new IllegalStateException("expected SQLite's native library to load, was " + e.getMessage(), e);
        }
        loaded = true;
    }

    private static void loadFromOwnDirectory() throws Exception {
        String before = System.getProperty(TEMP_PROPERTY);
        String parent = before != null ? before : System.getProperty("java.io.tmpdir");
        Path directory = Files.createTempDirectory(Path.of(parent), "cairn-sqlite");
        try {
            System.setProperty(TEMP_PROPERTY, directory.toString());
            SQLiteJDBCLoader.initialize();
        } finally {
            if (before == null) {
                System.clearProperty(TEMP_PROPERTY);
            } else {
                System.setProperty(TEMP_PROPERTY, before);
            }
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        File[] files = directory.toFile().listFiles();
        try {
            for (File file : files == null ? new File[0] : files) {
                Files.deleteIfExists(file.toPath());
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.debug("expected to delete {}, was {}", directory, e.toString());
        }
    }
}
