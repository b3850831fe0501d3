package dev.cairn.internal.projection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;

/** A program that opens a database in its first argument's directory and is gone without cleaning up. */
public final class NativeLibraryProbe {
    private NativeLibraryProbe() {}

    public static void main(String[] arguments) throws IOException, SQLException {
        try (Connection connection = new ProjectionFile(Path.of(arguments[0])).openWriter()) {
            connection.commit();
            try (Stream<Path> left = Files.walk(Path.of(System.getProperty("java.io.tmpdir")))) {
                // The directory itself counts.
                Runtime.getRuntime().halt((int) left.count());
            }
        }
    }
}
