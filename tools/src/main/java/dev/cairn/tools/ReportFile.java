package dev.cairn.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * A file with a recovery's account: JSON or Markdown, as its name ends. It is there as a whole or not at all.
 *
 * <p>Threading: immutable.
 *
 * @param path where it goes
 * @param markdown whether it is for people
 */
record ReportFile(Path path, boolean markdown) {
    /** @throws IllegalArgumentException when the name or the place will not do */
    static ReportFile of(Path path) {
        String name = String.valueOf(path.getFileName());
        if (!name.endsWith(".json") && !name.endsWith(".md")) {
            throw new IllegalArgumentException("expected a report file that ends in .json or .md, was " + path);
        }
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new IllegalArgumentException("expected a directory for the report, was " + directory);
        }
        if (Files.isDirectory(path)) {
            throw new IllegalArgumentException("expected a report file, was the directory " + path);
        }
        return new ReportFile(path, name.endsWith(".md"));
    }

    void write(RecoveryOutcome outcome) {
        String text = markdown ? new RecoveryMarkdown(outcome, Instant.now()).text() : RecoveryJson.of(outcome) + "\n";
        Path temporary = path.toAbsolutePath().resolveSibling("." + path.getFileName() + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the report cannot be written: " + e, e);
        }
    }
}
